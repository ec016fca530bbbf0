// SPDX-License-Identifier: MIT
#include "experiment/compare.h"

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
    int signal; // that comes after so many slots
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
    h->whole += c->n == c->blocks_asked;
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
    struct compare_conf conf = {.targets = targets, .blocks = 2, .slot_ns = 20 * NS_PER_MS, .warms = true};
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
    assert_string_equal(h.note, "interrupted in block 2: this is what the whole blocks say");
    assert_true(x.measured);
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
    assert_string_equal(h.last, "GET: --strict: b is neither better nor worse nor equal: no verdict");
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
        cmocka_unit_test(without_a_verdict_strict_says_so),
        cmocka_unit_test(capacities_are_searched_for),
        cmocka_unit_test(a_history_that_is_not_there_is_an_error_of_the_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
