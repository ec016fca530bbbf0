// SPDX-License-Identifier: MIT
// Of how many slots a block is, what they cost, how long they are, and what becomes of a block that breaks.
#include "experiment/compare_blocks.h"

#include "served.h"

static unsigned slots_of(unsigned targets, unsigned first)
{
    return compare_blocks_slots(&(struct compare_conf){.targets = targets, .first = first});
}

// Two take turns twice, ABBA; more have one slot each, and so has one beside a kept result.
static void a_block_has_so_many_slots(void **state)
{
    (void)state;
    assert_int_equal(slots_of(2, 0), 4);
    assert_int_equal(slots_of(3, 0), 3);
    assert_int_equal(slots_of(8, 0), 8);
    assert_int_equal(slots_of(2, 1), 1);
    assert_int_equal(slots_of(3, 1), 4);
    assert_int_equal(slots_of(4, 1), 3);
}

static void a_slot_costs_what_is_around_it_too(void **state)
{
    (void)state;
    x.conf.targets = 2;
    x.conf.idle_ns = 20 * MS;
    x.comparison.slot_ns = 1000 * MS;
    x.comparison.warmup_ns = 500 * MS;
    x.c.pilots.overhead_ns = 300 * MS;
    assert_int_equal(compare_blocks_slot_cost_ns(&x.c), (1000 + 500 + 20 + 30) * MS);
    x.c.restart_ns = 4000 * MS; // of a block of four
    assert_int_equal(compare_blocks_slot_cost_ns(&x.c), (1550 + 1000) * MS);
    x.conf.duet = true; // two at once
    assert_int_equal(compare_blocks_slot_cost_ns(&x.c), (1550 / 2 + 1000) * MS);
    x.conf.duet = false;
    x.c.restart_ns = 0;
    x.conf.fresh = COMPARE_FRESH_FLUSH; // as before a pilot, which took so much longer than its load
    assert_int_equal(compare_blocks_slot_cost_ns(&x.c), (1000 + 500 + 300) * MS);
}

// Six trials, of which each second one fails and is given time.
static void a_search_costs_its_trials(void **state)
{
    (void)state;
    x.conf.targets = 2;
    x.conf.slo.n = 1;
    x.conf.slot_ns = 1200 * MS;
    assert_int_equal(compare_blocks_slot_cost_ns(&x.c), (1200 + 6 * 30) * MS);
    x.conf.idle_ns = 10 * MS;
    assert_int_equal(compare_blocks_slot_cost_ns(&x.c), (1200 + 6 * (30 + 30)) * MS);
    x.comparison.warmup_ns = 100 * MS; // of each of them
    assert_int_equal(compare_blocks_slot_cost_ns(&x.c), (1200 + 6 * (100 + 30 + 30)) * MS);
}

// --- how long a slot is ---

static uint64_t settled(double rps, uint64_t p99_ns, uint64_t left_ns)
{
    x.conf.targets = 2;
    x.conf.slot_ns = x.comparison.slot_ns = 0;
    x.c.pilots.rps = rps;
    x.c.pilots.p99_ns = p99_ns;
    x.c.deadline_ns = left_ns ? clock_ns() + left_ns : 0;
    compare_blocks_settle(&x.c);
    return x.comparison.slot_ns;
}

static void a_slot_holds_many_answers_and_many_times_the_slowest(void **state)
{
    (void)state;
    uint64_t hour = 3600 * NS_PER_S;
    assert_int_equal(settled(1e6, MS, hour), 250 * MS); // never shorter, where there is time
    assert_int_equal(settled(0, 0, hour), 250 * MS);
    assert_int_equal(settled(500, MS, hour), 2000 * MS);       // 1000 answers
    assert_int_equal(settled(1e6, 100 * MS, hour), 2000 * MS); // 20 times the slowest hundredth
    assert_int_equal(settled(100, 100 * MS, hour), 10000 * MS);
}

