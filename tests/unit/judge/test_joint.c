// SPDX-License-Identifier: MIT
// Several promises in one search, against a server that keeps each up to a load of its own. test_queues.c
// asks whether their bounds are right.
#include "judge/joint.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static const struct saturation_limit p99 = {0.01, 0.005};

static struct saturation searches[JOINT_MOST];

static struct joint joint_of(unsigned n)
{
    struct joint j = {.n = n};
    for (unsigned i = 0; i < n; i++) {
        saturation_init(&searches[i], 2000, 0, &p99, 1);
        j.search[i] = &searches[i];
    }
    return j;
}

// Late as in M/M/1: ln(share) rises with the load.
static struct saturation_reply reply_at(double load, double capacity)
{
    double share = fmin(1, 0.01 * exp(0.005 * (load - capacity)));
    return (struct saturation_reply){
        share <= 0.01 ? SATURATION_PASS : SATURATION_FAIL, 20 * load, {share}, {0}};
}

static void answer_all(struct joint *j, double load, const double *capacities)
{
    struct saturation_reply replies[JOINT_MOST] = {0};
    for (unsigned i = 0; i < j->n && i < JOINT_MOST; i++)
        replies[i] = reply_at(load, capacities[i]);
    joint_answer(j, replies);
}

static void each_has_its_bound(void **state)
{
    (void)state;
    const double capacities[JOINT_MOST] = {1079, 1770, 1100};
    struct joint j = joint_of(3);
    double load;
    while (joint_next(&j, &load) != JOINT_NONE)
        answer_all(&j, load, capacities);
    for (unsigned i = 0; i < j.n && i < JOINT_MOST; i++) {
        struct saturation_result r = saturation_result(j.search[i]);
        assert_int_equal(j.search[i]->end, SATURATION_FOUND);
        assert_true(fabs(r.capacity / capacities[i] - 1) < 0.02);
        assert_true(r.low <= capacities[i] && capacities[i] <= r.high);
    }
}

// Once it is known which promise holds at more, it is decided first.
static void the_widest_is_decided_first(void **state)
{
    (void)state;
    const double capacities[JOINT_MOST] = {1079, 1770};
    struct joint j = joint_of(2);
    double load;
    for (unsigned asks; (asks = joint_next(&j, &load)) != JOINT_NONE; answer_all(&j, load, capacities))
        if (asks == 0 && saturation_result(&searches[1]).pass > saturation_result(&searches[0]).pass)
            assert_int_equal(searches[1].end, SATURATION_FOUND);
    assert_int_equal(searches[0].end, SATURATION_FOUND);
}

static unsigned own_trials(const struct saturation *s)
{
    unsigned n = 0;
    for (unsigned i = 0; i < s->trials; i++)
        n += !s->trial[i].overheard;
    return n;
}

// Promises with the same bound: the second has heard nearly all that it needs.
static void near_each_other_they_share_their_trials(void **state)
{
    (void)state;
    const double capacities[JOINT_MOST] = {1500, 1500};
    struct joint j = joint_of(2);
    double load;
    while (joint_next(&j, &load) != JOINT_NONE)
        answer_all(&j, load, capacities);
    unsigned first = own_trials(&searches[0]), second = own_trials(&searches[1]);
    assert_true(fmin(first, second) * 4 <= fmax(first, second));
    assert_int_equal(searches[0].end, SATURATION_FOUND);
    assert_int_equal(searches[1].end, SATURATION_FOUND);
}

static void what_says_nothing_is_not_heard(void **state)
{
    (void)state;
    struct joint j = joint_of(2);
    double load;
    struct saturation_reply replies[2] = {{SATURATION_PASS, 100, {0}, {0}},
                                          {SATURATION_VOID, 100, {0.5}, {0}}};
    assert_int_equal(joint_next(&j, &load), 0);
    joint_answer(&j, replies);
    assert_int_equal(searches[0].trials, 1);
    assert_int_equal(searches[1].trials, 0);
    searches[1].end = SATURATION_FOUND;
    replies[1].outcome = SATURATION_PASS;
    assert_int_equal(joint_next(&j, &load), 0);
    joint_answer(&j, replies);
    assert_int_equal(searches[1].trials, 0); // it has ended
}

// A load that the client spoilt is tried again before another asks.
static void a_void_trial_is_repeated_at_once(void **state)
{
    (void)state;
    struct joint j = joint_of(2);
    double load, again;
    const struct saturation_reply both[2] = {{SATURATION_VOID, 100, {0.5}, {0}},
                                             {SATURATION_PASS, 100, {0}, {0}}};
    assert_int_equal(joint_next(&j, &load), 0);
    joint_answer(&j, both);
    assert_true(saturation_result(&searches[1]).pass > saturation_result(&searches[0]).pass);
    assert_int_equal(joint_next(&j, &again), 0);
    assert_true(again == load);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_has_its_bound),
        cmocka_unit_test(the_widest_is_decided_first),
        cmocka_unit_test(near_each_other_they_share_their_trials),
        cmocka_unit_test(what_says_nothing_is_not_heard),
        cmocka_unit_test(a_void_trial_is_repeated_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
