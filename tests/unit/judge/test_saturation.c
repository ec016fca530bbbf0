// SPDX-License-Identifier: MIT
// Against simulated servers whose capacity is known; test_queues.c simulates queues.
#include "judge/saturation.h"

#include "base/rng.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

struct server {
    double capacity;
    double noise;    // how far, in capacities, a shortest trial's own capacity lies beside it
    double outliers; // share of trials that fail at any load
    double lucky;    // share of trials that hold at any load
    double client;   // loads from here on are too many for the client; 0: none are
    struct rng rng;
    unsigned spoil; // the trial of this number fails, whatever the load; 0: none
    unsigned trials;
};

static double uniform(struct rng *r)
{
    return (double)(rng_next(r) >> 11) * 0x1p-53;
}

static double normal(struct rng *r)
{
    return sqrt(-2 * log(1 - uniform(r))) * cos(2 * 3.14159265358979 * uniform(r));
}

// Whether a trial of a load holds: the longer, the less chance there is in it.
static enum saturation_outcome try(struct server *v, double rate, double length)
{
    double capacity = v->capacity * (1 + v->noise * normal(&v->rng) / sqrt(length));
    double luck = uniform(&v->rng);
    v->trials++;
    if (v->client > 0 && rate > v->client)
        return SATURATION_VOID;
    if (v->trials == v->spoil || luck < v->outliers)
        return SATURATION_FAIL;
    return rate <= capacity || luck > 1 - v->lucky ? SATURATION_PASS : SATURATION_FAIL;
}

static const struct saturation_limit p99 = {0.01, 0.005};

// A trial in which nothing is late, or all is.
static void answer(struct saturation *s, enum saturation_outcome outcome)
{
    struct saturation_reply r = {
        outcome, 3 * s->asked * saturation_length(s->phase), {outcome == SATURATION_PASS ? 0 : 1}, {0}};
    saturation_answer(s, &r);
}

static struct saturation_result search(struct server *v, struct saturation *s, double hint)
{
    double rate;
    saturation_init(s, hint, 0, &p99, 1);
    while (saturation_next(s, &rate)) {
        assert_true(rate > 0 && isfinite(rate));
        answer(s, try(v, rate, saturation_length(s->phase)));
    }
    return saturation_result(s);
}

static void within(struct saturation_result b, double capacity, double by)
{
    if (!(fabs(b.capacity / capacity - 1) <= by && b.low <= b.capacity && b.capacity <= b.high))
        fail_msg("%g, [%g, %g] is not %g", b.capacity, b.low, b.high, capacity);
}

static void finds(double capacity, double hint)
{
    struct server v = {.capacity = capacity, .rng = rng_init(1, 0)};
    struct saturation s;
    struct saturation_result b = search(&v, &s, hint);
    assert_int_equal(s.end, SATURATION_FOUND);
    assert_true(b.pass <= capacity && capacity < b.fail && b.low <= capacity && capacity <= b.high);
    assert_true(b.high / b.low <= 1.06);
    assert_true(v.trials <= 40);
}

static void finds_a_quiet_servers_capacity(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++)
        for (int k = 0; k < 6; k++)
            finds(150 * pow(2.7, i), 150 * pow(2.7, i) * 0.5 * pow(1.3, k));
}

static void finds_a_noisy_servers_capacity(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed <= 60; seed++) {
        struct server v = {.capacity = 2000, .noise = 0.02, .rng = rng_init(seed, 0)};
        struct saturation s;
        struct saturation_result b = search(&v, &s, 2000);
        assert_int_equal(s.end, SATURATION_FOUND);
        within(b, 2000, 0.03);
    }
}

static void one_bad_trial_fools_nobody(void **state)
{
    (void)state;
    struct server calm = {.capacity = 2000, .rng = rng_init(1, 0)};
    struct saturation s;
    search(&calm, &s, 2000);
    for (unsigned spoil = 1; spoil <= calm.trials + 10; spoil++) {
        struct server v = {.capacity = 2000, .rng = rng_init(1, 0), .spoil = spoil};
        struct saturation_result b = search(&v, &s, 2000);
        assert_int_equal(s.end, SATURATION_FOUND);
        within(b, 2000, 0.015);
    }
}

