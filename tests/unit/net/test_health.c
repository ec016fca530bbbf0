// SPDX-License-Identifier: MIT
#include "net/health.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static void sums_and_a_least(void **state)
{
    (void)state;
    struct health a = {2, 100, 3, 1000, 10, 5, 40}, b = {1, 50, 1, 500, 1, 2, 30}, none = {0};
    health_merge(&a, &b);
    assert_true(a.sampled == 3 && a.segments == 150 && a.retransmitted == 4 && a.busy_us == 1500);
    assert_true(a.receiver_limited_us == 11 && a.sender_limited_us == 7 && a.rtt_min_us == 30);
    health_merge(&a, &none); // whose least is not known
    assert_int_equal(a.rtt_min_us, 30);
    health_merge(&none, &a);
    assert_true(none.rtt_min_us == 30 && none.sampled == 3);
}

static void a_connection_that_stood(void **state)
{
    (void)state;
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof at;
    struct health h = {0};
    char byte = 'x';
    int listener = socket(AF_INET, SOCK_STREAM, 0), fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(listener, 1), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&at, &len), 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
    int other = accept(listener, NULL, NULL);
    assert_true(other >= 0);
    assert_int_equal(write(fd, &byte, 1), 1);
    assert_int_equal(read(other, &byte, 1), 1);
    health_add(&h, &(struct conn){.fd = fd});
    assert_int_equal(h.sampled, 1);
    assert_true(h.segments >= 2); // SYN, and the byte
    assert_int_equal(h.retransmitted, 0);
    health_add(&h, &(struct conn){.fd = fd});
    assert_int_equal(h.sampled, 2);
    close(fd);
    close(other);
    close(listener);
}

static void of_others_nothing_is_known(void **state)
{
    (void)state;
    struct health h = {0};
    int ends[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    health_add(&h, &(struct conn){.fd = -1});
    health_add(&h, &(struct conn){.fd = ends[0]});
    assert_int_equal(h.sampled, 0);
    assert_int_equal(h.rtt_min_us, 0);
    close(ends[0]);
    close(ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_and_a_least),
        cmocka_unit_test(a_connection_that_stood),
        cmocka_unit_test(of_others_nothing_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
