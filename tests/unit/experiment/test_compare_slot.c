// SPDX-License-Identifier: MIT
// One slot of a comparison: what its pilot learns, how it is measured, and what makes it worth nothing.
#include "experiment/compare_slot.h"

#include "experiment/compare_capacity.h"

#include "served.h"

#include <signal.h>

static struct workload null_target(void)
{
    return null_workload("get");
}

// --- the pilot ---

static void a_pilot_learns_what_the_test_is_and_how_fast(void **state)
{
    (void)state;
    open_target(0, null_target(), NULL);
    x.conf.warms = true;
    x.comparison.warmup_ns = 7 * MS;
    assert_int_equal(compare_slot_pilot(&x.c, 0, &err), 0);
    assert_string_equal(x.comparison.test, "get");
    assert_string_equal(x.comparison.title, "GET");
    assert_int_equal(x.comparison.load.clients, 2);
    assert_true(x.c.pilots.rps > 0 && x.c.pilots.p99_ns > 0);
    assert_int_equal(x.comparison.warmup_ns, 7 * MS); // which was asked for
    assert_string_equal(x.comparison.note, "");
}

// All targets are to be measured alike: as the slowest of them needs it.
static void the_slowest_of_all_pilots_counts(void **state)
{
    (void)state;
    struct fault_conf slow = {.delay_ns = 5 * MS};
    open_target(0, null_target(), NULL);
    open_target(1, served_workload(), &slow);
    assert_int_equal(compare_slot_pilot(&x.c, 1, &err), 0);
    struct compare_pilots alone = x.c.pilots;
    assert_true(alone.p99_ns >= 5 * MS && alone.rps <= 2 / 0.005); // two connections
    assert_int_equal(compare_slot_pilot(&x.c, 0, &err), 0);
    assert_true(x.c.pilots.rps == alone.rps);
    assert_true(x.c.pilots.p99_ns == alone.p99_ns);
    assert_true(x.c.pilots.overhead_ns >= alone.overhead_ns && x.c.pilots.spread >= alone.spread);
}

static void a_command_that_one_target_lacks_is_left_out_for_all(void **state)
{
    (void)state;
    open_target(0, served_workload(), NULL);
    x.c.row = catalog_find(slice_of("lpush"));
    assert_int_equal(compare_slot_pilot(&x.c, 0, &err), -1);
    assert_int_equal(err.code, ERR_NONE); // which is nobody's fault
    assert_true(strncmp(x.comparison.note, "left out for all: a: ", 21) == 0);
    assert_string_equal(x.comparison.test, "lpush"); // by which a report tells of it
}

// With one connection less the load would be another one.
static void a_pilot_that_loses_connections_says_whose(void **state)
{
    (void)state;
    struct fault_conf drops = {.drop_after = 50};
    struct workload w = served_workload();
    w.run.on_disconnect = DISCONNECT_STOP;
    open_target(0, w, &drops);
    assert_int_equal(compare_slot_pilot(&x.c, 0, &err), -1);
    assert_int_equal(err.code, ERR_RUN);
    assert_true(strncmp(err.text, "a: ", 3) == 0 && strlen(err.text) > 3);
    assert_true(strncmp(x.comparison.note, "a: ", 3) == 0);
}

static void a_pilot_that_a_signal_ends_blames_nobody(void **state)
{
    (void)state;
    open_target(0, null_target(), NULL);
    x.session.stop.signal = SIGINT;
    assert_int_equal(compare_slot_pilot(&x.c, 0, &err), -1);
    assert_int_equal(err.code, ERR_NONE);
    assert_string_equal(x.comparison.note, "");
}

// --- a slot ---

static struct summary measured(const struct compare_slot *s)
{
    struct trial trial = {0};
    if (compare_slot_measure(&x.c, s, &trial, &err) < 0)
        fail_msg("%s", err.text);
    struct summary seen = trial.summary;
    server_trial_free(&trial);
    return seen; // plain values alone may be looked at
}

