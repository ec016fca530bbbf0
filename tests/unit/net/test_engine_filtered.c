// SPDX-License-Identifier: MIT
// A filter between engine and caller: when the caller hears of what, and that each byte passes the filter
// once, in order, however the bytes come. The filter of these tests greets ("hello", answered by "welcome"),
// turns every byte that is said into 'x' and that byte, so that a unit may come in halves, and knows three
// marks: '?' wants "!" sent before anything else, '.' is the end, '#' an error.
#include "rig.h"

static unsigned states; // that are in use

struct pair {
    size_t greeted; // bytes of "welcome" that came
    bool half;      // the first byte of a unit has come
};

static const char welcome[] = "welcome";

static void *pair_begin(const struct filter *f, const struct addr *to, int fd)
{
    (void)f;
    assert_true(fd >= 0);
    assert_non_null(to);
    states++;
    return calloc(1, sizeof(struct pair));
}

static void pair_end(void *state)
{
    states--;
    free(state);
}

static int pair_unit(char c, struct buf *plain, struct buf *wire)
{
    if (c == '#')
        return -EPROTO;
    if (c == '.')
        return FILTER_ENDED;
    int rc = c == '?' ? buf_append(wire, "!", 1) : buf_append(plain, &c, 1);
    return rc < 0 ? rc : FILTER_OPEN;
}

static int pair_take(void *state, struct slice came, struct buf *plain, struct buf *wire)
{
    struct pair *p = state;
    int is = p->greeted == strlen(welcome) ? FILTER_OPEN : FILTER_OPENING;
    if (!came.len)
        return buf_append(wire, "hello", 5);
    for (size_t i = 0; i < came.len; i++) {
        if (p->greeted < strlen(welcome)) {
            if (came.at[i] != welcome[p->greeted++])
                return -EPROTO;
            is = p->greeted == strlen(welcome) ? FILTER_OPEN : FILTER_OPENING;
            if (is == FILTER_OPEN && buf_append(wire, "thanks", 6) < 0)
                return -ENOMEM;
            continue;
        }
        p->half = !p->half;
        if (!p->half && (is = pair_unit(came.at[i], plain, wire)) != FILTER_OPEN)
            return is;
    }
    return is;
}

static int pair_give(void *state, const struct iovec *pieces, uint32_t n, struct buf *wire)
{
    (void)state;
    for (uint32_t i = 0; i < n; i++)
        for (size_t k = 0; k < pieces[i].iov_len; k++) {
            char unit[2] = {'x', ((const char *)pieces[i].iov_base)[k]};
            assert_int_equal(buf_append(wire, unit, 2), 0);
        }
    return 0;
}

static void pair_leave(void *state, struct buf *wire)
{
    (void)state;
    assert_int_equal(buf_append(wire, "bye", 3), 0);
}

static void pair_agreed(void *state, struct agreement *a)
{
    (void)state;
    *a = (struct agreement){.protocol = "greeting", .cipher = "x", .resumed = true};
}

static const char *pair_why(void *state, int error)
{
    (void)state;
    (void)error;
    return "because";
}

static const struct filter_ops pair_ops = {pair_begin, pair_end, pair_take,  pair_give,
                                           pair_leave, pair_why, pair_agreed};
static const struct filter pair = {.ops = &pair_ops};
static const struct engine_conf few = {
    .connections = 4, .reply_bytes = 64, .asks_max = 1, .filter = &pair, .large = true};

// The next bytes that the peer gets are text.
static void peer_gets(struct rig *r, int peer, const char *text)
{
    char got[64];
    size_t n = 0, len = strlen(text);
    struct io_event ev;
    while (n < len) {
        assert_int_equal(r->ops->reap(r->e, 0, &ev), 0); // sends may wait for a reap
        assert_true(peer_waits(peer, POLLIN));
        ssize_t more = recv(peer, got + n, len - n, 0);
        assert_true(more > 0);
        n += (size_t)more;
    }
    assert_memory_equal(got, text, len);
}

static int meet(struct rig *r, struct conn *c, void *owner)
{
    int peer = rig_dial(r, c, owner);
    rig_quiet(r); // it stands, but nobody has said welcome
    peer_gets(r, peer, "hello");
    peer_says(peer, welcome);
    const struct agreement *a = rig_expect(r, IO_OPEN, owner).agreed;
    assert_string_equal(a->protocol, "greeting");
    assert_string_equal(a->cipher, "x");
    assert_true(a->resumed);
    assert_in_range(a->took_ns, 20 * NS_PER_MS, PEER_WAIT_MS * NS_PER_MS); // rig_quiet
    peer_gets(r, peer, "thanks");
    return peer;
}

