// SPDX-License-Identifier: MIT
#include "serve/arrival.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

// Both ends of a TCP connection of this machine: only there the kernel stamps streams.
static void connect_pair(int pair[2])
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(listener >= 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&at, &len), 0);
    assert_int_equal(listen(listener, 1), 0);
    pair[0] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(pair[0], (struct sockaddr *)&at, sizeof at), 0);
    pair[1] = accept(listener, NULL, NULL);
    assert_true(pair[1] >= 0);
    close(listener);
}

static void close_pair(const int pair[2])
{
    close(pair[0]);
    close(pair[1]);
}

// It had arrived before it was looked for, however long that took.
static void bytes_arrive_between_their_sending_and_their_reading(void **state)
{
    int pair[2];
    char text[16];
    uint64_t at_ns = 0;
    (void)state;
    connect_pair(pair);
    arrival_watch(pair[1]);
    for (int i = 0; i < 10; i++) { // the kernel takes a moment to begin
        uint64_t before_ns = clock_ns();
        assert_int_equal(send(pair[0], "abc", 3, 0), 3);
        usleep(1000);
        uint64_t late_ns = clock_ns();
        assert_int_equal(arrival_read(pair[1], text, sizeof text, &at_ns), 3);
        assert_memory_equal(text, "abc", 3);
        if (!at_ns)
            continue;
        assert_true(at_ns + NS_PER_MS > before_ns); // two clocks are read after each other
        assert_true(at_ns < late_ns + NS_PER_MS);
    }
    assert_true(at_ns > 0);
    close_pair(pair);
}

static void what_is_not_watched_is_unknown(void **state)
{
    int pair[2];
    char text[2];
    uint64_t at_ns = 7;
    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    assert_int_equal(send(pair[0], "abc", 3, 0), 3);
    assert_int_equal(arrival_read(pair[1], text, sizeof text, &at_ns), 2); // no more than there is room for
    assert_memory_equal(text, "ab", 2);
    assert_int_equal(at_ns, 0);
    assert_int_equal(arrival_read(pair[1], text, sizeof text, &at_ns), 1);
    close_pair(pair);
}

static void ends_and_faults_are_those_of_recv(void **state)
{
    int pair[2];
    char text[2];
    uint64_t at_ns = 7;
    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair), 0);
    assert_int_equal(arrival_read(pair[1], text, sizeof text, &at_ns), -EAGAIN);
    assert_int_equal(at_ns, 0);
    close(pair[0]);
    assert_int_equal(arrival_read(pair[1], text, sizeof text, &at_ns), 0);
    close(pair[1]);
    assert_int_equal(arrival_read(-1, text, sizeof text, &at_ns), -EBADF);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_arrive_between_their_sending_and_their_reading),
        cmocka_unit_test(what_is_not_watched_is_unknown),
        cmocka_unit_test(ends_and_faults_are_those_of_recv),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
