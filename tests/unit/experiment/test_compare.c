// SPDX-License-Identifier: MIT
#include "experiment/compare.h"
#include "experiment/compare_duet.h"

#include "null.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct heard {
    struct compare_experiment *x;
    unsigned tests, whole, blocks, sentences;
    char last[512]; // sentence
    char note[256];
    bool enough;
    enum comparison_end end; // of the last test
    uint64_t slot_ns;
    unsigned duet_cpus;
    unsigned slots; // of a block that did not become whole
    int signal;     // that comes after so many slots
    uint64_t after;
};

static void tell(void *ctx, const char *sentence)
{
    struct heard *h = ctx;
    h->sentences++;
    snprintf(h->last, sizeof h->last, "%s", sentence);
}

static bool tested(void *ctx, const struct comparison *c)
{
    struct heard *h = ctx;
    h->tests++;
    h->blocks += c->n;
    h->whole += c->end == COMPARISON_COMPLETE;
    h->end = c->end;
    h->duet_cpus = c->duet_cpus;
    h->slot_ns = c->slot_ns;
    h->slots = c->partial ? c->blocks[0].n : 0;
    snprintf(h->note, sizeof h->note, "%s", c->note);
    return !h->enough;
}

static void tick(void *ctx, const struct progress *p)
{
    struct heard *h = ctx;
    (void)p;
    if (h->signal && h->x->progress.slots_done >= h->after)
        h->x->session.stop.signal = h->signal;
}

static struct compare_conf conf_of(unsigned targets, const char *tests)
{
    static const char *const names[] = {"a", "b", "c"};
    struct compare_conf conf = {.targets = targets, .blocks = 2, .slot_ns = 100 * NS_PER_MS, .warms = true};
    for (unsigned t = 0; t < targets; t++)
        conf.each[t] = (struct compare_target){names[t], null_workload(tests)};
    for (int m = 0; m < COMPARISON_METRICS; m++)
        conf.margins[m] = comparison_metrics[m].margin;
    return conf;
}

static int run(struct compare_experiment *x, struct heard *h)
{
    struct err err = {0};
    h->x = x;
    x->on = (struct compare_events){tested, h};
    session_begin(&x->session, tell, h);
    x->session.watch = (struct watcher){.tick = tick, .ctx = h};
    if (compare_open(x, &err) < 0) {
        outcome_fail(&x->session.outcome, &err);
    } else {
        compare_run(x);
        compare_judge(x);
    }
    int code = x->session.outcome.code;
    if (code == OUTCOME_RUN)
        print_message("%s\n", h->last);
    compare_close(x);
    session_close(&x->session);
    return code;
}

static void each_test_has_its_blocks(void **state)
{
    (void)state;
    struct heard h = {0};
    struct compare_experiment x = {.conf = conf_of(2, "get,set")};
    assert_int_equal(run(&x, &h), 0);
    assert_int_equal(h.tests, 2);
    assert_int_equal(h.whole, 2);
    assert_int_equal(x.progress.slots_done, 2 * 2 * 4); // ABBA or BAAB
    assert_int_equal(x.progress.slots_done, x.progress.slots_all);
}

static void three_targets_take_a_slot_each(void **state)
{
    (void)state;
    struct heard h = {0};
    struct compare_experiment x = {.conf = conf_of(3, "get")};
    assert_int_equal(run(&x, &h), 0);
    assert_int_equal(x.progress.slots_done, 2 * 3);
}

static void set_and_get_where_nothing_is_named(void **state)
{
    (void)state;
    struct heard h = {0};
    struct compare_experiment x = {.conf = conf_of(2, NULL)};
    assert_int_equal(run(&x, &h), 0);
    assert_int_equal(h.tests, 2);
}

static void it_ends_where_nobody_wants_another_test(void **state)
{
    (void)state;
    struct heard h = {.enough = true};
    struct compare_experiment x = {.conf = conf_of(2, "get,set")};
    assert_int_equal(run(&x, &h), 0);
    assert_int_equal(h.tests, 1);
}

static void a_signal_leaves_the_whole_blocks(void **state)
{
    (void)state;
    struct heard h = {.signal = SIGINT, .after = 4};
    struct compare_experiment x = {.conf = conf_of(2, "get,set")};
    x.conf.blocks = 3;
    x.conf.slot_ns = 300 * NS_PER_MS; // long enough to be looked at
    run(&x, &h);
    assert_int_equal(h.tests, 1);
    assert_int_equal(h.blocks, 1);
    assert_string_equal(h.note, "interrupted in block 2: results of the complete blocks");
    assert_true(x.measured);
}

static void a_signal_in_the_first_block_leaves_plain_figures(void **state)
{
    (void)state;
    struct heard h = {.signal = SIGINT, .after = 1};
    struct compare_experiment x = {.conf = conf_of(2, "get")};
    x.conf.slot_ns = 300 * NS_PER_MS;
    run(&x, &h);
    assert_int_equal(h.tests, 1);
    assert_int_equal(h.blocks, 0);
    assert_true(h.slots >= 1 && h.slots <= 2); // the second has figures of its own
    assert_string_equal(h.note, "interrupted in block 1: plain figures of what was measured");
    assert_true(x.measured);
}

// Pipelines of 1 and 16 in the place of two servers: the ratio is far from 1 in every block.
static struct compare_conf sequential(const char *tests)
{
    struct compare_conf conf = conf_of(2, tests);
    conf.blocks = 0;
    conf.budget_ns = 60 * NS_PER_S;
    conf.each[1].workload.run.pipeline = 16;
    return conf;
}

