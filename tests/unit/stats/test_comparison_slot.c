// SPDX-License-Identifier: MIT
// What a slot of a comparison is of a result, and what of it is compared (stats/comparison_metric.c).
#include "stats/comparison_slot.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct summary one(void)
{
    return (struct summary){
        .wall_ns = 2000000000,
        .counts = {.sent = 1010, .ok = 990, .errors = 10, .abandoned = 10, .hits = 600, .misses = 390},
        .quantiles =
            {[QUANTILE_P50] = {.ns = 100}, [QUANTILE_P99] = {.ns = 900}, [QUANTILE_P999] = {.ns = 5000}},
        .signals = {.cpu_known = true, .server_cores = 1.5, .commands = 1005, .evicted = 3},
        .verdict = {.limit = LIMIT_SERVER}};
}

static void what_is_compared(void **state)
{
    (void)state;
    struct summary s = one();
    struct comparison_slot slot = {.target = 3};
    comparison_slot_of(&slot, &s);
    assert_int_equal(slot.target, 3); // which stays
    assert_true(slot.value[COMPARISON_THROUGHPUT] == 500);
    assert_true(slot.value[COMPARISON_P50] == 100 && slot.value[COMPARISON_P99] == 900);
    assert_true(slot.value[COMPARISON_P999] == 5000 && slot.value[COMPARISON_CAPACITY] == 0);
    assert_int_equal(slot.limited_by, LIMIT_SERVER);
}

static void what_was_counted(void **state)
{
    (void)state;
    struct summary s = one();
    struct comparison_slot slot = {0};
    comparison_slot_of(&slot, &s);
    assert_true(slot.answered == 1000 && slot.errors == 10 && slot.unfinished == 10);
    assert_true(slot.hits == 600 && slot.misses == 390 && slot.sent == 1010 && slot.evicted == 3);
    assert_true(slot.counted == 1005 && slot.server_cpu_s == 3);
}

// What the server counted in a warm-up or a prefill is not of the slot alone.
static void a_count_of_more_than_the_slot_is_none(void **state)
{
    (void)state;
    struct summary s = one();
    struct comparison_slot slot = {0};
    s.warmup_ns = 1;
    comparison_slot_of(&slot, &s);
    assert_int_equal(slot.counted, 0);
    s.warmup_ns = 0;
    s.prefilled = 1;
    comparison_slot_of(&slot, &s);
    assert_int_equal(slot.counted, 0);
    s.signals.cpu_known = false;
    comparison_slot_of(&slot, &s);
    assert_true(slot.server_cpu_s < 0);
}

static void each_metric_has_a_name_and_a_margin(void **state)
{
    (void)state;
    for (int m = 0; m < COMPARISON_METRICS; m++) {
        assert_true(comparison_metrics[m].text && comparison_metrics[m].key);
        assert_null(strpbrk(comparison_metrics[m].key, ". -")); // a key of a document
        assert_true(comparison_metrics[m].margin > 0 && comparison_metrics[m].margin < 1);
        for (int k = 0; k < m; k++)
            assert_string_not_equal(comparison_metrics[m].key, comparison_metrics[k].key);
    }
    assert_true(comparison_metrics[COMPARISON_THROUGHPUT].more_is_better);
    assert_true(comparison_metrics[COMPARISON_CAPACITY].more_is_better);
    assert_false(comparison_metrics[COMPARISON_P99].more_is_better);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_compared),
        cmocka_unit_test(what_was_counted),
        cmocka_unit_test(a_count_of_more_than_the_slot_is_none),
        cmocka_unit_test(each_metric_has_a_name_and_a_margin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
