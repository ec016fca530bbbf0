// SPDX-License-Identifier: MIT
// Against simulated servers whose capacity is known.
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
        return SATURATION_CLIENT;
    if (v->trials == v->spoil || luck < v->outliers)
        return SATURATION_FAILED;
    return rate <= capacity || luck > 1 - v->lucky ? SATURATION_HELD : SATURATION_FAILED;
}

static struct saturation_bounds search(struct server *v, struct saturation *s, double hint)
{
    double rate;
    saturation_init(s, hint, 0);
    while (saturation_next(s, &rate)) {
        assert_true(rate > 0 && isfinite(rate));
        saturation_answer(s, try(v, rate, saturation_length(s->phase)));
    }
    return saturation_bounds(s);
}

static void within(struct saturation_bounds b, double capacity, double by)
{
    if (!(fabs(b.lower / capacity - 1) <= by && fabs(b.upper / capacity - 1) <= by && b.lower < b.upper))
        fail_msg("[%g, %g] is not %g", b.lower, b.upper, capacity);
}

static void finds(double capacity, double hint)
{
    struct server v = {.capacity = capacity, .rng = rng_init(1, 0)};
    struct saturation s;
    struct saturation_bounds b = search(&v, &s, hint);
    assert_int_equal(s.end, SATURATION_FOUND);
    assert_true(b.confirmed && b.lower <= capacity && capacity < b.upper);
    assert_true(b.upper / b.lower <= 1.011);
    assert_true(v.trials <= 60);
}

static void finds_a_quiet_servers_capacity(void **state)
{
    (void)state;
    for (int i = 0; i < 9; i++)
        for (int k = 0; k < 8; k++)
            finds(150 * pow(2.7, i), 150 * pow(2.7, i) * 0.5 * pow(1.3, k));
}

static void finds_a_noisy_servers_capacity(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed <= 200; seed++) {
        struct server v = {.capacity = 2000, .noise = 0.02, .rng = rng_init(seed, 0)};
        struct saturation s;
        struct saturation_bounds b = search(&v, &s, 2000);
        assert_int_equal(s.end, SATURATION_FOUND);
        within(b, 2000, 0.03);
    }
}

// A trial of an M/M/1 queue that serves mu a second: whether no more than 1 % of its answers take longer than
// limit_s. By Lindley's recursion.
static enum saturation_outcome queue(struct rng *r, double mu, double rate, double limit_s, double lasting_s)
{
    double wait_s = 0, late = 0, n = 0;
    for (double at_s = 0; at_s < lasting_s; n++) {
        double gap_s = -log(1 - uniform(r)) / rate, service_s = -log(1 - uniform(r)) / mu;
        late += wait_s + service_s > limit_s;
        wait_s = fmax(0, wait_s + service_s - gap_s);
        at_s += gap_s;
    }
    return late <= 0.01 * n ? SATURATION_HELD : SATURATION_FAILED;
}

// There P(response > limit) = exp(-(mu - rate) * limit): with mu 2000 and 100 ms it is 1 % at 1954 a second.
static void finds_where_a_queue_breaks_its_promise(void **state)
{
    (void)state;
    double capacity = 2000 - log(100) / 0.1;
    for (unsigned seed = 1; seed <= 20; seed++) {
        struct rng rng = rng_init(seed, 3);
        struct saturation s;
        double rate;
        saturation_init(&s, 2000, 0);
        while (saturation_next(&s, &rate))
            saturation_answer(&s, queue(&rng, 2000, rate, 0.1, 3 * saturation_length(s.phase)));
        assert_int_equal(s.end, SATURATION_FOUND);
        within(saturation_bounds(&s), capacity, 0.03);
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
        struct saturation_bounds b = search(&v, &s, 2000);
        assert_int_equal(s.end, SATURATION_FOUND);
        within(b, 2000, 0.015);
    }
}

static void few_outliers_fool_nobody(void **state)
{
    (void)state;
    unsigned far = 0;
    for (unsigned seed = 1; seed <= 200; seed++) {
        struct server v = {
            .capacity = 2000, .noise = 0.01, .outliers = 0.05, .lucky = 0.05, .rng = rng_init(seed, 1)};
        struct saturation s;
        struct saturation_bounds b = search(&v, &s, 2100);
        far += !(s.end == SATURATION_FOUND && fabs(b.lower / 2000 - 1) <= 0.03);
    }
    assert_true(far <= 10);
}

static void ends_where_the_client_ends(void **state)
{
    (void)state;
    struct server v = {.capacity = 2000, .rng = rng_init(1, 0), .client = 1500};
    struct saturation s;
    struct saturation_bounds b = search(&v, &s, 2000);
    assert_int_equal(s.end, SATURATION_CEILING);
    assert_false(b.confirmed);
    assert_true(s.stopped_at > 1500);
    assert_true(b.lower > 0 && b.lower <= 1500);
    assert_true(b.upper == 0);
}

static bool about(double a, double b)
{
    return fabs(a / b - 1) < 1e-9;
}

// A client that is late at loads above `client`, of a server that bears 2000 and is thought to. Loads are
// tried in this order: 200, 2200, their middle, which is 663, and 1208.
static enum saturation_end end_of(double client, struct saturation *s, unsigned *trials)
{
    struct server v = {.capacity = 2000, .rng = rng_init(1, 0), .client = client};
    search(&v, s, 2000);
    *trials = v.trials;
    return s->end;
}