static void a_slot_is_by_time_whatever_the_user_counts(void **state)
{
    (void)state;
    open_target(0, null_target(), NULL);
    struct summary s = measured(&(struct compare_slot){.warmup_ns = 10 * MS, .lasting_ns = 40 * MS});
    assert_int_equal(s.requests_asked, 0);
    assert_int_equal(s.duration_asked_ns, 40 * MS);
    assert_int_equal(s.warmup_ns, 10 * MS);
    assert_int_equal(s.prefilled, 0);
}

static void keys_are_written_where_the_slot_says_so_and_there_are_any(void **state)
{
    (void)state;
    open_target(0, served_workload(), NULL);
    struct compare_slot s = {.lasting_ns = 20 * MS};
    x.conf.each[0].workload.run.prefill = true; // of the user's run, which is none of a slot's
    assert_int_equal(measured(&s).prefilled, 0);
    s.fill = true;
    assert_int_equal(measured(&s).prefilled, 10);
    x.conf.each[0].workload.run.keyspace = 0;
    assert_int_equal(measured(&s).prefilled, 0);
}

static void a_slot_has_its_figures(void **state)
{
    (void)state;
    struct comparison_slot slot = {.target = 1};
    open_target(0, null_target(), NULL);
    open_target(1, null_target(), NULL);
    struct compare_slot s = {.target = 1, .lasting_ns = 50 * MS};
    assert_int_equal(compare_slot_run(&x.c, &s, &slot, &err), 0);
    assert_int_equal(slot.target, 1);
    assert_true(slot.answered > 0 && slot.value[COMPARISON_THROUGHPUT] > 0);
    assert_int_equal(slot.errors, 0);
    assert_int_equal(x.servers[1].runs, 1);
    assert_int_equal(x.servers[0].runs, 0);
}

static void a_command_that_freshens_in_vain_measures_nothing(void **state)
{
    (void)state;
    struct comparison_slot slot = {0};
    open_target(0, null_target(), NULL);
    x.conf.fresh = COMPARE_FRESH_COMMAND;
    x.conf.fresh_command = "false";
    struct compare_slot s = {.lasting_ns = 50 * MS};
    assert_int_equal(compare_slot_run(&x.c, &s, &slot, &err), -1);
    assert_string_equal(err.text, "the command of --fresh failed for a: exit code 1");
    assert_int_equal(compare_slot_pilot(&x.c, 0, &err), -1);
    assert_int_equal(x.servers[0].runs, 0);
}

// --- what makes it worth nothing ---

static int taken(struct summary s)
{
    struct comparison_slot slot = {0};
    struct trial trial = {.summary = s};
    err = (struct err){0};
    return compare_slot_take(&x.c, &trial, &slot, &err);
}

static void a_slot_that_did_not_end_well_says_why(void **state)
{
    (void)state;
    x.comparison.targets = 1;
    const struct summary good = {.ending = ENDING_DONE, .counts.ok = 1};
    assert_int_equal(taken(good), 0);
    struct summary lost = good, stalled = good, none = good, refused = good;
    lost.lost = 1;
    snprintf(lost.note, sizeof lost.note, "1 connection lost");
    assert_int_equal(taken(lost), -1);
    assert_int_equal(err.code, ERR_RUN);
    assert_string_equal(err.text, "1 connection lost");
    stalled.ending = ENDING_STALLED;
    snprintf(stalled.note, sizeof stalled.note, "no answer for 5 s");
    assert_int_equal(taken(stalled), -1);
    assert_string_equal(err.text, "no answer for 5 s");
    none.counts.ok = 0;
    assert_int_equal(taken(none), -1);
    assert_string_equal(err.text, "no request was answered");
    refused.counts = (struct counts){.errors = 5};
    snprintf(refused.tally.kinds[0].first, sizeof refused.tally.kinds[0].first, "OOM no room");
    assert_int_equal(taken(refused), -1);
    assert_string_equal(err.text, "every reply was an error: \"OOM no room\"");
}

