// SPDX-License-Identifier: MIT
// The contract of engine.h where there is much of everything: connections, bytes, events not yet reaped.
#include "rig.h"

#include <sys/resource.h>

#define CROWD_MAX 512

struct member {
    struct conn conn;
    int peer;
    size_t poured, got; // bytes of its stream: sent by the peer, had from the engine
    unsigned opened, sent;
};

static struct member crowd[CROWD_MAX];

// Room for n descriptors, or the case is left out.
static void need_descriptors(unsigned n)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = limit.rlim_max;
    if (limit.rlim_max < n || setrlimit(RLIMIT_NOFILE, &limit) < 0)
        skip();
}

static void dial_crowd(struct rig *r, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        crowd[i] = (struct member){.conn = crowd[i].conn}; // an engine may keep count in there
        crowd[i].peer = rig_dial(r, &crowd[i].conn, &crowd[i]);
    }
}

static void join_crowd(struct rig *r, unsigned n)
{
    dial_crowd(r, n);
    for (unsigned i = 0; i < n; i++) {
        struct io_event ev = rig_next(r);
        assert_int_equal(ev.kind, IO_OPEN);
        ((struct member *)ev.owner)->opened++;
    }
    for (unsigned i = 0; i < n; i++)
        assert_int_equal(crowd[i].opened, 1);
}

static void part_crowd(struct rig *r, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        rig_part(r, &crowd[i].conn, crowd[i].peer);
    rig_quiet(r);
    rig_close(r);
}

// Takes an event of any kind that a sound crowd may see. Answers the bytes it brought.
static size_t take(const struct io_event *ev)
{
    struct member *m = ev->owner;
    assert_in_range(m - crowd, 0, CROWD_MAX - 1);
    assert_int_not_equal(ev->kind, IO_CLOSED);
    m->opened += ev->kind == IO_OPEN;
    m->sent += ev->kind == IO_SENT;
    if (ev->kind != IO_DATA)
        return 0;
    assert_true(stream_is(ev->data, m->got, ev->len, (unsigned)(m - crowd)));
    m->got += ev->len;
    return ev->len;
}

// Each peer sends `each` bytes, as fast as the kernel takes them. All of them come, in order, to their
// owners.
static void flood(struct rig *r, unsigned n, size_t each)
{
    size_t got = 0;
    while (got < n * each) {
        for (unsigned i = 0; i < n; i++)
            crowd[i].poured += peer_pours(crowd[i].peer, crowd[i].poured, each, i);
        struct io_event ev = rig_next(r);
        do
            got += take(&ev);
        while (r->ops->reap(r->e, 0, &ev) > 0);
    }
    for (unsigned i = 0; i < n; i++)
        assert_int_equal(crowd[i].got, each);
}

static void carries_many_connections(void **state)
{
    enum { N = 400 };
    const struct engine_conf conf = {.connections = N, .reply_bytes = 64, .asks_max = 1};
    struct iovec pieces[N];
    static char text[N][16];
    struct rig r;
    need_descriptors(2 * N + 64);
    rig_open(&r, *state, &conf);
    join_crowd(&r, N);
    for (unsigned i = 0; i < N; i++) {
        snprintf(text[i], sizeof text[i], "ask %u", i);
        pieces[i] = (struct iovec){text[i], strlen(text[i])};
        assert_int_equal(rig_send(&r, &crowd[i].conn, &pieces[i], 1), 0);
    }
    rig_quiet(&r);
    for (unsigned i = 0; i < N; i++) {
        char got[16] = {0};
        assert_true(recv(crowd[i].peer, got, sizeof got - 1, 0) > 0);
        assert_string_equal(got, text[i]);
    }
    flood(&r, N, 100);
    part_crowd(&r, N);
}

// io_uring has 32 buffers of 4 KiB for this crowd: they run out, and nothing is lost by it.
static void survives_more_replies_than_room(void **state)
{
    enum { N = 16 };
    const struct engine_conf conf = {.connections = N, .reply_bytes = 64, .asks_max = 1};
    struct rig r;
    rig_open(&r, *state, &conf);
    join_crowd(&r, N);
    flood(&r, N, 1 << 20);
    part_crowd(&r, N);
}

// What is queued for the crowd has three completions a connection on io_uring, bytes, the end of the buffers
// and the send, and the queue holds two: a kernel that gives all at once (before Linux 6.14) overflows it.
static void survives_more_events_than_room(void **state)
{
    enum { N = CROWD_MAX };
    const struct engine_conf conf = {.connections = N, .reply_bytes = 64, .refills = true, .asks_max = 1};
    struct iovec pieces[N];
    struct rig r;
    need_descriptors(2 * N + 64);
    rig_open(&r, *state, &conf);
    join_crowd(&r, N);
    for (unsigned i = 0; i < N; i++) {
        pieces[i] = (struct iovec){"ask", 3};
        assert_int_equal(rig_send(&r, &crowd[i].conn, &pieces[i], 1), 0);
        crowd[i].poured = peer_pours(crowd[i].peer, 0, 40000, i);
    }
    flood(&r, N, 40000);
    struct io_event ev;
    while (r.ops->reap(r.e, 0, &ev) > 0)
        assert_int_equal(take(&ev), 0);
    for (unsigned i = 0; i < N; i++) {
        char got[8];
        assert_false(crowd[i].conn.blocked);
        assert_int_equal(recv(crowd[i].peer, got, sizeof got, 0), 3);
    }
    part_crowd(&r, N);
}