static void a_plain_difference_ends_it(void **state)
{
    (void)state;
    struct heard h = {0};
    struct compare_experiment x = {.conf = sequential("get")};
    assert_int_equal(run(&x, &h), 0);
    assert_int_equal(h.end, COMPARISON_VERDICT);
    assert_true(h.blocks >= 7 && h.blocks < 64); // 7, but on a machine that is busy with other things
}

static void three_targets_are_a_family_of_two(void **state)
{
    (void)state;
    struct heard h = {0};
    struct compare_experiment x = {.conf = conf_of(3, "get")};
    x.conf.blocks = 0;
    x.conf.budget_ns = 60 * NS_PER_S;
    x.conf.each[1].workload.run.pipeline = 16;
    x.conf.each[2].workload.run.pipeline = 16;
    assert_int_equal(run(&x, &h), 0);
    assert_int_equal(h.end, COMPARISON_VERDICT);
    assert_true(h.blocks >= 8);
}

// Nothing is within such a margin: there never is a verdict.
static void the_budget_ends_what_nothing_decides(void **state)
{
    (void)state;
    struct heard h = {0};
    struct compare_experiment x = {.conf = conf_of(2, "get,set")};
    x.conf.blocks = 0;
    x.conf.budget_ns = NS_PER_S;
    for (int m = 0; m < COMPARISON_METRICS; m++)
        x.conf.margins[m] = 0.9, x.conf.floors[m] = 0.95;
    assert_int_equal(run(&x, &h), 0);
    assert_int_equal(h.tests, 2);
    assert_int_equal(h.end, COMPARISON_BUDGET);
    assert_true(h.blocks >= 2 * 2);
}

// What the pilots and the budget suggest, where the user says nothing.
static void slots_are_as_short_as_the_budget_asks(void **state)
{
    (void)state;
    struct heard h = {0};
    struct compare_experiment x = {.conf = sequential("get")};
    x.conf.slot_ns = 0;
    assert_int_equal(run(&x, &h), 0);
    assert_int_equal(h.end, COMPARISON_VERDICT);
    assert_true(h.slot_ns == 250 * NS_PER_MS); // a quarter of a second holds answers enough
    struct compare_experiment y = {.conf = sequential("get")};
    y.conf.slot_ns = 0;
    y.conf.budget_ns = 2 * NS_PER_S;
    run(&y, &h);
    assert_true(h.slot_ns == 100 * NS_PER_MS);
}

// Both at once, where this process may use two CPUs: what is known of them is in the comparison.
static void a_duet_has_halves(void **state)
{
    (void)state;
    struct heard h = {0};
    struct compare_experiment x = {.conf = conf_of(2, "get")};
    struct cpus one = {.n = 2, .at = {0, 0}}, four = {.n = 4, .at = {1, 3, 5, 7}};
    x.conf.duet = true;
    assert_int_equal(compare_duet_cpus(&one), 0);
    assert_int_equal(compare_duet_cpus(&four), 2);
    if (compare_duet_cpus(&(struct cpus){0}) == 0)
        skip();
    assert_int_equal(run(&x, &h), 0);
    assert_int_equal(h.whole, 1);
    assert_int_equal(x.progress.slots_done, 2 * 4);
    assert_true(h.duet_cpus >= 1);
}

static void without_a_verdict_strict_says_so(void **state)
{
    (void)state;
    struct heard h = {0};
    struct compare_experiment x = {.conf = conf_of(2, "get")};
    x.conf.strict = true;
    for (int m = 0; m < COMPARISON_METRICS; m++)
        x.conf.margins[m] = 1e-9; // nothing is within
    assert_int_equal(run(&x, &h), OUTCOME_OPEN);
    assert_string_equal(h.last, "GET: --strict: no verdict for b");
}

static void capacities_are_searched_for(void **state)
{
    (void)state;
    struct heard h = {0};
    struct compare_experiment x = {.conf = conf_of(2, "get")};
    x.conf.slot_ns = 600 * NS_PER_MS;
    x.conf.slo = (struct slo){.n = 1, .limit = {{.quantile = QUANTILE_P50, .ns = 1}}}; // which nothing holds
    assert_int_equal(run(&x, &h), OUTCOME_RUN);
    assert_int_equal(h.tests, 1);
    assert_int_equal(h.blocks, 0);
    assert_true(strncmp(h.note, "left out for all: a: ", strlen("left out for all: a: ")) == 0);
}

static void a_history_that_is_not_there_is_an_error_of_the_line(void **state)
{
    (void)state;
    struct heard h = {0};
    struct compare_experiment x = {.conf = conf_of(2, NULL)};
    x.conf.first = 1;
    x.conf.baseline_path = "/nonexistent/runs.db";
    x.conf.baseline_run = "1";
    assert_int_equal(run(&x, &h), OUTCOME_USAGE);
    assert_int_equal(h.tests, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_test_has_its_blocks),
        cmocka_unit_test(three_targets_take_a_slot_each),
        cmocka_unit_test(set_and_get_where_nothing_is_named),
        cmocka_unit_test(it_ends_where_nobody_wants_another_test),
        cmocka_unit_test(a_signal_leaves_the_whole_blocks),
        cmocka_unit_test(a_signal_in_the_first_block_leaves_plain_figures),
        cmocka_unit_test(a_plain_difference_ends_it),
        cmocka_unit_test(three_targets_are_a_family_of_two),
        cmocka_unit_test(the_budget_ends_what_nothing_decides),
        cmocka_unit_test(slots_are_as_short_as_the_budget_asks),
        cmocka_unit_test(a_duet_has_halves),
        cmocka_unit_test(without_a_verdict_strict_says_so),
        cmocka_unit_test(capacities_are_searched_for),
        cmocka_unit_test(a_history_that_is_not_there_is_an_error_of_the_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