static void a_slot_is_as_short_as_the_budget_asks(void **state)
{
    (void)state;
    assert_int_equal(settled(100, MS, 0), 100 * MS); // there is none left
    assert_int_equal(settled(100, MS, 1 * NS_PER_S), 100 * MS);
    // 12 blocks of four slots in 48 s, a second for each, of which 30 ms are around it
    uint64_t slot_ns = settled(100, MS, 48 * NS_PER_S);
    assert_in_range(slot_ns, 900 * MS, 970 * MS);
    x.comparison.warmup_ns = 400 * MS;
    slot_ns = settled(100, MS, 48 * NS_PER_S);
    assert_in_range(slot_ns, 500 * MS, 570 * MS);
}

static void a_slot_that_was_asked_for_stays(void **state)
{
    (void)state;
    x.conf.slot_ns = 50 * MS;
    x.comparison.slot_ns = 50 * MS;
    x.c.pilots.rps = 1;
    compare_blocks_settle(&x.c);
    assert_int_equal(x.comparison.slot_ns, 50 * MS);
}

// --- pilots ---

// Where nobody asks for a warm-up it is the pilots' to find: at least half a second before slots of a length
// that was asked for, and short ones before short slots.
static void a_warm_up_is_as_asked_for_or_short(void **state)
{
    (void)state;
    open_target(0, null_workload("get"), NULL);
    open_target(1, null_workload("get"), NULL);
    x.conf.each[0].workload.run.warmup_ns = 33 * MS;
    assert_int_equal(compare_blocks_pilot(&x.c, &err), 0);
    assert_true(x.comparison.warmup_ns >= 500 * MS);
    x.conf.warms = true;
    assert_int_equal(compare_blocks_pilot(&x.c, &err), 0);
    assert_int_equal(x.comparison.warmup_ns, 33 * MS);
}

// Targets are measured alike: what one of them is to have, all have.
static void the_longest_warm_up_that_was_asked_for_is_that_of_all(void **state)
{
    (void)state;
    open_target(0, null_workload("get"), NULL);
    open_target(1, null_workload("get"), NULL);
    x.conf.warms = true;
    x.conf.each[1].workload.run.warmup_ns = 20 * MS;
    assert_int_equal(compare_blocks_pilot(&x.c, &err), 0);
    assert_int_equal(x.comparison.warmup_ns, 20 * MS);
    x.conf.each[0].workload.run.warmup_ns = 21 * MS;
    assert_int_equal(compare_blocks_pilot(&x.c, &err), 0);
    assert_int_equal(x.comparison.warmup_ns, 21 * MS);
    x.conf.first = 1; // a kept result is not measured
    assert_int_equal(compare_blocks_pilot(&x.c, &err), 0);
    assert_int_equal(x.comparison.warmup_ns, 20 * MS);
}

static void servers_that_cannot_be_started_anew_are_not_measured(void **state)
{
    (void)state;
    open_target(0, null_workload("get"), NULL);
    open_target(1, null_workload("get"), NULL);
    x.conf.restart_command = "test $HKV_TARGET = a";
    assert_int_equal(compare_blocks_pilot(&x.c, &err), -1);
    assert_string_equal(err.text, "the command of --restart failed for b: exit code 1");
    assert_int_equal(x.servers[0].runs, 1); // the PING that found it ready
    x.conf.aa = true;                       // one server, which is started once
    x.conf.warms = true;
    x.c.refill[1] = false;
    assert_int_equal(compare_blocks_pilot(&x.c, &err), 0);
    assert_true(x.c.refill[0] && x.c.refill[1]);
}

// --- blocks ---

static void ready_for(unsigned blocks)
{
    x.conf.blocks = x.comparison.blocks_asked = blocks;
    x.comparison.targets = x.conf.targets;
    x.comparison.slot_ns = x.conf.slot_ns;
    x.conf.warms = true;
}

