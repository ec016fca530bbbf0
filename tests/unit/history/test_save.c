// SPDX-License-Identifier: MIT
// What stats gives of each kind of experiment comes back as it was.
#include "rig.h"

#include <math.h>

struct seen {
    unsigned n;
    struct history_slot slots[8]; // texts are not to be looked at: they are gone
    char targets[8];
};

static bool see_slot(void *ctx, const struct history_slot *s)
{
    struct seen *to = ctx;
    assert_true(to->n < 8);
    to->targets[to->n] = s->target[0];
    to->slots[to->n++] = *s;
    return true;
}

static struct comparison_slot slot_of(unsigned target, double rps)
{
    return (struct comparison_slot){
        .target = target,
        .value = {[COMPARISON_THROUGHPUT] = rps, [COMPARISON_P50] = 2 * rps, [COMPARISON_P99] = 3 * rps},
        .limited_by = LIMIT_NETWORK,
        .doubts = 5,
        .answered = (uint64_t)rps,
        .errors = 1,
        .unfinished = 2,
        .hits = 3,
        .misses = 4};
}

static int64_t save_comparison(struct history *h, const char *kind, struct comparison *c)
{
    int64_t run;
    struct rig_run *r = rig_run(1, 1, "");
    r->facts.target = c->aa ? "127.0.0.1:1" : NULL;
    struct record record = {.kind = kind, .facts = &r->facts, .n = 1, .comparisons = c};
    if (save_record(h, &record, "{}", &run, &rig_err) < 0)
        fail_msg("%s", rig_err.text);
    return run;
}

static struct comparison *comparison(bool aa)
{
    static struct comparison c;
    static struct comparison_block blocks[2];
    static char title[] = "GET";
    for (unsigned k = 0; k < 2; k++)
        blocks[k] = (struct comparison_block){
            .n = 2, .slots = {slot_of(k, 100 + 10 * k), slot_of(1 - k, 105 + 10 * k)}};
    c = (struct comparison){.test = "get",
                            .title = title,
                            .targets = 2,
                            .names = {"a", "b"},
                            .aa = aa,
                            .load = rig_run(1, 1, "")->tests[0].load,
                            .slot_ns = 2500000000,
                            .n = 2,
                            .blocks = blocks};
    c.load.window = true;
    strcpy(c.load.arrival, "poisson");
    c.load.rate = 300.5;
    return &c;
}

static void a_comparison_has_its_slots_block_by_block(void **state)
{
    (void)state;
    struct seen seen = {0};
    char why[LOAD_WHY];
    struct history *h = rig_open(HISTORY_SAVE);
    struct comparison *c = comparison(false);
    int64_t run = save_comparison(h, "compare", c);
    assert_int_equal(walk_slots(h, run, see_slot, &seen, &rig_err), 0);
    assert_int_equal(seen.n, 4);
    assert_memory_equal(seen.targets, "abba", 4);
    for (unsigned i = 0; i < 4; i++) {
        const struct comparison_slot *was = &c->blocks[i / 2].slots[i % 2], *is = &seen.slots[i].measured;
        assert_int_equal(seen.slots[i].block, i / 2);
        assert_memory_equal(is->value, was->value, sizeof is->value);
        assert_int_equal(is->limited_by, LIMIT_NETWORK);
        assert_int_equal(is->doubts, 5);
        assert_true(is->answered == was->answered && is->errors == 1 && is->unfinished == 2);
        assert_true(is->hits == 3 && is->misses == 4);
        assert_true(seen.slots[i].seconds == 2.5);
        assert_false(load_differs(&seen.slots[i].load, &c->load, why));
        assert_memory_equal(&seen.slots[i].load.clients, &c->load.clients, sizeof c->load.clients);
        assert_true(seen.slots[i].load.keepalive == 1 && seen.slots[i].load.sequential == 0);
        assert_string_equal(seen.slots[i].load.arrival, "poisson");
    }
    history_close(h);
}

