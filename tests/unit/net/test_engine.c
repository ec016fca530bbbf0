// SPDX-License-Identifier: MIT
// The contract of engine.h, the same cases for every engine that uses the network, over TCP and unix sockets;
// and what of it makes sense for the one that does not.
#include "rig.h"

#include "net/stamp.h"

#include <poll.h>

static const struct engine_conf few = {.connections = 4, .reply_bytes = 64, .asks_max = 1};

static void opens(void **state)
{
    struct rig r;
    struct conn c = {.fd = -1};
    int owner;
    rig_open(&r, *state, &few);
    int peer = rig_join(&r, &c, &owner);
    assert_true(c.fd >= 0);
    rig_quiet(&r);
    rig_part(&r, &c, peer);
    rig_quiet(&r);
    rig_close(&r);
}

static void tells_who_refuses(void **state)
{
    const struct setting *s = *state;
    struct rig r;
    struct conn c = {.fd = -1};
    struct place closed;
    int owner;
    rig_open(&r, s, &few);
    place_bind(&closed, s->local);
    for (int i = 0; i < 10; i++) { // more often than there is room for connections
        int rc = r.ops->dial(r.e, &c, &closed.addr, &owner);
        if (rc == 0) {
            rc = rig_expect(&r, IO_CLOSED, &owner).error;
            r.ops->hang_up(r.e, &c);
        }
        assert_int_equal(rc, -ECONNREFUSED);
        assert_int_equal(c.fd, -1);
    }
    close(closed.fd);
    int peer = rig_join(&r, &c, &owner); // and the engine is as good as new
    rig_part(&r, &c, peer);
    rig_close(&r);
}

static void tells_a_full_backlog(void **state)
{
    enum { MANY = 16 };
    const struct setting *s = *state;
    const struct engine_conf conf = {.connections = MANY, .reply_bytes = 64, .asks_max = 1};
    struct rig r;
    struct conn c[MANY] = {{.fd = -1}};
    struct place full;
    if (!s->local)
        skip(); // TCP tries again by itself
    rig_open(&r, s, &conf);
    place_listen(&full, true, 1);
    int rc = 0, n = 0;
    while (n < MANY && (rc = r.ops->dial(r.e, &c[n], &full.addr, &c[n])) == 0)
        rig_expect(&r, IO_OPEN, &c[n++]);
    assert_in_range(n, 1, MANY - 1);
    assert_int_equal(rc, -EAGAIN);
    close(peer_accept(&full));
    assert_int_equal(r.ops->dial(r.e, &c[n], &full.addr, &c[n]), 0);
    bool opened = false;
    for (int i = 0; i < 2; i++) // the one that was accepted and closed, and the new one
        opened |= rig_next(&r).owner == &c[n];
    assert_true(opened);
    for (int i = 0; i <= n; i++)
        r.ops->hang_up(r.e, &c[i]);
    close(full.fd);
    rig_close(&r);
}

static void moves_bytes_both_ways(void **state)
{
    struct rig r;
    struct conn c = {.fd = -1};
    int owner;
    char got[16];
    struct iovec one[] = {{"ping", 4}};
    struct iovec three[] = {{"a", 1}, {"bc", 2}, {"def", 3}};
    rig_open(&r, *state, &few);
    int peer = rig_join(&r, &c, &owner);
    uint64_t before_ns = clock_ns();
    peer_says(peer, "+HELLO\r\n");
    struct io_event ev = rig_expect(&r, IO_DATA, &owner);
    assert_int_equal(ev.len, 8);
    assert_memory_equal(ev.data, "+HELLO\r\n", 8);
    assert_in_range(ev.at_ns, before_ns, clock_ns());
    assert_int_equal(rig_send(&r, &c, one, 1), 0);
    rig_quiet(&r); // no reply, no event: the caller does not wait for IO_SENT where it was not blocked
    assert_int_equal(recv(peer, got, sizeof got, 0), 4);
    assert_memory_equal(got, "ping", 4);
    assert_int_equal(rig_send(&r, &c, three, 3), 0);
    rig_quiet(&r);
    assert_int_equal(recv(peer, got, sizeof got, 0), 6);
    assert_memory_equal(got, "abcdef", 6);
    peer_says(peer, "+PONG\r\n");
    rig_hears(&r, &owner, "+PONG\r\n");
    rig_part(&r, &c, peer);
    rig_close(&r);
}