// While the search is far from the capacity, a trial that something else disturbed costs one more and no
// detour: a load that fails there is asked again.
static void a_disturbed_trial_costs_one(void **state)
{
    (void)state;
    struct server calm = {.capacity = 1079, .rng = rng_init(1, 0)};
    struct saturation s;
    search(&calm, &s, 2000);
    for (unsigned spoil = 1; spoil <= 3; spoil++) {
        struct server v = {.capacity = 1079, .rng = rng_init(1, 0), .spoil = spoil};
        struct saturation_result b = search(&v, &s, 2000);
        assert_int_equal(s.end, SATURATION_FOUND);
        within(b, 1079, 0.015);
        if (s.trial[spoil - 1].load < 1000)
            assert_int_equal(v.trials, calm.trials + 1);
    }
}

// Below the bound nothing is asked twice.
static void what_passed_far_below_is_not_asked_again(void **state)
{
    (void)state;
    struct server v = {.capacity = 1079, .rng = rng_init(1, 0)};
    struct saturation s;
    search(&v, &s, 2000);
    for (unsigned i = 0; i < s.n; i++)
        assert_true(s.loads[i].rate > 0.8 * 1079 || s.loads[i].pass + s.loads[i].fail == 1);
}

static void few_outliers_fool_nobody(void **state)
{
    (void)state;
    unsigned far = 0;
    for (unsigned seed = 1; seed <= 60; seed++) {
        struct server v = {
            .capacity = 2000, .noise = 0.01, .outliers = 0.02, .lucky = 0.02, .rng = rng_init(seed, 1)};
        struct saturation s;
        struct saturation_result b = search(&v, &s, 2100);
        far += !(fabs(b.capacity / 2000 - 1) <= 0.03);
    }
    assert_true(far <= 3);
}

// The first upper probe lies far above what the client can do: the search goes on below it.
static void searches_on_below_what_the_client_can_do(void **state)
{
    (void)state;
    struct server v = {.capacity = 2000, .rng = rng_init(1, 0), .client = 1500};
    struct saturation s;
    struct saturation_result b = search(&v, &s, 2000);
    assert_int_equal(s.end, SATURATION_CEILING);
    assert_true(b.at_least && b.capacity == 0 && b.fail == 0);
    assert_true(s.stopped_at > 1500 && s.stopped_at < 1600);
    assert_true(b.pass > 1400 && b.pass <= 1500);
    assert_true(s.trial[s.trials - 1].phase == SATURATION_LONG); // one long trial confirmed it
}

// ...and finds the server's capacity where that is what comes first.
static void finds_a_capacity_below_the_clients(void **state)
{
    (void)state;
    struct server v = {.capacity = 1300, .rng = rng_init(1, 0), .client = 1500};
    struct saturation s;
    within(search(&v, &s, 2000), 1300, 0.01);
    assert_int_equal(s.end, SATURATION_FOUND);
}

static bool about(double a, double b)
{
    return fabs(a / b - 1) < 1e-9;
}

static void a_client_that_is_late_at_little_was_disturbed(void **state)
{
    (void)state;
    struct saturation s;
    struct server v = {.capacity = 2000, .rng = rng_init(1, 0), .client = 100};
    struct saturation_result b = search(&v, &s, 2000);
    assert_int_equal(s.end, SATURATION_DISTURBED); // at the first load
    assert_true(about(s.stopped_at, 200) && v.trials == SATURATION_DISTURBED_TRIES);
    assert_true(b.pass == 0 && b.fail == 0 && b.capacity == 0);
}

static void time_that_is_spent_ends_a_search_that_goes_on(void **state)
{
    (void)state;
    struct saturation s;
    double rate;
    struct saturation_limit limit = {0.01, 0.02};
    saturation_init(&s, 1000, 0, &limit, 1);
    assert_true(saturation_next(&s, &rate));
    saturation_answer(&s, &(struct saturation_reply){SATURATION_PASS, 1000, {0}, {0}});
    saturation_spent(&s);
    assert_int_equal(s.end, SATURATION_SPENT);
    assert_false(saturation_next(&s, &rate));
    struct saturation_result r = saturation_result(&s);
    assert_true(r.pass > 0 && r.at_least && r.capacity == 0);
    s.end = SATURATION_FOUND;
    saturation_spent(&s);
    assert_int_equal(s.end, SATURATION_FOUND);
}

