// SPDX-License-Identifier: MIT
// One connection of the embedded server over a pair of sockets, turn by turn.
#include "serve/session.h"

#include "base/clock.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static struct service service;
static struct session *session;
static int peer;

// With these faults.
static void meet(const struct fault_conf *faults)
{
    int ends[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
    service = (struct service){.now_ms = 1000, .now_ns = NS_PER_S};
    service.faults = faults_init(faults);
    session = session_new(ends[0], NULL);
    assert_non_null(session);
    peer = ends[1];
}

static void part(void)
{
    session_free(session);
    close(peer);
    service_reset(&service);
}

static void says(const char *bytes, size_t n)
{
    assert_int_equal(write(peer, bytes, n), n);
}

// What has come by now.
static struct slice heard(void)
{
    static char bytes[1 << 16];
    ssize_t n = read(peer, bytes, sizeof bytes);
    return (struct slice){bytes, n > 0 ? (size_t)n : 0};
}

static void answers(const char *line, const char *reply)
{
    says(line, strlen(line));
    assert_int_equal(session_go(session, &service), EPOLLIN);
    struct slice got = heard();
    if (!slice_is(got, reply))
        fail_msg("%s: \"%.*s\"", line, (int)got.len, got.at);
}

static void a_request_cut_anywhere_has_its_answer(void **state)
{
    (void)state;
    static const char request[] = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\na\r\nbc\r\n";
    for (size_t cut = 1; cut < sizeof request - 1; cut++) {
        meet(&(struct fault_conf){0});
        says(request, cut);
        assert_int_equal(session_go(session, &service), EPOLLIN);
        assert_int_equal(heard().len, 0);
        says(request + cut, sizeof request - 1 - cut);
        assert_int_equal(session_go(session, &service), EPOLLIN);
        assert_true(slice_is(heard(), "+OK\r\n"));
        answers("GET k\r\n", "$5\r\na\r\nbc\r\n");
        part();
    }
}

static void byte_by_byte_too(void **state)
{
    (void)state;
    static const char request[] = "*2\r\n$4\r\nECHO\r\n$2\r\nhi\r\n*1\r\n$4\r\nPING\r\n";
    meet(&(struct fault_conf){0});
    size_t answered = 0;
    for (size_t i = 0; i < sizeof request - 1; i++) {
        says(request + i, 1);
        assert_int_equal(session_go(session, &service), EPOLLIN);
        answered += heard().len;
        assert_int_equal(answered, i + 1 < 22 ? 0 : i + 2 < sizeof request ? 8 : 15);
    }
    part();
}

static void a_pipeline_is_answered_in_its_order(void **state)
{
    (void)state;
    meet(&(struct fault_conf){0});
    answers("SET a 1\r\nINCR a\r\nGET a\r\nNOSUCH\r\nPING\r\n",
            "+OK\r\n:2\r\n$1\r\n2\r\n-ERR unknown command 'NOSUCH'\r\n+PONG\r\n");
    part();
}

static void what_is_no_request_ends_the_connection(void **state)
{
    (void)state;
    meet(&(struct fault_conf){0});
    says("*1\r\n:5\r\n", 8);
    assert_int_equal(session_go(session, &service), 0);
    struct slice got = heard();
    assert_true(got.len > 5 && memcmp(got.at, "-ERR ", 5) == 0);
    part();
}

static void it_ends_with_its_peer(void **state)
{
    (void)state;
    meet(&(struct fault_conf){0});
    answers("PING\r\n", "+PONG\r\n");
    shutdown(peer, SHUT_WR);
    assert_int_equal(session_go(session, &service), 0);
    part();
}

// More replies than the socket takes: it waits until they can be sent, and loses none.
static void a_slow_reader_gets_all_of_it(void **state)
{
    (void)state;
    static char value[200000];
    struct buf request = {0};
    meet(&(struct fault_conf){0});
    memset(value, 'v', sizeof value);
    assert_int_equal(store_set(&service.dbs[0], slice_of("k"), (struct slice){value, sizeof value}), 0);
    for (int i = 0; i < 8; i++)
        assert_int_equal(buf_append(&request, "GET k\r\n", 7), 0);
    says(request.at, request.len);
    uint32_t waits = session_go(session, &service);
    assert_int_equal(waits, EPOLLOUT);
    size_t got = 0, all = 8 * (9 + sizeof value + 2);
    for (unsigned turns = 0; got < all && turns < 1000; turns++) {
        got += heard().len;
        waits = session_go(session, &service);
    }
    assert_int_equal(got + heard().len, all);
    assert_int_equal(waits, EPOLLIN);
    buf_free(&request);
    part();
}

static void planted_errors_take_the_place_of_answers(void **state)
{
    (void)state;
    meet(&(struct fault_conf){.error_share = 1, .error_prefix = "OOM"});
    answers("SET a 1\r\n", "-OOM planted\r\n");
    answers("GET a\r\n", "-OOM planted\r\n");
    assert_int_equal(service.faults.errors, 2);
    part();
}

static void a_connection_is_dropped_behind_its_last_reply(void **state)
{
    (void)state;
    meet(&(struct fault_conf){.drop_after = 2});
    says("PING\r\nPING\r\nPING\r\n", 18);
    assert_int_equal(session_go(session, &service), 0);
    assert_true(slice_is(heard(), "+PONG\r\n+PONG\r\n"));
    assert_int_equal(service.faults.drops, 1);
    part();
}

static void a_mute_connection_stays_and_says_nothing(void **state)
{
    (void)state;
    meet(&(struct fault_conf){.mute_after = 1});
    answers("PING\r\nPING\r\nPING\r\n", "+PONG\r\n");
    answers("PING\r\n", "");
    part();
}

static void a_reply_that_is_held_back_goes_when_it_may(void **state)
{
    (void)state;
    meet(&(struct fault_conf){.delay_ns = 3600 * NS_PER_S});
    assert_true(session_due(session) == UINT64_MAX);
    says("PING\r\nPING\r\n", 12);
    service.now_ns = clock_ns();
    session_go(session, &service);
    assert_int_equal(heard().len, 0);
    assert_int_equal(session_held(session), 2);
    assert_int_equal(service.faults.held, 2);
    assert_true(session_due(session) >= service.now_ns + 3600 * NS_PER_S);
    service.now_ns = session_due(session) - 1;
    session_go(session, &service);
    assert_int_equal(heard().len, 0);
    service.now_ns += 3600 * NS_PER_S;
    session_go(session, &service);
    assert_true(slice_is(heard(), "+PONG\r\n+PONG\r\n"));
    assert_int_equal(session_held(session), 0);
    assert_int_equal(service.faults.held, 0);
    part();
}

static void garbage_is_no_reply(void **state)
{
    (void)state;
    meet(&(struct fault_conf){.garbage = true});
    answers("PING\r\n", "garbage instead of a reply\r\n");
    part();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_cut_anywhere_has_its_answer),
        cmocka_unit_test(byte_by_byte_too),
        cmocka_unit_test(a_pipeline_is_answered_in_its_order),
        cmocka_unit_test(what_is_no_request_ends_the_connection),
        cmocka_unit_test(it_ends_with_its_peer),
        cmocka_unit_test(a_slow_reader_gets_all_of_it),
        cmocka_unit_test(planted_errors_take_the_place_of_answers),
        cmocka_unit_test(a_connection_is_dropped_behind_its_last_reply),
        cmocka_unit_test(a_mute_connection_stays_and_says_nothing),
        cmocka_unit_test(a_reply_that_is_held_back_goes_when_it_may),
        cmocka_unit_test(garbage_is_no_reply),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