// A connection with stamps, which are turned on between dialling and standing.
static int join_stamped(struct rig *r, struct conn *c, struct stamp *stamp, void *owner)
{
    int peer = rig_dial(r, c, owner);
    assert_int_equal(stamp_on(c->fd, stamp, true), 0);
    c->stamp = stamp;
    rig_expect(r, IO_OPEN, owner);
    return peer;
}

// Real time of a stamp lies between two looks. The kernel stamps nothing at first, until it is ready to.
static void hears_stamped(struct rig *r, struct stamp *stamp, int peer, const void *owner)
{
    for (int i = 0; i < PEER_WAIT_MS; i++) {
        uint64_t before_ns = clock_real_ns();
        peer_says(peer, "+HELLO\r\n");
        rig_hears(r, owner, "+HELLO\r\n");
        if (!stamp->arrived_ns) {
            poll(NULL, 0, 1);
            continue;
        }
        assert_in_range(stamp->arrived_ns, before_ns, clock_real_ns());
        return;
    }
    fail_msg("no stamp came");
}

static void stamps_what_comes_and_what_goes(void **state)
{
    const struct setting *s = *state;
    struct rig r;
    struct conn c = {.fd = -1};
    struct stamp stamp;
    int owner;
    char got[16];
    struct iovec two[] = {{"pi", 2}, {"ng", 2}};
    if (s->local)
        skip(); // only TCP has stamps
    rig_open(&r, s, &few);
    int peer = join_stamped(&r, &c, &stamp, &owner);
    hears_stamped(&r, &stamp, peer, &owner);
    assert_int_equal(rig_send(&r, &c, (struct iovec[]){{"first", 5}}, 1), 0);
    rig_quiet(&r);
    uint64_t before_ns = clock_real_ns();
    stamp.next = true;
    assert_int_equal(rig_send(&r, &c, two, 2), 0);
    rig_quiet(&r);
    stamp_collect(c.fd, &stamp);
    assert_true(stamp.asked && stamp.given && !stamp.next);
    assert_in_range(stamp.left_ns, before_ns, clock_real_ns());
    assert_int_equal(recv(peer, got, sizeof got, 0), 9);
    assert_memory_equal(got, "firstping", 9);
    hears_stamped(&r, &stamp, peer, &owner);
    shutdown(peer, SHUT_WR);
    rig_expect(&r, IO_CLOSED, &owner);
    rig_part(&r, &c, peer);
    rig_close(&r);
}

// Whoever sends does not read until then: the engine goes on by itself when there is room, and takes what
// comes meanwhile.
static void sends_much_to_a_slow_reader(void **state)
{
    enum { BYTES = 16 << 20 };
    struct rig r;
    struct conn c = {.fd = -1};
    int owner;
    char *bytes = malloc(BYTES);
    assert_non_null(bytes);
    stream_fill(bytes, 0, BYTES, 5);
    struct iovec pieces[] = {{bytes, 1000}, {bytes + 1000, BYTES - 1000}};
    rig_open(&r, *state, &few);
    int peer = rig_join(&r, &c, &owner);
    assert_int_equal(rig_send(&r, &c, pieces, 2), 0);
    bool blocked = c.blocked;
    rig_quiet(&r);
    assert_int_equal(c.blocked, blocked);
    peer_says(peer, "+EARLY\r\n");
    rig_hears(&r, &owner, "+EARLY\r\n");
    unsigned sent = rig_drains(&r, peer, BYTES, 5);
    if (blocked && !sent)
        rig_expect(&r, IO_SENT, &owner);
    else
        assert_int_equal(sent, blocked);
    assert_false(c.blocked);
    struct iovec more = {"more", 4};
    char got[8];
    assert_int_equal(rig_send(&r, &c, &more, 1), 0);
    rig_quiet(&r);
    assert_int_equal(recv(peer, got, sizeof got, 0), 4);
    assert_memory_equal(got, "more", 4);
    rig_part(&r, &c, peer);
    rig_close(&r);
    free(bytes);
}