// Two, one that counts, and two more are not three in a row.
static void only_trials_in_a_row_make_an_end(void **state)
{
    (void)state;
    static const enum saturation_outcome outcomes[] = {SATURATION_VOID, SATURATION_VOID, SATURATION_PASS};
    struct server v = {.capacity = 2000, .rng = rng_init(1, 0)};
    struct saturation s;
    double rate, last = 0;
    saturation_init(&s, 2000, 0, &p99, 1);
    for (unsigned i = 0; saturation_next(&s, &rate); i++) {
        if (i % 3)
            assert_true(rate == last); // a void trial is tried again
        last = rate;
        answer(&s, outcomes[i % 3] == SATURATION_VOID ? SATURATION_VOID : try(&v, rate, 1));
    }
    assert_int_equal(s.end, SATURATION_FOUND);
    within(saturation_result(&s), 2000, 0.01);
}

// A search that is interrupted near its end has an estimate; before, it has none.
static void what_is_known_when_it_is_interrupted_is_told(void **state)
{
    (void)state;
    struct server v = {.capacity = 2000, .rng = rng_init(1, 0)};
    struct saturation s;
    double rate;
    saturation_init(&s, 2000, 0, &p99, 1);
    for (unsigned n = 0; n < 6 && saturation_next(&s, &rate); n += s.phase == SATURATION_LONG) {
        assert_true(saturation_result(&s).capacity == 0 && saturation_result(&s).at_least);
        answer(&s, try(&v, rate, saturation_length(s.phase)));
    }
    assert_int_equal(s.end, SATURATION_GOES_ON);
    within(saturation_result(&s), 2000, 0.01);
    assert_false(saturation_result(&s).at_least);
}

static void the_promise_says_how_long_a_trial_is(void **state)
{
    (void)state;
    struct saturation_limit limit[] = {{0.01, 0.1}, {0.001, 0.001}};
    assert_true(about(saturation_least_s(limit, 1, 2000), 1));     // ten times the limit
    assert_true(about(saturation_least_s(limit + 1, 1, 500), 10)); // five requests may be late
    assert_true(about(saturation_shortest_s(limit, 1, 1e5), 2));   // twenty times
    assert_true(about(saturation_shortest_s(limit + 1, 1, 1e6), 1));
    assert_true(about(saturation_shortest_s(limit + 1, 1, 5000), 680 / 5.0 / pow(log(0.001), 2)));
    assert_true(about(saturation_shortest_s(limit + 1, 1, 500), 10)); // no shorter than the least
}

// Of two limits the one that breaks first is the capacity's.
static void the_tighter_limit_decides(void **state)
{
    (void)state;
    static const struct saturation_limit limit[] = {{0.01, 0.005}, {0.001, 0.005}};
    struct saturation s;
    double rate;
    saturation_init(&s, 2000, 0, limit, 2);
    while (saturation_next(&s, &rate)) {
        struct saturation_reply r = {
            SATURATION_PASS, 1e5, {rate > 1900 ? 0.5 : 0, rate > 1700 ? 0.2 : 0}, {0}};
        r.outcome = rate > 1700 ? SATURATION_FAIL : SATURATION_PASS;
        saturation_answer(&s, &r);
    }
    assert_int_equal(s.end, SATURATION_FOUND);
    within(saturation_result(&s), 1700, 0.01);
    assert_int_equal(saturation_result(&s).limit, 1);
}

// Trials that pass and fail whatever the load: the interval reaches beyond all that was tried.
static void an_interval_without_an_end_says_so(void **state)
{
    (void)state;
    unsigned open = 0;
    for (unsigned seed = 1; seed <= 20; seed++) {
        struct server v = {.capacity = 2000, .outliers = 0.4, .lucky = 0.4, .rng = rng_init(seed, 0)};
        struct saturation s;
        struct saturation_result b = search(&v, &s, 2000);
        open += b.open_low || b.open_high;
        assert_false(s.end == SATURATION_FOUND && (b.open_low || b.open_high));
    }
    assert_true(open > 0);
}

