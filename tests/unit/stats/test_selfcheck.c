// SPDX-License-Identifier: MIT
#include "stats/selfcheck.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

// 1000 answers of 1 ms in 1 s: one request outstanding on average.
static struct summary sound(void)
{
    struct summary s = {
        .counts.sent = 1000, .counts.ok = 1000, .wall_ns = 1000000000, .latency = hist_new(3)};
    hist_record(s.latency, 1000000, 1000);
    s.outstanding_ns = 1e9;
    return s;
}

static void assert_wrong(const struct summary *s, const char *text)
{
    struct selfcheck c;
    selfcheck_of(s, &c);
    assert_false(c.consistent);
    assert_non_null(strstr(c.text, text));
}

static void a_sound_test_adds_up(void **state)
{
    (void)state;
    struct summary s = sound();
    struct selfcheck c;
    selfcheck_of(&s, &c);
    assert_true(c.consistent);
    assert_true(c.little_known);
    assert_true(c.little_error > -1e-9 && c.little_error < 1e-9);
    assert_string_equal(c.text, "");
    summary_free(&s);
}

static void each_sum_is_held(void **state)
{
    (void)state;
    struct summary s = sound();
    s.counts.sent++;
    assert_wrong(&s, "1001 requests were due, and 1000 ok, 0 errors, 0 unfinished");
    s.counts.sent--;
    hist_record(s.latency, 5, 1);
    assert_wrong(&s, "1000 ok answers, and 1001 latencies");
    summary_free(&s);
    s = sound();
    struct recorder r = {.latency = hist_new(3), .counts.sent = 1000, .counts.ok = 999};
    assert_int_equal(series_init(&s.series, &r, 100), 0);
    assert_int_equal(series_mark(&s.series, &r, 0), 0);
    assert_wrong(&s, "sum up to 1000 due, 1000 sent, 999 ok");
    hist_free(r.latency);
    summary_free(&s);
}

static void littles_law_is_held(void **state)
{
    (void)state;
    struct summary s = sound();
    struct selfcheck c;
    s.outstanding_ns = 1.04e9;
    selfcheck_of(&s, &c);
    assert_true(c.consistent);
    s.outstanding_ns = 1.06e9;
    assert_wrong(&s, "Little's law is off by 5.7%");
    s.outstanding_ns = 0.94e9;
    assert_wrong(&s, "Little's law is off by -6.4%");
    s.counts.unsent = 1; // what it waited is known to nobody
    selfcheck_of(&s, &c);
    assert_true(c.consistent);
    assert_false(c.little_known);
    summary_free(&s);
}

// In the open loop it is the time from leaving that counts, and that of error replies beside.
static void littles_law_counts_service_and_errors(void **state)
{
    (void)state;
    struct summary s = sound();
    struct selfcheck c;
    s.service = hist_new(3);
    hist_record(s.service, 500000, 1000);
    s.counts.sent = 1500;
    s.counts.errors = 500;
    s.counts.errors_ns = 500000000;
    selfcheck_of(&s, &c);
    assert_true(c.little_known);
    assert_true(c.little_error > -1e-3 && c.little_error < 1e-3);
    summary_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sound_test_adds_up),
        cmocka_unit_test(each_sum_is_held),
        cmocka_unit_test(littles_law_is_held),
        cmocka_unit_test(littles_law_counts_service_and_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