// A value beside each request makes many pieces; one call to the kernel takes 1024.
static void sends_very_many_pieces(void **state)
{
    enum { MANY = 2 * CONN_PIECES_MAX + 500, EACH = 200 };
    struct rig r;
    struct conn c = {.fd = -1};
    int owner;
    static struct iovec pieces[MANY];
    static char bytes[MANY * EACH];
    stream_fill(bytes, 0, sizeof bytes, 9);
    for (size_t i = 0; i < MANY; i++)
        pieces[i] = (struct iovec){bytes + EACH * i, EACH};
    rig_open(&r, *state, &few);
    int peer = rig_join(&r, &c, &owner);
    assert_int_equal(rig_send(&r, &c, pieces, MANY), 0);
    rig_drains(&r, peer, sizeof bytes, 9);
    peer_says(peer, "+OK\r\n");
    struct io_event ev = rig_next(&r);
    if (ev.kind == IO_SENT)
        ev = rig_next(&r);
    assert_int_equal(ev.kind, IO_DATA);
    assert_false(c.blocked);
    rig_part(&r, &c, peer);
    rig_close(&r);
}

static void tells_that_the_peer_closed(void **state)
{
    struct rig r;
    struct conn c = {.fd = -1};
    int owner;
    rig_open(&r, *state, &few);
    int peer = rig_join(&r, &c, &owner);
    peer_says(peer, "last words");
    close(peer);
    rig_hears(&r, &owner, "last words");
    assert_int_equal(rig_expect(&r, IO_CLOSED, &owner).error, 0);
    r.ops->hang_up(r.e, &c);
    rig_quiet(&r);
    rig_close(&r);
}

// Who closes with bytes unread resets the connection, over TCP and over unix sockets.
static void tells_that_the_peer_reset(void **state)
{
    struct rig r;
    struct conn c = {.fd = -1};
    int owner;
    struct iovec piece = {"unread", 6};
    rig_open(&r, *state, &few);
    int peer = rig_join(&r, &c, &owner);
    assert_int_equal(rig_send(&r, &c, &piece, 1), 0);
    rig_quiet(&r);
    assert_true(peer_waits(peer, POLLIN));
    close(peer);
    assert_int_equal(rig_expect(&r, IO_CLOSED, &owner).error, -ECONNRESET);
    r.ops->hang_up(r.e, &c);
    rig_quiet(&r);
    rig_close(&r);
}

// Told by send itself or by an event: never lost, and no signal.
static void tells_a_send_that_fails(void **state)
{
    struct rig r;
    struct conn c = {.fd = -1};
    int owner;
    struct iovec first = {"unread", 6}, second = {"to nobody", 9};
    rig_open(&r, *state, &few);
    int peer = rig_join(&r, &c, &owner);
    assert_int_equal(rig_send(&r, &c, &first, 1), 0);
    rig_quiet(&r);
    assert_true(peer_waits(peer, POLLIN));
    close(peer);
    if (rig_send(&r, &c, &second, 1) == 0)
        assert_true(rig_expect(&r, IO_CLOSED, &owner).error <= 0);
    r.ops->hang_up(r.e, &c);
    rig_quiet(&r);
    rig_close(&r);
}

// The next life: opens, and hears only what is said to it.
static int lives_anew(struct rig *r, struct conn *c, void *owner, unsigned life)
{
    char text[32];
    int peer = rig_join(r, c, owner);
    snprintf(text, sizeof text, "life %u", life);
    peer_says(peer, text);
    rig_hears(r, owner, text);
    return peer;
}

// Reaps what there is for the one until "x" has come for the other.
static void reap_up_to(struct rig *r, const void *one, const void *other)
{
    struct io_event ev = rig_next(r);
    for (; ev.owner != other; ev = rig_next(r))
        assert_ptr_equal(ev.owner, one);
    assert_int_equal(ev.kind, IO_DATA);
    assert_int_equal(ev.len, 1);
}