// Of a load that several processes make, one that is missing is told before all else.
static void a_slot_without_one_of_the_ranks_counts_for_nothing(void **state)
{
    (void)state;
    struct generator one = {.host = "n1"};
    struct summary s = {.ending = ENDING_DONE, .counts.ok = 1, .generators.asked = 2};
    x.comparison.targets = 1;
    assert_int_equal(generators_add(&s.generators, &one), 0);
    assert_int_equal(taken(s), -1);
    assert_string_equal(err.text, "1 of 2 generators missing: the load was less than asked for");
}

static void after_a_signal_a_slot_is_no_fault(void **state)
{
    (void)state;
    x.comparison.targets = 1;
    x.session.stop.signal = SIGTERM;
    assert_int_equal(taken((struct summary){.ending = ENDING_INTERRUPTED}), -1);
    assert_int_equal(err.code, ERR_NONE);
    assert_int_equal(taken((struct summary){.ending = ENDING_DONE, .counts.ok = 1}), -1);
    assert_int_equal(err.code, ERR_NONE);
}

// --- of capacities ---

static void a_slot_is_shared_among_its_trials(void **state)
{
    (void)state;
    x.conf.slot_ns = 1200 * MS;
    assert_int_equal(compare_capacity_trial_ns(&x.conf), 200 * MS);
    x.conf.slot_ns = 0;
    assert_int_equal(compare_capacity_trial_ns(&x.conf), 0);
}

// Which nothing holds: there is no rate to be compared, and a report says what was seen.
static void a_search_in_vain_has_no_capacity(void **state)
{
    (void)state;
    struct comparison_slot slot = {0};
    open_target(0, null_target(), NULL);
    x.conf.slot_ns = 120 * MS;
    x.conf.slo = (struct slo){.n = 1, .limit = {{.quantile = QUANTILE_P50, .ns = 1}}};
    x.c.hints[0] = 1000;
    struct compare_slot s = {.fill = false};
    assert_int_equal(compare_capacity_run(&x.c, &s, &slot, &err), 0);
    assert_true(slot.value[COMPARISON_CAPACITY] == 0);
    assert_true(slot.server_cpu_s < 0);
    assert_true(slot.answered > 0 && slot.errors == 0);
}

static void a_search_ends_at_a_signal(void **state)
{
    (void)state;
    struct comparison_slot slot = {0};
    open_target(0, null_target(), NULL);
    x.conf.slot_ns = 120 * MS;
    x.conf.slo = (struct slo){.n = 1, .limit = {{.quantile = QUANTILE_P50, .ns = NS_PER_S}}};
    x.c.hints[0] = 1000;
    x.session.stop.signal = SIGINT;
    assert_int_equal(compare_capacity_run(&x.c, &(struct compare_slot){0}, &slot, &err), -1);
    assert_int_equal(err.code, ERR_NONE);
    assert_int_equal(compare_capacity_pilot(&x.c, 0, &err), -1);
    assert_int_equal(err.code, ERR_NONE);
    assert_string_equal(x.comparison.note, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_pilot_learns_what_the_test_is_and_how_fast),
        TEST(the_slowest_of_all_pilots_counts),
        TEST(a_command_that_one_target_lacks_is_left_out_for_all),
        TEST(a_pilot_that_loses_connections_says_whose),
        TEST(a_pilot_that_a_signal_ends_blames_nobody),
        TEST(a_slot_is_by_time_whatever_the_user_counts),
        TEST(keys_are_written_where_the_slot_says_so_and_there_are_any),
        TEST(a_slot_has_its_figures),
        TEST(a_command_that_freshens_in_vain_measures_nothing),
        TEST(a_slot_that_did_not_end_well_says_why),
        TEST(a_slot_without_one_of_the_ranks_counts_for_nothing),
        TEST(after_a_signal_a_slot_is_no_fault),
        TEST(a_slot_is_shared_among_its_trials),
        TEST(a_search_in_vain_has_no_capacity),
        TEST(a_search_ends_at_a_signal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
