// SPDX-License-Identifier: MIT
#include "stats/selftest.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define HOUR_MS (INT64_C(3600) * 1000)
#define DAY_MS (24 * HOUR_MS)
#define NOW INT64_C(1700000000000)

static struct selftest sample(void)
{
    return (struct selftest){
        .host = "bench1",
        .kernel = "Linux 6.1.0",
        .version = "0.1.0",
        .engine = "epoll",
        .taken_unix_ms = NOW,
        .whole = true,
        .floors = {{.pipeline = 1, .ceiling_rps = 2000000, .p50_ns = 20000, .p99_ns = 40000, .own_ns = 9000},
                   {.pipeline = 16, .ceiling_rps = 10000000, .p50_ns = 30000, .p99_ns = 50000}},
        .timer = {1000, 55000, 90000, 200000},
        .lag = {1000, 500, 3000, 9000},
        .delay = {true, true, 1050000},
        .errors = {true, true, 0.0102},
        .pairs = 8,
        .slot_s = 0.44,
        .rps_smallest = 0.021,
        .p50_smallest = 0.018,
    };
}

// --- what was planted ---

static bool delay_found(uint64_t p50_ns, uint64_t timer_ns)
{
    struct selftest t = sample();
    t.timer.p99_ns = timer_ns;
    selftest_take_delay(&t, p50_ns);
    assert_true(t.delay.tried);
    assert_true(t.delay.value == (double)p50_ns - 20000);
    return t.delay.found;
}

static void a_delay_is_found_where_p50_rose_by_it(void **state)
{
    (void)state;
    assert_true(delay_found(1020000, 0));
    assert_true(delay_found(920000, 0)); // 10 % less
    assert_false(delay_found(919999, 0));
    assert_true(delay_found(1120000, 0)); // 10 % more
    assert_false(delay_found(1120001, 0));
    assert_false(delay_found(20000, 0)); // no delay at all
    assert_false(delay_found(10000, 0)); // nor less than none
}

static void a_late_timer_excuses_some_of_it_and_not_all(void **state)
{
    (void)state;
    assert_true(delay_found(1220000, 100000));
    assert_false(delay_found(1220001, 100000));
    assert_true(delay_found(1520000, 50000000));
    assert_false(delay_found(1520001, 50000000));
    assert_false(delay_found(919999, 50000000)); // that it came too early it does not excuse
}

static bool errors_found(uint64_t errors, uint64_t answered)
{
    struct selftest t = {0};
    selftest_take_errors(&t, errors, answered);
    return t.errors.found;
}

// Of 10000 replies 100 +- 4 times 9.95.
static void errors_are_found_where_chance_gives_as_many(void **state)
{
    (void)state;
    assert_true(errors_found(100, 10000));
    assert_true(errors_found(61, 10000));
    assert_false(errors_found(60, 10000));
    assert_true(errors_found(139, 10000));
    assert_false(errors_found(140, 10000));
    assert_false(errors_found(0, 100)); // by chance too, and found is another thing
    assert_false(errors_found(0, 0));
}

static void one_that_was_missed_is_enough(void **state)
{
    (void)state;
    struct selftest t = sample();
    assert_false(selftest_missed(&t));
    t.errors.found = false;
    assert_true(selftest_missed(&t));
    t.errors.tried = false;
    assert_false(selftest_missed(&t));
}

// --- A/A ---

// Differences of +-ln 1.1 by turns: their mean is 0, their deviation sqrt(8/7) times that, and Student's t of
// 7 degrees is 2.3646 at 97.5 % and 0.8960 at 80 %.
static void the_smallest_difference_has_a_known_answer(void **state)
{
    (void)state;
    double x[16];
    for (int i = 0; i < 8; i++) {
        x[2 * i] = i % 2 ? 110 : 100;
        x[2 * i + 1] = i % 2 ? 100 : 110;
    }
    double expected = exp((2.36462 + 0.89603) * log(1.1) * sqrt(8.0 / 7) / sqrt(8)) - 1;
    assert_true(fabs(selftest_smallest(x, 8) - expected) < 1e-4);
}

static void equal_slots_tell_no_less_than_a_histogram_does(void **state)
{
    (void)state;
    const double x[] = {5, 5, 5, 5};
    assert_true(selftest_smallest(x, 2) == 0.001);
}

// --- in words ---

static void it_says_what_can_and_what_cannot_be_measured(void **state)
{
    (void)state;
    struct selftest t = sample();
    struct selftest_line lines[SELFTEST_LINES];
    static const char *const expected[] = {
        "a delay of 1 ms (an injected one was measured as 1.05 ms)",
        "an error rate of 1% (an injected one was measured as 1.02%)",
        "latencies below 18.0µs at P=1 (more than half of that is this client's own 9.00µs)",
        "more than 2,000,000 req/s at P=1 with one thread (the client's ceiling)",
        "more than 10,000,000 req/s at P=16 with one thread (the client's ceiling)",
        "gaps between requests below 3.00µs (in the open loop 1 in 100 is sent later than that)",
        "differences below 2.1% in throughput or 1.8% in p50 (with 8 pairs of 0.44 s)",
    };
    assert_int_equal(selftest_lines(&t, lines), 7);
    for (int i = 0; i < 7; i++) {
        assert_string_equal(lines[i].text, expected[i]);
        assert_int_equal(lines[i].can, i < 2);
    }
}

