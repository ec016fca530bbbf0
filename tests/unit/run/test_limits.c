// SPDX-License-Identifier: MIT
// The order of the cases matters: the last ones lower this process's hard limit of descriptors for good.
#include "run/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>

#include <cmocka.h>

#define OWN_DESCRIPTORS 32 // as src/run/limits.c sets aside

struct setting {
    struct run_conf conf;
    struct target target;
    struct plan plan;
};

static void prepare(struct setting *s, unsigned clients, bool local)
{
    struct err err;
    struct slice ping = slice_of("PING");
    *s = (struct setting){.conf = {.clients = clients, .pipeline = 1, .data_bytes = 3}};
    if (local)
        assert_int_equal(addr_unix(&s->target.addr, "/nowhere", &err), 0);
    else
        assert_int_equal(addr_tcp(&s->target.addr, &(struct addr_query){"127.0.0.1", 6379, 0, -1}, &err), 0);
    s->target.engine = &engine_epoll;
    assert_int_equal(plan_command(&s->plan, &s->conf, &s->target, (struct words){.at = &ping, .n = 1}, &err),
                     0);
}

static struct rlimit limit_now(void)
{
    struct rlimit l;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &l), 0);
    return l;
}

static int check(struct setting *s, struct err *err)
{
    *err = (struct err){0};
    int rc = limits_check(&s->plan, err);
    plan_reset(&s->plan);
    return rc;
}

static void raises_the_soft_limit(void **state)
{
    (void)state;
    struct setting s;
    struct err err;
    struct rlimit l = limit_now();
    l.rlim_cur = 64;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &l), 0);
    prepare(&s, 100, false);
    assert_int_equal(check(&s, &err), 0);
    assert_int_equal(limit_now().rlim_cur, l.rlim_max);
}

// One more connection than there are local ports; a unix socket needs none.
static void refuses_more_connections_than_ports(void **state)
{
    (void)state;
    struct setting s;
    struct err err;
    unsigned low, high;
    char text[512];
    FILE *f = fopen("/proc/sys/net/ipv4/ip_local_port_range", "re");
    if (!f)
        skip();
    assert_int_equal(fscanf(f, "%u %u", &low, &high), 2);
    fclose(f);
    unsigned ports = high - low + 1;
    rlim_t need = ports + 2 * OWN_DESCRIPTORS;
    struct rlimit l = {need, need};
    if (limit_now().rlim_max < need && setrlimit(RLIMIT_NOFILE, &l) < 0)
        skip(); // only root may
    prepare(&s, ports, false);
    assert_int_equal(check(&s, &err), 0);
    prepare(&s, ports + 1, false);
    assert_int_equal(check(&s, &err), -1);
    assert_int_equal(err.code, ERR_USAGE);
    snprintf(text, sizeof text,
             "%u connections to one address need as many local ports, and this machine has %u "
             "(net.ipv4.ip_local_port_range): give -c %u or fewer",
             ports + 1, ports, ports);
    assert_string_equal(err.text, text);
    prepare(&s, ports + 1, true);
    assert_int_equal(check(&s, &err), 0);
}

// 14 bytes a request, 4 billion of them outstanding on each of 1000 connections: 56 TiB.
static void refuses_more_memory_than_there_is(void **state)
{
    (void)state;
    struct setting s;
    struct err err;
    prepare(&s, 1000, false);
    s.conf.pipeline = UINT32_MAX;
    assert_int_equal(check(&s, &err), -1);
    assert_int_equal(err.code, ERR_USAGE);
    static const char begin[] =
        "1000 connections with 4294967295 requests of 14 bytes each outstanding need ";
    assert_memory_equal(err.text, begin, sizeof begin - 1);
    assert_non_null(strstr(err.text, ": give a smaller -c, -P or -d"));
}

// A reply to read is held once, whoever answers; a thread's store of them is bounded.
static void counts_the_reply_that_is_read(void **state)
{
    (void)state;
    struct setting s;
    struct err err;
    prepare(&s, 1, true);
    s.plan.asks->canned_len = SIZE_MAX / 4;
    assert_int_equal(check(&s, &err), -1);
    assert_int_equal(err.code, ERR_USAGE);
    assert_non_null(strstr(err.text, " of memory, and this machine has "));
    prepare(&s, 1, true);
    s.conf.pipeline = 32;
    s.plan.asks->canned_len = 64 << 20;
    assert_int_equal(check(&s, &err), 0);
}

static void lower_hard_limit(rlim_t n)
{
    struct rlimit l = {n, n};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &l), 0);
}

// 200: 32 of our own, one for the worker, and 167 connections.
static void refuses_more_connections_than_descriptors(void **state)
{
    (void)state;
    struct setting s;
    struct err err;
    lower_hard_limit(200);
    prepare(&s, 167, false);
    assert_int_equal(check(&s, &err), 0);
    prepare(&s, 168, false);
    assert_int_equal(check(&s, &err), -1);
    assert_int_equal(err.code, ERR_USAGE);
    assert_string_equal(err.text,
                        "168 connections need 201 file descriptors, and this process may have 200: raise the "
                        "limit (ulimit -n) or give -c 167 or fewer");
    prepare(&s, 168, true);
    assert_int_equal(check(&s, &err), -1); // a unix socket is a descriptor too
}

// The embedded server takes one for each connection as well: 83 pairs in 167.
static void counts_the_embedded_server(void **state)
{
    (void)state;
    struct setting s;
    struct err err;
    lower_hard_limit(200);
    prepare(&s, 83, false);
    s.conf.embedded = true;
    assert_int_equal(check(&s, &err), 0);
    prepare(&s, 84, false);
    s.conf.embedded = true;
    assert_int_equal(check(&s, &err), -1);
    assert_string_equal(err.text,
                        "84 connections need 201 file descriptors, and this process may have 200: raise the "
                        "limit (ulimit -n) or give -c 83 or fewer");
}

// Fewer than we need ourselves: no number of connections would do.
static void refuses_a_limit_too_low_for_any(void **state)
{
    (void)state;
    struct setting s;
    struct err err;
    lower_hard_limit(20);
    prepare(&s, 1, false);
    assert_int_equal(check(&s, &err), -1);
    assert_int_equal(err.code, ERR_USAGE);
    assert_string_equal(err.text,
                        "1 connections need 34 file descriptors, and this process may have 20: raise "
                        "the limit (ulimit -n)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(raises_the_soft_limit),
        cmocka_unit_test(refuses_more_connections_than_ports),
        cmocka_unit_test(refuses_more_memory_than_there_is),
        cmocka_unit_test(counts_the_reply_that_is_read),
        cmocka_unit_test(refuses_more_connections_than_descriptors),
        cmocka_unit_test(counts_the_embedded_server),
        cmocka_unit_test(refuses_a_limit_too_low_for_any),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
