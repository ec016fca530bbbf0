// SPDX-License-Identifier: MIT
#include "stats/load.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void loads_that_differ(void **state)
{
    (void)state;
    const struct load load = {
        .rate = 100, .clients = 50, .pipeline = 2, .payload_bytes = 3, .keyspace = 1000};
    char why[LOAD_WHY];
    struct load other = load;
    assert_false(load_differs(&load, &other, why));
    other.payload_bytes = -1; // unknown
    assert_false(load_differs(&load, &other, why));
    other.keyspace = 10;
    assert_true(load_differs(&load, &other, why));
    assert_string_equal(why, "1000 keys then, 10 now");
    strcpy(other.workload, "--value-size 1-9");
    other.keyspace = 1000;
    assert_true(load_differs(&load, &other, why));
    assert_string_equal(why, "one server, keys and values of one size then, --value-size 1-9 now");
    other.pipeline = 1;
    assert_true(load_differs(&load, &other, why));
    assert_string_equal(why, "pipelines of 2 then, 1 now");
    other.rate = 0;
    assert_true(load_differs(&load, &other, why));
    assert_string_equal(why, "--rate 100 then, 0 now");
}

static void manners_of_a_load_that_differ(void **state)
{
    (void)state;
    const struct load load = {.rate = 1000,
                              .clients = 50,
                              .pipeline = 1,
                              .threads = 1,
                              .keepalive = 1,
                              .arrival = "poisson",
                              .key_dist = "uniform",
                              .engine = "epoll",
                              .protocol = 2,
                              .tracking = "off"};
    const struct load unknown = {.rate = 1000,
                                 .clients = 50,
                                 .pipeline = 1,
                                 .keepalive = -1,
                                 .sequential = -1,
                                 .quickack = -1,
                                 .tls = -1,
                                 .reconnect_every = -1};
    static const char *const words[] = {"1 client threads then, 2 now",
                                        "-k 1 then, -k 0 now",
                                        "random keys then, sequential now",
                                        "without --quickack then, with it now",
                                        "--arrival poisson then, constant now",
                                        "engine epoll then, io_uring now",
                                        "RESP2 then, RESP3 now",
                                        "--tracking off then, on now",
                                        "--reconnect-every 0 then, 1000 now",
                                        "--key-dist uniform then, zipf:0.99 now",
                                        "without TLS then, with it now"};
    char why[LOAD_WHY];
    assert_false(load_differs(&load, &load, why));
    assert_false(load_differs(&unknown, &load, why));
    for (int i = 0; i < 11; i++) {
        struct load other = load;
        other.threads += i == 0;
        other.keepalive -= i == 1;
        other.sequential += i == 2;
        other.quickack += i == 3;
        other.tls += i == 10;
        other.protocol += i == 6;
        snprintf(other.tracking, sizeof other.tracking, "%s", i == 7 ? "on" : "off");
        other.reconnect_every += i == 8 ? 1000 : 0;
        snprintf(other.arrival, sizeof other.arrival, "%s", i == 4 ? "constant" : "poisson");
        snprintf(other.engine, sizeof other.engine, "%s", i == 5 ? "io_uring" : "epoll");
        snprintf(other.key_dist, sizeof other.key_dist, "%s", i == 9 ? "zipf:0.99" : "uniform");
        assert_true(load_differs(&load, &other, why));
        assert_string_equal(why, words[i]);
        assert_false(load_differs(&unknown, &other, why));
    }
}

static void requests_that_come_due_together(void **state)
{
    (void)state;
    struct load load = {.pipeline = 16};
    assert_int_equal(load_batch(&load), 16);
    load.window = true;
    assert_int_equal(load_batch(&load), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loads_that_differ),
        cmocka_unit_test(manners_of_a_load_that_differ),
        cmocka_unit_test(requests_that_come_due_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