static void begin(struct rig *r, void **state)
{
    states = 0;
    rig_open(r, *state, &few);
}

static void end(struct rig *r)
{
    rig_close(r);
    assert_int_equal(states, 0);
}

static void says(struct rig *r, struct conn *c, const char *text)
{
    struct iovec pieces[2] = {{(char *)text, 1}, {(char *)text + 1, strlen(text) - 1}};
    assert_int_equal(rig_send(r, c, pieces, 2), 0);
}

static void is_open_when_both_have_agreed(void **state)
{
    struct rig r;
    struct conn c = {.fd = -1};
    int owner;
    begin(&r, state);
    int peer = rig_dial(&r, &c, &owner);
    rig_quiet(&r);
    peer_gets(&r, peer, "hello");
    for (size_t i = 0; i < strlen(welcome); i++) {
        rig_quiet(&r);
        peer_says(peer, (char[]){welcome[i], 0});
    }
    rig_expect(&r, IO_OPEN, &owner);
    peer_gets(&r, peer, "thanks");
    says(&r, &c, "GET");
    peer_gets(&r, peer, "xGxExT");
    peer_says(peer, "xOxKxO"); // and half of what follows
    rig_hears(&r, &owner, "OKO");
    peer_says(peer, "x");
    rig_quiet(&r);
    peer_says(peer, "K");
    rig_hears(&r, &owner, "K");
    r.ops->hang_up(r.e, &c);
    peer_gets(&r, peer, "bye");
    close(peer);
    end(&r);
}

// All at once: what opens it, what is said, the end; and what is said at once by the caller comes behind the
// end of the greeting.
static void takes_all_at_once(void **state)
{
    struct rig r;
    struct conn c = {.fd = -1};
    int owner;
    begin(&r, state);
    int peer = rig_dial(&r, &c, &owner);
    rig_quiet(&r);
    peer_says(peer, "welcomexfxuxlxlx.");
    rig_expect(&r, IO_OPEN, &owner);
    says(&r, &c, "ASK");
    rig_hears(&r, &owner, "full");
    struct io_event ev = rig_expect(&r, IO_CLOSED, &owner);
    assert_int_equal(ev.error, 0);
    assert_string_equal(ev.why, "because");
    peer_gets(&r, peer, "hellothanksxAxSxK");
    close(peer);
    rig_quiet(&r); // the end is told once
    r.ops->hang_up(r.e, &c);
    end(&r);
}

// What the filter itself has to say waits for the caller's next words, and goes before them.
static void says_its_own_first(void **state)
{
    struct rig r;
    struct conn c = {.fd = -1};
    int owner;
    begin(&r, state);
    int peer = meet(&r, &c, &owner);
    says(&r, &c, "ONE");
    peer_gets(&r, peer, "xOxNxE");
    for (int i = 0; i < 3; i++) {
        peer_says(peer, "x1x?x?");
        rig_hears(&r, &owner, "1");
        rig_quiet(&r);
        says(&r, &c, "TWO");
        peer_gets(&r, peer, "!!xTxWxO");
    }
    rig_part(&r, &c, peer);
    end(&r);
}

static void broke_because(struct rig *r, const void *owner)
{
    struct io_event ev = rig_expect(r, IO_CLOSED, owner);
    assert_int_equal(ev.error, -EPROTO);
    assert_string_equal(ev.why, "because");
}

// What breaks with the very bytes that would have opened it was never open.
static void tells_why_it_broke(void **state)
{
    static const char *const ends[] = {"welcomx", "welcomex#", "welcomexax#"};
    struct rig r;
    struct conn c = {.fd = -1};
    int owner;
    begin(&r, state);
    for (unsigned i = 0; i < 3; i++) {
        int peer = rig_dial(&r, &c, &owner);
        peer_says(peer, ends[i]);
        broke_because(&r, &owner);
        rig_part(&r, &c, peer);
    }
    int peer = meet(&r, &c, &owner);
    peer_says(peer, "xax#");
    rig_hears(&r, &owner, "a");
    broke_because(&r, &owner);
    rig_part(&r, &c, peer);
    end(&r);
}

static void tells_that_it_was_left(void **state)
{
    struct rig r;
    struct conn c = {.fd = -1};
    int owner;
    begin(&r, state);
    int peer = rig_dial(&r, &c, &owner);
    rig_quiet(&r);
    peer_gets(&r, peer, "hello");
    close(peer);
    struct io_event ev = rig_expect(&r, IO_CLOSED, &owner);
    assert_int_equal(ev.error, 0);
    assert_string_equal(ev.why, "because");
    r.ops->hang_up(r.e, &c);
    peer = meet(&r, &c, &owner); // in its next life it is as good as new
    rig_part(&r, &c, peer);
    end(&r);
}

