// SPDX-License-Identifier: MIT
#include "stats/comparison_end.h"

#include "judge/sequential.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct comparison_block blocks[SEQUENTIAL_LAST];

// n blocks ABBA, in which B is ratio times as fast, give or take a wobble.
static struct comparison of(unsigned n, double ratio, double wobble)
{
    static const unsigned order[] = {0, 1, 1, 0};
    struct comparison c = {.targets = 2,
                           .names = {"a", "b"},
                           .n = n,
                           .blocks = blocks,
                           .block_s = 2,
                           .spent_s = 2.0 * n,
                           .budget_s = 60};
    for (int m = 0; m < COMPARISON_METRICS; m++)
        c.margins[m] = comparison_metrics[m].margin;
    for (unsigned k = 0; k < n; k++) {
        blocks[k] = (struct comparison_block){.n = 4};
        for (unsigned i = 0; i < 4; i++) {
            struct comparison_slot *s = &blocks[k].slots[i];
            double speed = order[i] ? ratio * (1 + wobble * (k % 2 ? 1 : -1) * (1 + 0.1 * k)) : 1;
            *s = (struct comparison_slot){
                .target = order[i], .limited_by = LIMIT_SERVER, .answered = 1000, .sent = 1000};
            for (int m = 0; m < COMPARISON_CAPACITY; m++)
                s->value[m] = comparison_metrics[m].more_is_better ? 1e5 * speed : 1e6 / speed;
        }
    }
    return c;
}

static struct contrast primary(const struct comparison *c)
{
    struct contrast all[COMPARISON_METRICS];
    comparison_judge(c, 1, all);
    return all[c->primary];
}

static void nothing_stands_before_the_first_look(void **state)
{
    (void)state;
    struct comparison c = of(6, 1.2, 0.001);
    struct contrast x = primary(&c);
    assert_false(comparison_end_stands(&c));
    assert_true(x.judged && x.estimate.by_t && x.estimate.low > 1);
    assert_int_equal(x.finding, FINDING_UNCLEAR);
    assert_int_equal(x.better, 0);
    assert_int_equal(comparison_end_looks_taken(&c), 0);
    assert_true(comparison_end_error_spent(&c) == 0);
    assert_int_equal(comparison_end_blocks_more(&c), 1);
}

static void seven_blocks_that_agree_stand(void **state)
{
    (void)state;
    struct comparison c = of(7, 1.2, 0.001);
    char text[COMPARISON_END_TEXT];
    assert_true(comparison_end_stands(&c));
    assert_int_equal(primary(&c).better, 1);
    assert_int_equal(comparison_end_looks_taken(&c), 1);
    assert_true(fabs(comparison_end_error_spent(&c) - 1.0 / 64) < 1e-12);
    c.end = COMPARISON_VERDICT;
    assert_string_equal(comparison_end_text(&c, text), "ended after 14 s: the verdict is settled");
}

static void long_comparisons_have_no_exponent(void **state)
{
    (void)state;
    struct comparison c = of(7, 1.2, 0.001);
    char text[COMPARISON_END_TEXT];
    c.end = COMPARISON_VERDICT;
    c.spent_s = 1801.4;
    assert_string_equal(comparison_end_text(&c, text), "ended after 1801 s: the verdict is settled");
    c.end = COMPARISON_BUDGET;
    c.block_s = 1000;
    comparison_end_text(&c, text);
    assert_non_null(strstr(text, "--budget ran out after 1801 s: "));
    assert_null(strstr(text, "e+"));
}

static void all_of_a_family_must_stand(void **state)
{
    (void)state;
    struct comparison c = of(7, 1.2, 0.001);
    c.targets = 3;                           // the third was never measured: its levels are 0 in each block
    assert_false(comparison_end_stands(&c)); // of two the first look is after eight
    assert_int_equal(comparison_end_looks_taken(&c), 0);
}

static void more_time_is_told(void **state)
{
    (void)state;
    struct comparison c = of(8, 1.03, 0.02);
    char text[COMPARISON_END_TEXT], expected[COMPARISON_END_TEXT];
    c.end = COMPARISON_BUDGET;
    unsigned more = comparison_end_blocks_more(&c);
    assert_true(more > 0);
    snprintf(expected, sizeof expected,
             "--budget ran out after 16 s: inconclusive; about %u more blocks needed (%.3g s)", more,
             2.0 * more);
    assert_string_equal(comparison_end_text(&c, text), expected);
    c = of(8, 1.0101, 0.2);
    c.end = COMPARISON_BUDGET;
    assert_string_equal(
        comparison_end_text(&c, text),
        "--budget ran out after 16 s: inconclusive, and more blocks of this length are unlikely to help");
}

// The client held the worse side back: more blocks would say no more, and the verdict says that.
static void a_client_at_its_end_is_a_reason_to_stop(void **state)
{
    (void)state;
    struct comparison c = of(7, 0.8, 0.001);
    char text[COMPARISON_END_TEXT];
    for (unsigned k = 0; k < c.n; k++)
        for (unsigned i = 0; i < 4; i++)
            blocks[k].slots[i].limited_by = LIMIT_CLIENT;
    assert_true(comparison_end_stands(&c));
    c.end = COMPARISON_VERDICT;
    assert_string_equal(comparison_end_text(&c, text), "ended after 14 s: more blocks would not help");
}

static void a_fixed_number_is_not_looked_at(void **state)
{
    (void)state;
    struct comparison c = of(12, 1.2, 0.001);
    char text[COMPARISON_END_TEXT];
    c.blocks_asked = 12;
    c.end = COMPARISON_COMPLETE;
    assert_int_equal(comparison_end_looks_taken(&c), 0);
    assert_true(comparison_end_error_spent(&c) == 0);
    assert_string_equal(comparison_end_text(&c, text), "");
    assert_int_equal(primary(&c).better, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_stands_before_the_first_look),
        cmocka_unit_test(seven_blocks_that_agree_stand),
        cmocka_unit_test(long_comparisons_have_no_exponent),
        cmocka_unit_test(all_of_a_family_must_stand),
        cmocka_unit_test(more_time_is_told),
        cmocka_unit_test(a_client_at_its_end_is_a_reason_to_stop),
        cmocka_unit_test(a_fixed_number_is_not_looked_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
