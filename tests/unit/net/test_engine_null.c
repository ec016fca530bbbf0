// SPDX-License-Identifier: MIT
// What of the contract of engine.h makes sense without a network, and what is this engine's own.
#include "net/engine.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct engine *open_engine(unsigned connections, const char *canned, unsigned asks_max)
{
    struct engine *e = NULL;
    struct engine_conf conf = {.connections = connections, .canned = slice_of(canned), .asks_max = asks_max};
    assert_int_equal(engine_null.open(&e, &conf), 0);
    return e;
}

static struct io_event expect(struct engine *e, enum io_kind kind, const void *owner)
{
    struct io_event ev;
    assert_int_equal(engine_null.reap(e, 0, &ev), 1);
    assert_int_equal(ev.kind, kind);
    assert_ptr_equal(ev.owner, owner);
    return ev;
}

static void quiet(struct engine *e)
{
    struct io_event ev;
    for (int i = 0; i < 3; i++)
        assert_int_equal(engine_null.reap(e, 0, &ev), 0);
}

static void opens(void **state)
{
    (void)state;
    struct engine *e = open_engine(1, "+OK\r\n", 1);
    struct conn c = {.fd = -1};
    struct addr nowhere = {0};
    int owner;
    quiet(e);
    assert_int_equal(engine_null.dial(e, &c, &nowhere, &owner), 0);
    assert_true(c.connecting);
    expect(e, IO_OPEN, &owner);
    assert_false(c.connecting);
    quiet(e);
    engine_null.hang_up(e, &c);
    quiet(e);
    engine_null.close(e);
}

static void answers_each_request(void **state)
{
    (void)state;
    struct engine *e = open_engine(1, "$3\r\nVXK\r\n", 16);
    struct conn c = {.fd = -1};
    struct addr nowhere = {0};
    int owner;
    assert_int_equal(engine_null.dial(e, &c, &nowhere, &owner), 0);
    expect(e, IO_OPEN, &owner);
    for (uint32_t asks = 1; asks <= 16; asks++) {
        uint64_t before_ns = clock_ns();
        c.asks = asks;
        assert_int_equal(engine_null.send(e, &c), 0);
        assert_false(c.blocked);
        struct io_event ev = expect(e, IO_DATA, &owner);
        assert_in_range(ev.at_ns, before_ns, clock_ns());
        assert_int_equal(ev.len, 9 * asks);
        for (size_t i = 0; i < asks; i++)
            assert_memory_equal(ev.data + 9 * i, "$3\r\nVXK\r\n", 9);
        quiet(e);
    }
    engine_null.close(e);
}

// A pipeline of large values is answered out of a bounded store: in several events, and none too many.
static void answers_large_pipelines_piecewise(void **state)
{
    (void)state;
    enum { LEN = 1000, ASKS = 500 };
    char reply[LEN + 1] = {0};
    memset(reply, 'x', LEN);
    struct engine *e = open_engine(1, reply, ASKS);
    struct conn c = {.fd = -1};
    struct addr nowhere = {0};
    struct io_event ev;
    size_t got = 0;
    assert_int_equal(engine_null.dial(e, &c, &nowhere, &c), 0);
    expect(e, IO_OPEN, &c);
    for (int round = 0; round < 2; round++) {
        c.asks = ASKS;
        assert_int_equal(engine_null.send(e, &c), 0);
        for (got = 0; engine_null.reap(e, 0, &ev) == 1; got += ev.len) {
            assert_int_equal(ev.kind, IO_DATA);
            assert_in_range(ev.len, LEN, ENGINE_NULL_BYTES);
            assert_int_equal(ev.len % LEN, 0);
        }
        assert_int_equal(got, (size_t)LEN * ASKS);
    }
    c.asks = ASKS; // hung up in the midst of it: nothing of its former life comes
    assert_int_equal(engine_null.send(e, &c), 0);
    expect(e, IO_DATA, &c);
    engine_null.hang_up(e, &c);
    assert_int_equal(engine_null.dial(e, &c, &nowhere, &c), 0);
    expect(e, IO_OPEN, &c);
    quiet(e);
    engine_null.close(e);
}