// A window is refilled before its replies have come: where the engine still holds the former bytes it says so
// by blocked, and IO_SENT ends that, once.
static void tells_when_out_may_be_refilled(void **state)
{
    enum { BYTES = 1000, ROUNDS = 500, ALL = BYTES * ROUNDS };
    const struct engine_conf conf = {.connections = 1, .reply_bytes = 64, .refills = true, .asks_max = 1};
    struct rig r;
    char out[BYTES]; // one buffer for all rounds
    size_t heard = 0;
    rig_open(&r, *state, &conf);
    join_crowd(&r, 1);
    for (size_t round = 0; round < ROUNDS; round++) {
        struct iovec pieces[] = {{out, 10}, {out + 10, BYTES - 10}};
        stream_fill(out, round * BYTES, BYTES, 2);
        assert_int_equal(rig_send(&r, &crowd[0].conn, pieces, 2), 0);
        if (crowd[0].conn.blocked)
            rig_expect(&r, IO_SENT, &crowd[0]);
        assert_false(crowd[0].conn.blocked);
        memset(out, 0, sizeof out);
        heard += peer_drinks(crowd[0].peer, heard, 2);
    }
    while (heard < ALL && peer_waits(crowd[0].peer, POLLIN))
        heard += peer_drinks(crowd[0].peer, heard, 2);
    assert_int_equal(heard, ALL);
    part_crowd(&r, 1);
}

// A big send in a window: IO_SENT comes when the last byte has left, not before.
static void tells_when_a_big_send_is_through(void **state)
{
    enum { BYTES = 16 << 20 };
    const struct engine_conf conf = {.connections = 1, .reply_bytes = 64, .refills = true, .asks_max = 1};
    struct rig r;
    char *bytes = malloc(BYTES);
    assert_non_null(bytes);
    stream_fill(bytes, 0, BYTES, 4);
    struct iovec piece = {bytes, BYTES};
    rig_open(&r, *state, &conf);
    join_crowd(&r, 1);
    assert_int_equal(rig_send(&r, &crowd[0].conn, &piece, 1), 0);
    assert_true(crowd[0].conn.blocked);
    rig_quiet(&r);
    assert_true(crowd[0].conn.blocked);
    if (rig_drains(&r, crowd[0].peer, BYTES, 4) == 0)
        rig_expect(&r, IO_SENT, &crowd[0]);
    assert_false(crowd[0].conn.blocked);
    part_crowd(&r, 1);
    free(bytes);
}

// As a worker does that stops in the middle: the engine first, then the connections.
static void closes_with_everything_under_way(void **state)
{
    enum { N = 100 };
    const struct engine_conf conf = {.connections = N, .reply_bytes = 64, .asks_max = 1};
    static char bytes[100000];
    struct iovec pieces[N];
    struct rig r;
    rig_open(&r, *state, &conf);
    join_crowd(&r, N);
    for (unsigned i = 0; i < N; i++) {
        pieces[i] = (struct iovec){bytes, sizeof bytes};
        peer_pours(crowd[i].peer, 0, 10000, i);
        assert_int_equal(rig_send(&r, &crowd[i].conn, &pieces[i], 1), 0);
    }
    struct io_event ev = rig_next(&r);
    assert_int_not_equal(ev.kind, IO_CLOSED);
    rig_close(&r);
    for (unsigned i = 0; i < N; i++) {
        conn_close(&crowd[i].conn);
        assert_true(peer_is_left(crowd[i].peer));
        close(crowd[i].peer);
    }
}

// One event of many is reaped; an engine may have the others at hand already, and loses them with hang_up.
static void forgets_what_is_at_hand(void **state)
{
    enum { N = 8 };
    const struct engine_conf conf = {.connections = N, .reply_bytes = 64, .asks_max = 1};
    struct rig r;
    rig_open(&r, *state, &conf);
    join_crowd(&r, N);
    for (unsigned i = 0; i < N; i++)
        peer_says(crowd[i].peer, "x");
    const struct member *first = rig_next(&r).owner;
    for (unsigned i = 0; i < N; i++)
        if (&crowd[i] != first)
            rig_part(&r, &crowd[i].conn, crowd[i].peer);
    rig_quiet(&r);
    rig_part(&r, &crowd[first - crowd].conn, first->peer);
    rig_quiet(&r);
    rig_close(&r);
}

// A run without keep-alive: every connection is renewed again and again, each slot changes hands.
static void renews_a_whole_crowd(void **state)
{
    enum { N = 32, ROUNDS = 20 };
    const struct engine_conf conf = {.connections = N, .reply_bytes = 64, .asks_max = 1};
    struct rig r;
    rig_open(&r, *state, &conf);
    for (unsigned round = 0; round < ROUNDS; round++) {
        join_crowd(&r, N);
        flood(&r, N, 50 + round);
        for (unsigned i = 0; i < N; i++) {
            peer_says(crowd[i].peer, "unread");
            rig_part(&r, &crowd[i].conn, crowd[i].peer);
        }
    }
    rig_quiet(&r);
    rig_close(&r);
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        cmocka_unit_test(carries_many_connections),
        cmocka_unit_test(survives_more_replies_than_room),
        cmocka_unit_test(survives_more_events_than_room),
        cmocka_unit_test(tells_when_out_may_be_refilled),
        cmocka_unit_test(tells_when_a_big_send_is_through),
        cmocka_unit_test(closes_with_everything_under_way),
        cmocka_unit_test(forgets_what_is_at_hand),
        cmocka_unit_test(renews_a_whole_crowd),
    };
    enum { CASES = sizeof cases / sizeof *cases };
    struct CMUnitTest tests[CASES * SETTINGS];
    settings_apply(tests, cases, CASES);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
