// SPDX-License-Identifier: MIT
#include "run/by_gap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define MS NS_PER_MS
#define STEP_NS (100 * MS)
#define START_NS (1000 * NS_PER_S)

// 2 s of 100 answers in each 100 ms, of 1 ms each.
static struct recorder rec;
static struct summary s;

static int set_up(void **state)
{
    (void)state;
    s = (struct summary){
        .start_ns = START_NS, .wall_ns = 2 * NS_PER_S, .load.clients = 1, .load.pipeline = 1};
    if (recorder_init(&rec, 3, false) < 0 || series_init(&s.series, &rec, STEP_NS) < 0)
        return -1;
    series_reset(&s.series, STEP_NS);
    for (unsigned i = 0; i < 20; i++) {
        rec.counts.sent += 100;
        recorder_ok(&rec, MS, 100);
        if (series_mark(&s.series, &rec, 0) < 0)
            return -1;
    }
    s.counts = rec.counts;
    s.latency = rec.latency;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    series_free(&s.series);
    recorder_free(&rec);
    return 0;
}

static struct gap gap(uint64_t from_ms, uint64_t to_ms, bool broke)
{
    return (struct gap){START_NS + from_ms * MS, START_NS + from_ms * MS, START_NS + to_ms * MS, broke, 0};
}

static void nobody_was_served_when_none_of_them_was(void **state)
{
    (void)state;
    struct gap of_a[] = {gap(200, 800, true)}, of_b[] = {gap(500, 1200, true)};
    struct worker workers[] = {{.gaps = {.list = of_a, .n = 1}}, {.gaps = {.list = of_b, .n = 1}}};
    assert_int_equal(by_gap(&s, workers, 2), 0);
    assert_int_equal(s.outages.n, 1);
    assert_int_equal(s.outages.list[0].start_ns, 500 * MS);
    assert_int_equal(s.outages.list[0].length_ns, 300 * MS);
    assert_true(s.outages.list[0].broke && s.outages.list[0].ended);
}

static void one_that_goes_on_hides_what_another_misses(void **state)
{
    (void)state;
    struct gap of_a[] = {gap(200, 800, true)};
    struct worker workers[] = {{.gaps = {.list = of_a, .n = 1}}, {.gaps = {0}}};
    assert_int_equal(by_gap(&s, workers, 2), 0);
    assert_int_equal(s.outages.n, 0);
}

static void a_gap_that_never_ends_lasts_to_the_end(void **state)
{
    (void)state;
    struct gap open = {START_NS + 1500 * MS, START_NS + 1500 * MS, GAPS_OPEN, true, 0};
    struct worker w = {.gaps = {.list = &open, .n = 1}};
    assert_int_equal(by_gap(&s, &w, 1), 0);
    assert_int_equal(s.outages.n, 1);
    assert_int_equal(s.outages.list[0].start_ns, 1500 * MS);
    assert_int_equal(s.outages.list[0].length_ns, 500 * MS);
    assert_false(s.outages.list[0].ended);
}

static void what_was_never_answered_has_no_usual_time(void **state)
{
    (void)state;
    struct gap all = {START_NS, START_NS, GAPS_OPEN, true, 0};
    struct worker w = {.gaps = {.list = &all, .n = 1}};
    s.counts = (struct counts){.sent = 5};
    assert_int_equal(by_gap(&s, &w, 1), 0);
    assert_int_equal(s.outages.n, 1);
    assert_int_equal(s.outages.list[0].length_ns, 2 * NS_PER_S);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nobody_was_served_when_none_of_them_was),
        TEST(one_that_goes_on_hides_what_another_misses),
        TEST(a_gap_that_never_ends_lasts_to_the_end),
        TEST(what_was_never_answered_has_no_usual_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
