// SPDX-License-Identifier: MIT
#include "stats/comparison_kinds.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BLOCKS 6

// A mix of get and set: so many of each in a second, and all latencies alike.
static struct summary mix_of(uint64_t gets, uint64_t sets, uint64_t ns)
{
    struct summary s = {.test = "mix", .title = "MIX", .wall_ns = 1000000000, .nkinds = 2};
    const uint64_t n[] = {gets, sets};
    s.kinds = calloc(2, sizeof *s.kinds);
    s.latency = hist_new(3);
    hist_record(s.latency, ns, gets + sets);
    s.counts.sent = s.counts.ok = gets + sets;
    for (int i = 0; i < 2; i++) {
        s.kinds[i] = (struct summary){
            .test = "get", .title = i ? "SET" : "GET", .wall_ns = s.wall_ns, .latency = hist_new(3)};
        memcpy(s.kinds[i].test, i ? "set" : "get", 4);
        s.kinds[i].counts.sent = s.kinds[i].counts.ok = n[i];
        hist_record(s.kinds[i].latency, ns * (uint64_t)(i + 1), n[i]);
        summary_settle(&s.kinds[i]);
    }
    summary_settle(&s);
    return s;
}

static void take(struct comparison *c, unsigned at, unsigned target, struct summary s)
{
    struct comparison_slot *slot = &c->blocks[c->n].slots[at];
    slot->target = target;
    comparison_take(c, slot, &s);
    comparison_kinds_take(c, slot, &s);
    summary_free(&s);
}

static struct comparison *begun(void)
{
    struct comparison *c = calloc(1, sizeof *c); // too large for a stack
    *c = (struct comparison){
        .targets = 2, .names = {"a", "b"}, .blocks_asked = BLOCKS, .primary = COMPARISON_THROUGHPUT};
    c->blocks = calloc(BLOCKS, sizeof *c->blocks);
    for (int m = 0; m < COMPARISON_METRICS; m++)
        c->margins[m] = comparison_metrics[m].margin;
    return c;
}

static void ended(struct comparison *c)
{
    comparison_kinds_free(c);
    assert_true(c->kinds == NULL && c->nkinds == 0);
    comparison_free(c);
    free(c);
}

// B does as many SETs, and half as many GETs again.
static void each_command_has_its_own_ratio(void **state)
{
    (void)state;
    struct comparison *c = begun();
    for (; c->n < BLOCKS; c->n++) {
        c->blocks[c->n].n = 2;
        take(c, 0, 0, mix_of(1000 + c->n, 100, 1000000));
        take(c, 1, 1, mix_of(1500 + c->n, 100, 2000000));
    }
    assert_int_equal(c->nkinds, 2);
    struct contrast all[COMPARISON_METRICS];
    const struct comparison *get = comparison_kinds_one(c, 0), *set = comparison_kinds_one(c, 1);
    assert_true(get && set && get->n == BLOCKS);
    assert_string_equal(get->test, "get");
    assert_string_equal(set->title, "SET");
    comparison_judge(get, 1, all);
    assert_true(all[COMPARISON_THROUGHPUT].estimate.ratio > 1.49 &&
                all[COMPARISON_THROUGHPUT].estimate.ratio < 1.5);
    assert_true(all[COMPARISON_P99].estimate.ratio > 1.99 && all[COMPARISON_P99].estimate.ratio < 2.01);
    assert_int_equal(all[COMPARISON_THROUGHPUT].better, 1);
    comparison_judge(set, 1, all);
    assert_true(all[COMPARISON_THROUGHPUT].estimate.ratio == 1 && all[COMPARISON_P99].better == -1);
    ended(c);
}

// Where a slot has none of them nobody can divide.
static void a_command_without_answers_is_left_out(void **state)
{
    (void)state;
    struct comparison *c = begun();
    c->blocks[0].n = 2;
    take(c, 0, 0, mix_of(1000, 0, 1000000));
    take(c, 1, 1, mix_of(1000, 5, 1000000));
    c->n = 1;
    assert_non_null(comparison_kinds_one(c, 0));
    assert_null(comparison_kinds_one(c, 1));
    ended(c);
}

static void a_block_that_did_not_become_whole_is_no_part(void **state)
{
    (void)state;
    struct comparison *c = begun();
    c->blocks[0].n = 2;
    take(c, 0, 0, mix_of(1000, 10, 1000000));
    assert_int_equal(comparison_kinds_one(c, 0)->n, 0);
    c->blocks[0].n = 1;
    c->partial = true;
    assert_true(comparison_kinds_one(c, 0)->partial && comparison_kinds_one(c, 0)->blocks[0].n == 1);
    ended(c);
}

static void other_loads_have_none(void **state)
{
    (void)state;
    struct comparison *c = begun();
    c->primary = COMPARISON_CAPACITY;
    c->blocks[0].n = 1;
    take(c, 0, 0, mix_of(1000, 10, 1000000));
    assert_int_equal(c->nkinds, 0);
    ended(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_command_has_its_own_ratio),
        cmocka_unit_test(a_command_without_answers_is_left_out),
        cmocka_unit_test(a_block_that_did_not_become_whole_is_no_part),
        cmocka_unit_test(other_loads_have_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