// One reply larger than the store is given as it lies with the caller.
static void copies_no_large_reply(void **state)
{
    (void)state;
    static char reply[ENGINE_NULL_BYTES + 2];
    memset(reply, 'x', sizeof reply - 1);
    struct engine *e = open_engine(1, reply, 3);
    struct conn c = {.fd = -1};
    struct addr nowhere = {0};
    assert_int_equal(engine_null.dial(e, &c, &nowhere, &c), 0);
    expect(e, IO_OPEN, &c);
    c.asks = 3;
    assert_int_equal(engine_null.send(e, &c), 0);
    for (int i = 0; i < 3; i++)
        assert_ptr_equal(expect(e, IO_DATA, &c).data, reply);
    quiet(e);
    engine_null.close(e);
}

// 5 connections: no power of two, and more rounds than its ring has places.
static void serves_many_in_order(void **state)
{
    (void)state;
    enum { N = 5 };
    struct engine *e = open_engine(N, "+OK\r\n", 4);
    struct conn c[N];
    struct addr nowhere = {0};
    for (int i = 0; i < N; i++)
        assert_int_equal(engine_null.dial(e, &c[i], &nowhere, &c[i]), 0);
    for (int i = 0; i < N; i++)
        expect(e, IO_OPEN, &c[i]);
    for (int round = 0; round < 20; round++) {
        for (int i = 0; i < N; i++) {
            c[i].asks = (uint32_t)(i % 4 + 1);
            assert_int_equal(engine_null.send(e, &c[i]), 0);
        }
        for (int i = 0; i < N; i++)
            assert_int_equal(expect(e, IO_DATA, &c[i]).len, 5 * (i % 4 + 1));
    }
    quiet(e);
    engine_null.close(e);
}

static void opens_anew(void **state)
{
    (void)state;
    struct engine *e = open_engine(1, "+OK\r\n", 1);
    struct conn c = {.fd = -1};
    struct addr nowhere = {0};
    int owner;
    for (int life = 0; life < 10; life++) {
        assert_int_equal(engine_null.dial(e, &c, &nowhere, &owner), 0);
        expect(e, IO_OPEN, &owner);
        c.asks = 1;
        assert_int_equal(engine_null.send(e, &c), 0);
        assert_int_equal(expect(e, IO_DATA, &owner).len, 5);
        engine_null.hang_up(e, &c);
    }
    quiet(e);
    engine_null.close(e);
}

// Two connections whose requests are of two kinds, one of them gone before it was answered.
static void answers_each_kind_by_its_own(void **state)
{
    (void)state;
    static const uint8_t one[] = {1, 0, 1}, other[] = {0, 0, 1};
    const struct slice by[] = {slice_of("+OK\r\n"), slice_of("$-1\r\n")};
    const struct engine_conf conf = {.connections = 2, .canned = by[0], .canned_by = by, .asks_max = 3};
    struct engine *e = NULL;
    struct conn c[2] = {{.fd = -1}, {.fd = -1}};
    struct addr nowhere = {0};
    assert_int_equal(engine_null.open(&e, &conf), 0);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(engine_null.dial(e, &c[i], &nowhere, &c[i]), 0);
        expect(e, IO_OPEN, &c[i]);
    }
    for (int round = 0; round < 9; round++) { // more than the ring has places
        for (int i = 0; i < 2; i++) {
            c[i].asks = 3;
            c[i].kinds = i ? other : one;
            assert_int_equal(engine_null.send(e, &c[i]), 0);
        }
        struct io_event ev = expect(e, IO_DATA, &c[0]);
        assert_true(slice_is((struct slice){ev.data, ev.len}, "$-1\r\n+OK\r\n$-1\r\n"));
        ev = expect(e, IO_DATA, &c[1]);
        assert_true(slice_is((struct slice){ev.data, ev.len}, "+OK\r\n+OK\r\n$-1\r\n"));
    }
    for (int i = 0; i < 2; i++)
        assert_int_equal(engine_null.send(e, &c[i]), 0);
    engine_null.hang_up(e, &c[0]);
    struct io_event ev = expect(e, IO_DATA, &c[1]);
    assert_true(slice_is((struct slice){ev.data, ev.len}, "+OK\r\n+OK\r\n$-1\r\n"));
    quiet(e);
    engine_null.close(e);
}