static bool check_names(void *ctx, const struct history_run *r)
{
    assert_string_equal(r->target, ctx);
    return true;
}

static void a_comparison_is_listed_under_its_names(void **state)
{
    (void)state;
    struct seen seen = {0};
    struct history *h = rig_open(HISTORY_SAVE);
    int64_t run = save_comparison(h, "compare", comparison(false));
    assert_int_equal(walk_runs(h, &(struct history_pick){.run = run}, check_names, "a, b", &rig_err), 0);
    run = save_comparison(h, "aa", comparison(true));
    assert_int_equal(walk_runs(h, &(struct history_pick){.run = run}, check_names, "127.0.0.1:1", &rig_err),
                     0);
    assert_int_equal(walk_slots(h, run, see_slot, &seen, &rig_err), 0);
    assert_int_equal(seen.n, 4);
    assert_memory_equal(seen.targets, "\0\0\0\0", 4); // one server: both are it
    history_close(h);
}

// Half the 95 % interval over 1.96 and over the value; up as far as down where it has no upper end.
static void a_plain_run_knows_what_it_errs_by(void **state)
{
    (void)state;
    struct seen seen = {0};
    struct history *h = rig_open(HISTORY_SAVE);
    struct rig_run *r = rig_run(1, 100, "");
    r->tests[0].quantiles[QUANTILE_P50] =
        (struct quantile){.ns = 20, .has_interval = true, .low_ns = 19, .high_ns = 22};
    r->tests[0].quantiles[QUANTILE_P99] =
        (struct quantile){.ns = 50, .has_interval = true, .low_ns = 1, .high_ns = 60, .open_end = true};
    int64_t run = rig_save(h, r);
    assert_int_equal(walk_slots(h, run, see_slot, &seen, &rig_err), 0);
    assert_int_equal(seen.n, 2); // MSET was skipped
    assert_true(fabs(seen.slots[0].errors[COMPARISON_P50] - 3 / 3.92 / 20) < 1e-12);
    assert_true(fabs(seen.slots[0].errors[COMPARISON_P99] - 98 / 3.92 / 50) < 1e-12);
    assert_true(seen.slots[0].errors[COMPARISON_P999] == 0);
    assert_true(seen.slots[0].measured.value[COMPARISON_P99] == 50);
    assert_int_equal(seen.slots[0].measured.answered, 3600000);
    assert_true(seen.slots[0].seconds == 36000);
    history_close(h);
}

static bool check_sweep(void *ctx, const struct history_test *t)
{
    (*(int *)ctx)++;
    assert_string_equal(t->test, "get");
    assert_string_equal(t->status, "done");
    for (int m = 0; m < METRICS; m++)
        assert_false(t->figures[m].known);
    return true;
}

static void a_sweep_has_a_name_and_no_figure(void **state)
{
    (void)state;
    int64_t run;
    int n = 0;
    struct seen seen = {0};
    char title[] = "GET";
    struct sweep s = {.test = "get", .title = title};
    struct history *h = rig_open(HISTORY_SAVE);
    struct record record = {.kind = "sweep", .facts = &rig_run(1, 1, "")->facts, .n = 1, .sweeps = &s};
    assert_int_equal(save_record(h, &record, "{}", &run, &rig_err), 0);
    assert_int_equal(walk_tests(h, run, check_sweep, &n, &rig_err), 0);
    assert_int_equal(n, 1);
    assert_int_equal(walk_slots(h, run, see_slot, &seen, &rig_err), 0);
    assert_int_equal(seen.n, 0);
    history_close(h);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, rig_setup, rig_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_comparison_has_its_slots_block_by_block),
        TEST(a_comparison_is_listed_under_its_names),
        TEST(a_plain_run_knows_what_it_errs_by),
        TEST(a_sweep_has_a_name_and_no_figure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