static void a_client_that_is_late_at_little_was_disturbed(void **state)
{
    (void)state;
    struct saturation s;
    unsigned trials;
    assert_int_equal(end_of(100, &s, &trials), SATURATION_DISTURBED); // at the first load
    assert_true(about(s.stopped_at, 200) && trials == SATURATION_CLIENT_TRIES);
    assert_true(saturation_bounds(&s).lower == 0 && saturation_bounds(&s).upper == 0);
    assert_int_equal(end_of(1000, &s, &trials), SATURATION_CEILING); // at the second, which is not little
    assert_true(about(s.stopped_at, 2200) && trials == 1 + SATURATION_CLIENT_TRIES);
    assert_true(about(saturation_bounds(&s).lower, 200) && saturation_bounds(&s).upper == 0);
}

// Answers for loads as the caller says: a letter for each trial, h held, f failed, c spoilt by the client.
static void answer(struct saturation *s, const char *outcomes)
{
    double rate;
    for (; *outcomes; outcomes++) {
        assert_true(saturation_next(s, &rate));
        saturation_answer(s, *outcomes == 'h'   ? SATURATION_HELD
                             : *outcomes == 'f' ? SATURATION_FAILED
                                                : SATURATION_CLIENT);
    }
}

static void ends(const char *outcomes, enum saturation_end end, double at)
{
    struct saturation s;
    double rate;
    saturation_init(&s, 2000, 0);
    answer(&s, outcomes);
    assert_int_equal(s.end, end);
    assert_true(at > 0 ? about(s.stopped_at, at) : s.stopped_at == 0);
    assert_int_equal(saturation_next(&s, &rate), end == SATURATION_GOES_ON);
}

static void half_of_what_it_has_shown_is_little_for_a_client(void **state)
{
    (void)state;
    ends("hfccc", SATURATION_DISTURBED, sqrt(200 * 2200.0));             // 663
    ends("hfhccc", SATURATION_CEILING, sqrt(sqrt(200 * 2200.0) * 2200)); // 1208
    ends("hfcc", SATURATION_GOES_ON, 0);
    ends("hfccf", SATURATION_GOES_ON, 0);
}

// Two, one that counts, and two more are not three in a row. In the second phase a load wants several trials.
static void only_trials_in_a_row_make_an_end(void **state)
{
    (void)state;
    struct saturation s;
    double rate = 0, asked = 0;
    saturation_init(&s, 2000, 0);
    while (s.phase == SATURATION_ROUGH) {
        assert_true(saturation_next(&s, &rate));
        if (s.phase == SATURATION_ROUGH)
            saturation_answer(&s, rate <= 500 ? SATURATION_HELD : SATURATION_FAILED);
    }
    asked = rate;
    answer(&s, "cchcc");
    assert_int_equal(s.end, SATURATION_GOES_ON);
    assert_true(saturation_next(&s, &rate) && rate == asked && asked < 1000);
    answer(&s, "c");
    assert_int_equal(s.end, SATURATION_DISTURBED);
    assert_true(s.stopped_at == asked);
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
}

static void a_ceiling_that_is_known_is_not_passed(void **state)
{
    (void)state;
    struct server v = {.capacity = 2000, .rng = rng_init(1, 0)};
    struct saturation s;
    double rate;
    saturation_init(&s, 1200, 1300);
    while (saturation_next(&s, &rate)) {
        assert_true(rate <= 1300);
        saturation_answer(&s, try(&v, rate, 1));
    }
    assert_int_equal(s.end, SATURATION_CEILING);
    assert_true(saturation_bounds(&s).lower == 1300);
}

static void one_trial_that_the_client_spoils_is_tried_again(void **state)
{
    (void)state;
    struct server v = {.capacity = 2000, .rng = rng_init(1, 0)};
    struct saturation s;
    double rate, spoilt = 0;
    saturation_init(&s, 2000, 0);
    for (unsigned i = 0; saturation_next(&s, &rate); i++) {
        if (spoilt > 0)
            assert_true(rate == spoilt);
        spoilt = i == 1 || i == 7 ? rate : 0;
        saturation_answer(&s, spoilt > 0 ? SATURATION_CLIENT : try(&v, rate, 1));
    }
    assert_int_equal(s.end, SATURATION_FOUND);
    within(saturation_bounds(&s), 2000, 0.011);
}

static void a_server_that_bears_nothing_has_no_capacity(void **state)
{
    (void)state;
    struct server v = {.capacity = 1, .rng = rng_init(1, 0)};
    struct saturation s;
    struct saturation_bounds b = search(&v, &s, 1e6);
    assert_int_equal(s.end, SATURATION_NOTHING);
    assert_true(b.lower == 0);
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
    saturation_init(&s, 1000, 0);
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
        cmocka_unit_test(finds_where_a_queue_breaks_its_promise),
        cmocka_unit_test(one_bad_trial_fools_nobody),
        cmocka_unit_test(few_outliers_fool_nobody),
        cmocka_unit_test(ends_where_the_client_ends),
        cmocka_unit_test(a_client_that_is_late_at_little_was_disturbed),
        cmocka_unit_test(half_of_what_it_has_shown_is_little_for_a_client),
        cmocka_unit_test(only_trials_in_a_row_make_an_end),
        cmocka_unit_test(ends_have_names),
        cmocka_unit_test(a_ceiling_that_is_known_is_not_passed),
        cmocka_unit_test(one_trial_that_the_client_spoils_is_tried_again),
        cmocka_unit_test(a_server_that_bears_nothing_has_no_capacity),
        cmocka_unit_test(chance_alone_comes_to_an_end),
        cmocka_unit_test(begins_from_below),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