// Each former life leaves something behind that has not been reaped. 300 are more than 8 bits count.
static void forgets_its_former_lives(void **state)
{
    struct rig r;
    struct conn c = {.fd = -1}, other = {.fd = -1};
    int owner, beside;
    rig_open(&r, *state, &few);
    int steady = rig_join(&r, &other, &beside);
    for (unsigned life = 0; life < 300; life++) {
        int peer = lives_anew(&r, &c, &owner, life);
        peer_says(steady, "x");
        peer_says(peer, "old news");
        if (life % 2)
            shutdown(peer, SHUT_WR);
        if (life % 3) // else none of it has been looked at
            reap_up_to(&r, &owner, &beside);
        rig_part(&r, &c, peer);
        if (life % 3 == 0)
            rig_hears(&r, &beside, "x");
    }
    rig_quiet(&r);
    rig_part(&r, &other, steady);
    rig_close(&r);
}

static void forgets_a_dial(void **state)
{
    struct rig r;
    struct conn c = {.fd = -1};
    int owner, late;
    rig_open(&r, *state, &few);
    for (unsigned life = 0; life < 20; life++) {
        int peer = rig_dial(&r, &c, &owner);
        rig_part(&r, &c, peer);
        if (life % 2)
            rig_quiet(&r);
    }
    int peer = lives_anew(&r, &c, &late, 20);
    rig_quiet(&r);
    rig_part(&r, &c, peer);
    rig_close(&r);
}

// What it was sending is its caller's again once hang_up is back, and may be overwritten.
static void forgets_a_send(void **state)
{
    enum { BYTES = 16 << 20 };
    struct rig r;
    struct conn c = {.fd = -1};
    int owner;
    char *bytes = malloc(BYTES);
    assert_non_null(bytes);
    stream_fill(bytes, 0, BYTES, 1);
    rig_open(&r, *state, &few);
    int peer = rig_join(&r, &c, &owner);
    struct iovec piece = {bytes, BYTES};
    assert_int_equal(rig_send(&r, &c, &piece, 1), 0);
    rig_quiet(&r);
    r.ops->hang_up(r.e, &c);
    free(bytes);
    assert_true(peer_is_left(peer));
    close(peer);
    peer = lives_anew(&r, &c, &owner, 1);
    assert_false(c.blocked);
    rig_quiet(&r);
    rig_part(&r, &c, peer);
    rig_close(&r);
}

// It sleeps: a loop of it turns a few times (the kernel may wake it early), not thousands.
static void waits_until_something_comes(void **state)
{
    struct rig r;
    struct conn c = {.fd = -1};
    struct io_event ev;
    int owner;
    unsigned turns = 0;
    rig_open(&r, *state, &few);
    int peer = rig_join(&r, &c, &owner);
    uint64_t limit_ns = clock_ns() + 50 * NS_PER_MS;
    for (; clock_ns() < limit_ns; turns++)
        assert_int_equal(r.ops->reap(r.e, 50 * NS_PER_MS, &ev), 0);
    assert_in_range(turns, 1, 10);
    assert_int_equal(r.ops->reap(r.e, 0, &ev), 0);
    peer_says(peer, "at last");
    rig_hears(&r, &owner, "at last");
    rig_part(&r, &c, peer);
    rig_close(&r);
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        cmocka_unit_test(opens),
        cmocka_unit_test(tells_who_refuses),
        cmocka_unit_test(tells_a_full_backlog),
        cmocka_unit_test(moves_bytes_both_ways),
        cmocka_unit_test(stamps_what_comes_and_what_goes),
        cmocka_unit_test(sends_much_to_a_slow_reader),
        cmocka_unit_test(sends_very_many_pieces),
        cmocka_unit_test(tells_that_the_peer_closed),
        cmocka_unit_test(tells_that_the_peer_reset),
        cmocka_unit_test(tells_a_send_that_fails),
        cmocka_unit_test(forgets_its_former_lives),
        cmocka_unit_test(forgets_a_dial),
        cmocka_unit_test(forgets_a_send),
        cmocka_unit_test(waits_until_something_comes),
    };
    enum { CASES = sizeof cases / sizeof *cases };
    struct CMUnitTest tests[CASES * SETTINGS];
    settings_apply(tests, cases, CASES);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