static void ends_have_names(void **state)
{
    (void)state;
    assert_string_equal(saturation_end_name(SATURATION_GOES_ON), "interrupted");
    assert_string_equal(saturation_end_name(SATURATION_FOUND), "found");
    assert_string_equal(saturation_end_name(SATURATION_CEILING), "client-ceiling");
    assert_string_equal(saturation_end_name(SATURATION_NOTHING), "nothing-held");
    assert_string_equal(saturation_end_name(SATURATION_UNSTEADY), "unsteady");
    assert_string_equal(saturation_end_name(SATURATION_DISTURBED), "disturbed");
    assert_string_equal(saturation_end_name(SATURATION_SPENT), "budget");
}

static void a_ceiling_that_is_known_is_not_passed(void **state)
{
    (void)state;
    struct server v = {.capacity = 2000, .rng = rng_init(1, 0)};
    struct saturation s;
    double rate;
    saturation_init(&s, 1200, 1300, &p99, 1);
    while (saturation_next(&s, &rate)) {
        assert_true(rate <= 1300);
        answer(&s, try(&v, rate, 1));
    }
    assert_int_equal(s.end, SATURATION_CEILING);
    assert_true(saturation_result(&s).pass == 1300);
}

static void a_server_that_bears_nothing_has_no_capacity(void **state)
{
    (void)state;
    struct server v = {.capacity = 1, .rng = rng_init(1, 0)};
    struct saturation s;
    struct saturation_result b = search(&v, &s, 1e6);
    assert_int_equal(s.end, SATURATION_NOTHING);
    assert_true(b.pass == 0 && b.capacity == 0);
}

static void chance_alone_comes_to_an_end(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed <= 100; seed++) {
        struct server v = {.capacity = 2000, .outliers = 0.5, .lucky = 0.5, .rng = rng_init(seed, 2)};
        struct saturation s;
        search(&v, &s, 2000);
        assert_true(v.trials <= SATURATION_TRIALS);
        assert_int_not_equal(s.end, SATURATION_GOES_ON);
    }
}

static void begins_from_below(void **state)
{
    (void)state;
    struct saturation s;
    double rate;
    saturation_init(&s, 1000, 0, &p99, 1);
    assert_true(saturation_next(&s, &rate));
    assert_true(fabs(rate - 100) < 1e-9);
    assert_true(saturation_next(&s, &rate)); // asked again, it says the same
    assert_true(fabs(rate - 100) < 1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_a_quiet_servers_capacity),
        cmocka_unit_test(finds_a_noisy_servers_capacity),
        cmocka_unit_test(one_bad_trial_fools_nobody),
        cmocka_unit_test(a_disturbed_trial_costs_one),
        cmocka_unit_test(what_passed_far_below_is_not_asked_again),
        cmocka_unit_test(few_outliers_fool_nobody),
        cmocka_unit_test(searches_on_below_what_the_client_can_do),
        cmocka_unit_test(finds_a_capacity_below_the_clients),
        cmocka_unit_test(what_is_known_when_it_is_interrupted_is_told),
        cmocka_unit_test(the_promise_says_how_long_a_trial_is),
        cmocka_unit_test(the_tighter_limit_decides),
        cmocka_unit_test(a_client_that_is_late_at_little_was_disturbed),
        cmocka_unit_test(time_that_is_spent_ends_a_search_that_goes_on),
        cmocka_unit_test(only_trials_in_a_row_make_an_end),
        cmocka_unit_test(an_interval_without_an_end_says_so),
        cmocka_unit_test(ends_have_names),
        cmocka_unit_test(a_ceiling_that_is_known_is_not_passed),
        cmocka_unit_test(a_server_that_bears_nothing_has_no_capacity),
        cmocka_unit_test(chance_alone_comes_to_an_end),
        cmocka_unit_test(begins_from_below),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