// Events that the caller has not reaped are gone with the connection; an engine that is closed gives all
// back.
static void forgets_with_the_connection(void **state)
{
    struct rig r;
    struct conn c[3] = {{.fd = -1}, {.fd = -1}, {.fd = -1}};
    int owner, peers[3];
    begin(&r, state);
    peers[0] = rig_dial(&r, &c[0], &owner);
    peer_says(peers[0], "welcomexaxbx.");
    rig_expect(&r, IO_OPEN, &owner);
    rig_part(&r, &c[0], peers[0]);
    rig_quiet(&r);
    for (int i = 0; i < 3; i++)
        peers[i] = meet(&r, &c[i], &owner);
    says(&r, &c[1], "ONE");
    end(&r);
    for (int i = 0; i < 3; i++) {
        conn_close(&c[i]);
        close(peers[i]);
    }
}

// More than the kernel takes: all of it comes, in order, behind what was under way.
static void sends_much_to_a_slow_reader(void **state)
{
    enum { BYTES = 4 << 20 };
    struct rig r;
    struct conn c = {.fd = -1};
    int owner;
    char *bytes = malloc(BYTES), *got = malloc(2 * BYTES);
    assert_non_null(bytes);
    assert_non_null(got);
    stream_fill(bytes, 0, BYTES, 5);
    begin(&r, state);
    int peer = meet(&r, &c, &owner);
    struct iovec piece = {bytes, BYTES};
    assert_int_equal(rig_send(&r, &c, &piece, 1), 0);
    struct io_event ev;
    for (size_t n = 0; n < 2 * BYTES;) {
        ssize_t more = recv(peer, got + n, 2 * BYTES - n, MSG_DONTWAIT);
        n += more > 0 ? (size_t)more : 0;
        if (r.ops->reap(r.e, 0, &ev) > 0)
            assert_int_equal(ev.kind, IO_SENT);
    }
    for (size_t i = 0; i < BYTES; i++)
        assert_true(got[2 * i] == 'x' && got[2 * i + 1] == bytes[i]);
    while (c.blocked)
        rig_expect(&r, IO_SENT, &owner);
    says(&r, &c, "more");
    peer_gets(&r, peer, "xmxoxrxe");
    rig_part(&r, &c, peer);
    end(&r);
    free(bytes);
    free(got);
}

static int give_nothing(void *state, const struct iovec *pieces, uint32_t n, struct buf *wire)
{
    (void)state;
    (void)pieces;
    (void)n;
    (void)wire;
    fail_msg("the kernel does it");
    return -1;
}

// The filter sees what comes. What is sent goes by it, in as many parts as the kernel likes.
static void what_the_kernel_changes_goes_as_it_is(void **state)
{
    enum { BYTES = 4 << 20, HALF = BYTES / 2 - 7 };
    static const struct filter_ops ops = {identity_begin, identity_end, identity_take,  give_nothing,
                                          identity_leave, identity_why, identity_agreed};
    static const struct filter in_kernel = {.ops = &ops, .in_kernel = true};
    struct engine_conf conf = few;
    struct rig r;
    struct conn c = {.fd = -1};
    int owner;
    char *bytes = malloc(BYTES);
    assert_non_null(bytes);
    stream_fill(bytes, 0, BYTES, 5);
    conf.filter = &in_kernel;
    rig_open(&r, *state, &conf);
    int peer = rig_join(&r, &c, &owner);
    for (int i = 0; i < 3; i++) {
        struct iovec pieces[] = {{bytes, HALF}, {bytes + HALF, BYTES - HALF}};
        assert_int_equal(rig_send(&r, &c, pieces, 2), 0);
        rig_drains(&r, peer, BYTES, 5);
        while (c.blocked)
            rig_expect(&r, IO_SENT, &owner);
        peer_says(peer, "OK");
        rig_hears(&r, &owner, "OK");
    }
    rig_part(&r, &c, peer);
    rig_close(&r);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        cmocka_unit_test(is_open_when_both_have_agreed),
        cmocka_unit_test(takes_all_at_once),
        cmocka_unit_test(says_its_own_first),
        cmocka_unit_test(tells_why_it_broke),
        cmocka_unit_test(tells_that_it_was_left),
        cmocka_unit_test(forgets_with_the_connection),
        cmocka_unit_test(sends_much_to_a_slow_reader),
        cmocka_unit_test(what_the_kernel_changes_goes_as_it_is),
    };
    enum { CASES = sizeof cases / sizeof *cases };
    struct CMUnitTest tests[CASES * (SETTINGS - FILTERED)];
    settings_apply_from(FILTERED, tests, cases, CASES);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