static void a_missed_fault_cannot_be_measured(void **state)
{
    (void)state;
    struct selftest t = sample();
    struct selftest_line lines[SELFTEST_LINES];
    t.delay = (struct selftest_fault){true, false, 200000};
    selftest_lines(&t, lines);
    assert_false(lines[0].can);
    assert_string_equal(lines[0].text, "a delay of 1 ms (an injected one was measured as 0.20 ms)");
}

static void without_stamps_the_round_trip_is_the_floor(void **state)
{
    (void)state;
    struct selftest t = sample();
    struct selftest_line lines[SELFTEST_LINES];
    t.floors[0].own_ns = 0;
    selftest_lines(&t, lines);
    assert_string_equal(
        lines[2].text, "latencies below 20.0µs at P=1 (the round trip to a server that does almost nothing)");
}

static void of_nothing_nothing_is_said(void **state)
{
    (void)state;
    struct selftest_line lines[SELFTEST_LINES];
    assert_int_equal(selftest_lines(&(struct selftest){0}, lines), 0);
}

// --- later ---

static void it_holds_for_this_machine_version_and_engine_for_30_days(void **state)
{
    (void)state;
    struct host host = {.name = "bench1", .kernel = "Linux 6.1.0"};
    struct selftest t = sample();
    assert_true(selftest_holds(&t, &host, "0.1.0", "epoll", NOW));
    assert_true(selftest_holds(&t, &host, "0.1.0", NULL, NOW + 30 * DAY_MS));
    assert_false(selftest_holds(&t, &host, "0.1.0", "epoll", NOW + 30 * DAY_MS + 1));
    assert_false(selftest_holds(&t, &host, "0.1.0", "epoll", NOW - 1)); // of a clock that was wrong
    assert_false(selftest_holds(&t, &host, "0.1.0", "io_uring", NOW));
    assert_false(selftest_holds(&t, &host, "0.2.0", "epoll", NOW));
    strcpy(host.kernel, "Linux 6.1.1");
    assert_false(selftest_holds(&t, &host, "0.1.0", "epoll", NOW));
    strcpy(host.kernel, "Linux 6.1.0");
    strcpy(host.name, "bench2");
    assert_false(selftest_holds(&t, &host, "0.1.0", "epoll", NOW));
    strcpy(host.name, "bench1");
    t.whole = false;
    assert_false(selftest_holds(&t, &host, "0.1.0", "epoll", NOW));
}

static void assert_quote(const struct selftest *t, int64_t age_ms, const char *expected)
{
    char quote[SELFTEST_QUOTE];
    assert_string_equal(selftest_quote(t, NOW + age_ms, quote), expected);
}

static void a_quote_tells_the_floor_and_the_age(void **state)
{
    (void)state;
    struct selftest t = sample();
    assert_quote(&t, 59999, "adds about 9.0 µs at P=1 (selftest just now)");
    assert_quote(&t, 60000, "adds about 9.0 µs at P=1 (selftest 1 min ago)");
    assert_quote(&t, 2 * HOUR_MS, "adds about 9.0 µs at P=1 (selftest 2 h ago)");
    assert_quote(&t, DAY_MS, "adds about 9.0 µs at P=1 (selftest 1 day ago)");
    t.floors[0].own_ns = 0;
    assert_quote(&t, 3 * DAY_MS, "adds at most 20.0 µs at P=1 (selftest 3 days ago)");
    t.errors.found = false;
    assert_quote(&t, 0, "adds at most 20.0 µs at P=1 (selftest just now, which missed an injected fault)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_delay_is_found_where_p50_rose_by_it),
        cmocka_unit_test(a_late_timer_excuses_some_of_it_and_not_all),
        cmocka_unit_test(errors_are_found_where_chance_gives_as_many),
        cmocka_unit_test(one_that_was_missed_is_enough),
        cmocka_unit_test(the_smallest_difference_has_a_known_answer),
        cmocka_unit_test(equal_slots_tell_no_less_than_a_histogram_does),
        cmocka_unit_test(it_says_what_can_and_what_cannot_be_measured),
        cmocka_unit_test(a_missed_fault_cannot_be_measured),
        cmocka_unit_test(without_stamps_the_round_trip_is_the_floor),
        cmocka_unit_test(of_nothing_nothing_is_said),
        cmocka_unit_test(it_holds_for_this_machine_version_and_engine_for_30_days),
        cmocka_unit_test(a_quote_tells_the_floor_and_the_age),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