// Where there are too many for one event, the rest comes in the next ones.
static void answers_many_of_several_kinds_piecewise(void **state)
{
    (void)state;
    enum { LEN = 40000, ASKS = 5 };
    static const uint8_t kinds[ASKS] = {0, 1, 0, 0, 1};
    static char value[LEN + 1];
    memset(value, 'x', LEN);
    const struct slice by[] = {slice_of(value), slice_of("+OK\r\n")};
    const struct engine_conf conf = {.connections = 1, .canned = by[0], .canned_by = by, .asks_max = ASKS};
    static const size_t lens[] = {LEN + 5, LEN, LEN + 5};
    struct engine *e = NULL;
    struct conn c = {.fd = -1};
    struct addr nowhere = {0};
    assert_int_equal(engine_null.open(&e, &conf), 0);
    assert_int_equal(engine_null.dial(e, &c, &nowhere, &c), 0);
    expect(e, IO_OPEN, &c);
    c.asks = ASKS;
    c.kinds = kinds;
    assert_int_equal(engine_null.send(e, &c), 0);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(expect(e, IO_DATA, &c).len, lens[i]);
    quiet(e);
    engine_null.close(e);
}

// It sleeps where there is nothing to report: a loop of it turns a few times, not thousands.
static void waits(void **state)
{
    (void)state;
    struct engine *e = open_engine(1, "+OK\r\n", 1);
    struct io_event ev;
    unsigned turns = 0;
    uint64_t limit_ns = clock_ns() + 50 * NS_PER_MS;
    for (; clock_ns() < limit_ns; turns++)
        assert_int_equal(engine_null.reap(e, 50 * NS_PER_MS, &ev), 0);
    assert_in_range(turns, 1, 10);
    engine_null.close(e);
}

// The replies of the next phase, which may be longer or shorter, alike or too large for copies.
static void answers_otherwise_from_now_on(void **state)
{
    (void)state;
    static char large[ENGINE_NULL_BYTES + 1];
    const struct slice replies[] = {
        slice_of("$5\r\nhello\r\n"), slice_of(":1\r\n"), {large, sizeof large}, slice_of("+OK\r\n")};
    struct engine *e = open_engine(1, "+OK\r\n", 4);
    struct conn c = {.fd = -1};
    struct addr nowhere = {0};
    int owner;
    assert_int_equal(engine_null.dial(e, &c, &nowhere, &owner), 0);
    expect(e, IO_OPEN, &owner);
    for (size_t i = 0; i < sizeof replies / sizeof *replies; i++) {
        size_t left = 3 * replies[i].len;
        engine_null.canned(e, replies[i]);
        c.asks = 3;
        assert_int_equal(engine_null.send(e, &c), 0);
        while (left) {
            struct io_event ev = expect(e, IO_DATA, &owner);
            assert_true(ev.len && ev.len <= left && ev.len % replies[i].len == 0);
            for (size_t at = 0; at < ev.len; at += replies[i].len)
                assert_memory_equal(ev.data + at, replies[i].at, replies[i].len);
            left -= ev.len;
        }
        quiet(e);
    }
    assert_null(engine_epoll.canned); // a server answers there
    engine_null.close(e);
}

static void is_found_by_name(void **state)
{
    (void)state;
    struct err err = {0};
    assert_ptr_equal(engine_find(ENGINE_NULL, &err), &engine_null);
    assert_ptr_equal(engine_find(ENGINE_EPOLL, &err), &engine_epoll);
    const struct engine_ops *automatic = engine_find(ENGINE_AUTO, &err);
    const struct engine_ops *uring = engine_find(ENGINE_URING, &err);
    assert_ptr_equal(automatic, uring ? &engine_uring : &engine_epoll);
    assert_int_equal(err.code, uring ? ERR_NONE : ERR_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opens),
        cmocka_unit_test(answers_each_request),
        cmocka_unit_test(answers_large_pipelines_piecewise),
        cmocka_unit_test(copies_no_large_reply),
        cmocka_unit_test(serves_many_in_order),
        cmocka_unit_test(opens_anew),
        cmocka_unit_test(answers_each_kind_by_its_own),
        cmocka_unit_test(answers_many_of_several_kinds_piecewise),
        cmocka_unit_test(waits),
        cmocka_unit_test(answers_otherwise_from_now_on),
        cmocka_unit_test(is_found_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