static void each_target_has_half_of_a_block(void **state)
{
    (void)state;
    open_target(0, null_workload("get"), NULL);
    open_target(1, null_workload("get"), NULL);
    ready_for(2);
    compare_blocks_run(&x.c);
    assert_int_equal(x.comparison.end, COMPARISON_COMPLETE);
    assert_int_equal(x.comparison.n, 2);
    for (unsigned b = 0; b < 2; b++) {
        const struct comparison_slot *s = x.comparison.blocks[b].slots;
        assert_int_equal(x.comparison.blocks[b].n, 4);
        assert_true(s[0].target == s[3].target && s[1].target == s[2].target && s[0].target != s[1].target);
    }
    assert_int_not_equal(x.comparison.blocks[0].slots[0].target, x.comparison.blocks[1].slots[0].target);
    assert_int_equal(x.progress.slots_done, 8);
    assert_true(x.comparison.block_s >= 4 * 0.050 && x.progress.slot_cost_ns >= 50 * MS);
    assert_string_equal(x.comparison.note, "");
}

// What was measured of the first block before stays, as plain figures.
static void a_block_that_breaks_says_where_and_why(void **state)
{
    (void)state;
    struct fault_conf refuses = {.error_share = 1, .error_prefix = "OOM"};
    open_target(0, null_workload("get"), NULL);
    open_target(1, served_workload(), &refuses);
    ready_for(2);
    compare_blocks_run(&x.c);
    assert_int_equal(x.comparison.end, COMPARISON_BROKEN);
    assert_int_equal(x.comparison.n, 0);
    const struct comparison_block *first = &x.comparison.blocks[0];
    assert_true(strncmp(x.comparison.note, "ended in block 1, at b: every reply was an error: \"OOM", 53) ==
                0);
    assert_int_equal(x.comparison.partial, first->n > 0);
    assert_true(first->n <= 1); // either begins
    for (unsigned i = 0; i < first->n; i++)
        assert_int_equal(first->slots[i].target, 0);
}

static void a_block_of_which_nothing_was_measured_has_no_figures(void **state)
{
    (void)state;
    struct fault_conf refuses = {.error_share = 1, .error_prefix = "OOM"};
    open_target(0, served_workload(), &refuses);
    open_target(1, served_workload(), &refuses);
    ready_for(2);
    compare_blocks_run(&x.c);
    assert_int_equal(x.comparison.blocks[0].n, 0);
    assert_false(x.comparison.partial);
    assert_false(comparison_shown(&x.comparison));
}

static void no_more_blocks_than_were_asked_for(void **state)
{
    (void)state;
    open_target(0, null_workload("get"), NULL);
    open_target(1, null_workload("get"), NULL);
    ready_for(1);
    compare_blocks_run(&x.c);
    compare_blocks_run(&x.c); // as where time is left
    assert_int_equal(x.comparison.n, 1);
    assert_int_equal(x.comparison.end, COMPARISON_COMPLETE);
}

// What a server lost when it was started anew is written again, before its next slot alone.
static void what_was_lost_is_filled_once(void **state)
{
    (void)state;
    open_target(0, served_workload(), NULL);
    open_target(1, served_workload(), NULL);
    ready_for(1);
    x.c.refill[1] = true;
    compare_blocks_run(&x.c);
    assert_false(x.c.refill[1]);
    assert_true(probe_of(0).keys <= 0);
    assert_int_equal(probe_of(1).keys, 10);
    assert_int_equal(x.comparison.terms[1].tls, false);
    assert_int_equal(x.comparison.terms[1].cluster, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_block_has_so_many_slots),
        TEST(a_slot_costs_what_is_around_it_too),
        TEST(a_search_costs_its_trials),
        TEST(a_slot_holds_many_answers_and_many_times_the_slowest),
        TEST(a_slot_is_as_short_as_the_budget_asks),
        TEST(a_slot_that_was_asked_for_stays),
        TEST(a_warm_up_is_as_asked_for_or_short),
        TEST(the_longest_warm_up_that_was_asked_for_is_that_of_all),
        TEST(servers_that_cannot_be_started_anew_are_not_measured),
        TEST(each_target_has_half_of_a_block),
        TEST(a_block_that_breaks_says_where_and_why),
        TEST(a_block_of_which_nothing_was_measured_has_no_figures),
        TEST(no_more_blocks_than_were_asked_for),
        TEST(what_was_lost_is_filled_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
