// SPDX-License-Identifier: MIT
#include "export/statsd.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

// --- a server that keeps datagrams ---

struct rig {
    int fd;
    struct statsd to;
    struct metrics metrics;
};

static struct where listen_there(int *fd)
{
    struct where at = {.len = sizeof(struct sockaddr_in)};
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    *fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    assert_true(*fd >= 0);
    assert_int_equal(bind(*fd, (const struct sockaddr *)&any, sizeof any), 0);
    assert_int_equal(getsockname(*fd, (struct sockaddr *)&at.to, &at.len), 0);
    return at;
}

static int open_rig(void **state)
{
    static struct rig r;
    struct err err = {0};
    struct where at = listen_there(&r.fd);
    assert_int_equal(metrics_init(&r.metrics), 0);
    assert_int_equal(statsd_open(&r.to, &at, &err), 0);
    *state = &r;
    return 0;
}

static int close_rig(void **state)
{
    struct rig *r = *state;
    statsd_close(&r->to);
    metrics_free(&r->metrics);
    close(r->fd);
    return 0;
}

// The next datagram, which loopback hands over at once; "" where there is none.
static const char *datagram(const struct rig *r)
{
    static char text[2048];
    ssize_t n = recv(r->fd, text, sizeof text - 1, 0);
    text[n > 0 ? n : 0] = 0;
    return text;
}

// --- what was measured ---

// 2 s: so many ok answers at 80 µs, one error, and `lost` without an answer.
static void end_test(struct rig *r, const char *test, const char *target, const struct counts *counts)
{
    struct summary s = {.wall_ns = 2000000000, .counts = *counts, .latency = hist_new(3)};
    snprintf(s.test, sizeof s.test, "%s", test);
    assert_non_null(s.latency);
    if (counts->ok)
        hist_record(s.latency, 80000, counts->ok);
    metrics_ended(&r->metrics, target, &s);
    hist_free(s.latency);
}

static void counters_are_what_came_since_the_last_datagram(void **state)
{
    struct rig *r = *state;
    static const char second[] = "hkv_bench.a_1.get.requests.ok:7|c\n"
                                 "hkv_bench.a_1.get.requests.error:1|c\n"
                                 "hkv_bench.a_1.get.requests_per_second:";
    end_test(r, "get", "a:1", &(struct counts){.sent = 105, .ok = 100, .errors = 2, .abandoned = 3});
    statsd_push(&r->to, &r->metrics);
    const char *text = datagram(r);
    assert_non_null(strstr(text, "hkv_bench.a_1.get.requests.ok:100|c\n"));
    assert_non_null(strstr(text, "hkv_bench.a_1.get.requests.error:2|c\n"));
    assert_non_null(strstr(text, "hkv_bench.a_1.get.requests.unanswered:3|c\n"));
    end_test(r, "get", "a:1", &(struct counts){.sent = 8, .ok = 7, .errors = 1});
    statsd_push(&r->to, &r->metrics);
    assert_memory_equal(datagram(r), second, sizeof second - 1);
    statsd_push(&r->to, &r->metrics); // nothing new: gauges alone
    text = datagram(r);
    assert_null(strstr(text, "|c\n"));
    assert_non_null(strstr(text, "requests_per_second"));
    assert_string_equal(datagram(r), "");
}

static void gauges_are_the_rate_and_the_quantiles(void **state)
{
    struct rig *r = *state;
    end_test(r, "set", "", &(struct counts){.sent = 100, .ok = 100});
    statsd_push(&r->to, &r->metrics);
    const char *text = datagram(r), *p50;
    assert_non_null(strstr(text, ".set.requests_per_second:50.000|g\n"));
    p50 = strstr(text, ".set.latency_ms.p50:");
    assert_non_null(p50);
    double ms = 0;
    assert_int_equal(sscanf(p50, ".set.latency_ms.p50:%lf|g\n", &ms), 1);
    assert_true(ms > 0.0799 && ms < 0.0802); // 80 µs, as three digits know it
}

static void without_ok_answers_there_are_no_quantiles(void **state)
{
    struct rig *r = *state;
    end_test(r, "get", "a:1", &(struct counts){.sent = 2, .errors = 2});
    statsd_push(&r->to, &r->metrics);
    const char *text = datagram(r);
    assert_non_null(strstr(text, "requests.error:2|c\n"));
    assert_null(strstr(text, "requests.ok"));
    assert_null(strstr(text, "latency_ms"));
}

static void nothing_measured_sends_nothing(void **state)
{
    struct rig *r = *state;
    statsd_push(&r->to, &r->metrics);
    assert_string_equal(datagram(r), "");
}

// What separates a name from its value, or lines, would be another metric.
static void names_have_nothing_that_separates(void **state)
{
    struct rig *r = *state;
    end_test(r, "a:1|c\nb@#", "[::1]:6379", &(struct counts){.sent = 1, .ok = 1});
    statsd_push(&r->to, &r->metrics);
    static const char first[] = "hkv_bench.___1__6379.a_1_c_b__.requests.ok:1|c\n";
    assert_memory_equal(datagram(r), first, sizeof first - 1);
}

// Many tests: several datagrams, none over what a network takes in one piece, each of whole lines.
static void datagrams_stay_small_and_whole(void **state)
{
    struct rig *r = *state;
    unsigned counters = 0, datagrams = 0;
    for (int i = 0; i < 40; i++) {
        char test[16];
        snprintf(test, sizeof test, "test%d", i);
        end_test(r, test, "a:1", &(struct counts){.sent = 1, .ok = 1});
    }
    statsd_push(&r->to, &r->metrics);
    for (const char *text; *(text = datagram(r)); datagrams++) {
        size_t len = strlen(text);
        assert_true(len <= 1400);
        assert_int_equal(text[len - 1], '\n');
        assert_memory_equal(text, "hkv_bench.a_1.test", 18);
        for (const char *at = text; (at = strstr(at, ".requests.ok:1|c\n")); at++)
            counters++;
    }
    assert_int_equal(counters, 40);
    assert_true(datagrams > 1);
}

static void an_address_that_takes_no_datagram_is_refused_in_a_sentence(void **state)
{
    struct where none = {.to.ss_family = AF_UNSPEC, .len = sizeof(struct sockaddr_in)};
    struct statsd s;
    struct err err = {0};
    (void)state;
    assert_int_equal(statsd_open(&s, &none, &err), -1);
    assert_int_equal(err.code, ERR_USAGE);
    assert_int_equal(strncmp(err.text, "--statsd: no datagram can be sent there: ", 41), 0);
    assert_int_equal(s.fd, -1);
    statsd_close(&s); // twice does no harm
}

#define with_rig(test) cmocka_unit_test_setup_teardown(test, open_rig, close_rig)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_rig(counters_are_what_came_since_the_last_datagram),
        with_rig(gauges_are_the_rate_and_the_quantiles),
        with_rig(without_ok_answers_there_are_no_quantiles),
        with_rig(nothing_measured_sends_nothing),
        with_rig(names_have_nothing_that_separates),
        with_rig(datagrams_stay_small_and_whole),
        cmocka_unit_test(an_address_that_takes_no_datagram_is_refused_in_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
