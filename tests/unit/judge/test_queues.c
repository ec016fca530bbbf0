// SPDX-License-Identifier: MIT
// The search for a capacity against queues whose capacity is known by theory: how far off is it, and how
// often does its interval hold the truth? Trials are simulated request by request (Lindley's recursion), each
// from an empty queue, with a lead that is not judged. With a number as argument it makes that many searches
// of each kind. Sources: M/M/1: P(R > t) = exp(-(mu - lambda) t). M/D/1: Erlang's series for the waiting
// time, solved with 400 digits.
#include "judge/joint.h"

#include "base/rng.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define PARTS 12
#define LEAD 5.0 // limits, or a tenth of the trial

static unsigned searches = 16;

struct queue {
    const char *name;
    bool fixed;            // all services take the same time
    double mu, limit_s, q; // services a second; what quantile q is to stay within
    double capacity;       // by theory
};

static const struct queue queues[] = {
    {"M/M/1", false, 2000, 0.005, 0.99, 2000 - 921.034},
    {"M/M/1", false, 2000, 0.020, 0.99, 2000 - 230.259},
    {"M/M/1", false, 2000, 0.100, 0.99, 2000 - 46.0517},
    {"M/M/1", false, 10000, 0.005, 0.99, 10000 - 921.034},
    {"M/D/1", true, 2000, 0.005, 0.99, 1546.974},
    {"M/D/1", true, 2000, 0.020, 0.99, 1885.203},
    {"M/D/1", true, 2000, 0.100, 0.99, 1976.986},
    {"M/M/1", false, 10000, 0.007, 0.999, 10000 - 986.822},
};

// Two promises about one queue each: far apart, near each other, and the narrower one first.
static const struct queue promised[] = {
    {"M/M/1", false, 2000, 0.020, 0.99, 2000 - 230.259},
    {"M/M/1", false, 2000, 0.005, 0.99, 2000 - 921.034},
    {"M/M/1", false, 10000, 0.005, 0.99, 10000 - 921.034},
    {"M/M/1", false, 10000, 0.007, 0.999, 10000 - 986.822},
    {"M/D/1", true, 2000, 0.005, 0.99, 1546.974},
    {"M/D/1", true, 2000, 0.020, 0.99, 1885.203},
};

static double exponential(struct rng *r, double mean)
{
    return -mean * log(rng_unit(r));
}

// How late requests were in the parts of a trial.
struct parts {
    double all[PARTS], late[PARTS];
};

static struct saturation_reply reply_of(const struct parts *p, double allowed)
{
    struct saturation_reply out = {.outcome = SATURATION_FAIL};
    double late = 0;
    for (int i = 0; i < PARTS; i++) {
        out.requests += p->all[i];
        late += p->late[i];
    }
    out.share[0] = late / out.requests;
    for (int i = 0; i < PARTS; i++) {
        double residual = p->late[i] - out.share[0] * p->all[i];
        out.variance[0] += PARTS / (PARTS - 1.0) * residual * residual;
    }
    if (out.share[0] <= allowed)
        out.outcome = SATURATION_PASS;
    return out;
}

static double lead_s(const struct queue *v, unsigned n, double lasting_s)
{
    double lead_s = lasting_s / 10;
    for (unsigned i = 0; i < n; i++)
        lead_s = fmax(lead_s, LEAD * v[i].limit_s);
    return lead_s;
}

struct offer {
    double rate, lasting_s;
};

// One trial of a queue, as n promises about it see it: rows of v, which differ in these alone.
static void trial(const struct queue *v, unsigned n, struct rng *r, const struct offer *offer,
                  struct saturation_reply *out)
{
    const double rate = offer->rate, lasting_s = offer->lasting_s;
    struct parts parts[JOINT_MOST] = {0};
    double wait_s = 0;
    for (double at_s = -lead_s(v, n, lasting_s); at_s < lasting_s;) {
        double service_s = v->fixed ? 1 / v->mu : exponential(r, 1 / v->mu), gap_s = exponential(r, 1 / rate);
        int part = (int)(at_s / lasting_s * PARTS);
        for (unsigned i = 0; at_s >= 0 && i < n; i++) {
            parts[i].all[part]++;
            parts[i].late[part] += wait_s + service_s > v[i].limit_s;
        }
        wait_s = fmax(0, wait_s + service_s - gap_s);
        at_s += gap_s;
    }
    for (unsigned i = 0; i < n; i++)
        out[i] = reply_of(&parts[i], 1 - v[i].q);
}

struct tally {
    double error, squared, width, spent_s;
    unsigned n, covered, found;
};

static void add(struct tally *t, const struct queue *v, const struct saturation *s)
{
    struct saturation_result found = saturation_result(s);
    double error = found.capacity / v->capacity - 1;
    assert_true(found.capacity > 0 && found.low <= found.capacity && found.capacity <= found.high);
    t->error += error;
    t->squared += error * error;
    t->width += (found.high - found.low) / found.capacity;
    t->covered += found.low <= v->capacity && v->capacity <= found.high;
    t->found += s->end == SATURATION_FOUND;
    t->n++;
}

// One search for n promises: seconds of trials.
static double search(const struct queue *v, unsigned n, struct rng *r, struct tally *t)
{
    static struct saturation s[JOINT_MOST];
    struct joint j = {.n = n};
    double hint = v->mu * (0.96 + 0.06 * rng_unit(r)), shortest_s = 0, spent_s = 0, rate;
    for (unsigned i = 0; i < n; i++) {
        struct saturation_limit limit = {1 - v[i].q, v[i].limit_s};
        shortest_s = fmax(shortest_s, saturation_shortest_s(&limit, 1, hint));
        saturation_init(&s[i], hint, 0, &limit, 1);
        j.search[i] = &s[i];
    }
    for (unsigned asks; (asks = joint_next(&j, &rate)) != JOINT_NONE;) {
        struct saturation_reply replies[JOINT_MOST];
        double lasting_s = shortest_s * saturation_length(s[asks].phase);
        trial(v, n, r, &(struct offer){rate, lasting_s}, replies);
        joint_answer(&j, replies);
        spent_s += lasting_s + lead_s(v, n, lasting_s);
    }
    for (unsigned i = 0; i < n; i++)
        add(&t[i], &v[i], &s[i]);
    return spent_s;
}

static void judge(const struct queue *v, const struct tally *t, double spent_s)
{
    double bias = t->error / t->n, off = sqrt(t->squared / t->n), cover = 1.0 * t->covered / t->n;
    printf("| %s, %5.0f/s | p%g=%gms | %7.1f | %+5.2f %% | %4.2f %% | %3.0f %% | %4.1f %% | %3.0f s | %3.0f "
           "%% |\n",
           v->name, v->mu, 100 * v->q, 1e3 * v->limit_s, v->capacity, 100 * bias, 100 * off, 100 * cover,
           100 * t->width / t->n, spent_s / t->n, 100.0 * t->found / t->n);
    assert_true(fabs(bias) < 0.015);
    assert_true(off < 0.02);
    assert_true(t->covered + 1 + t->n / 50.0 >= 0.9 * t->n);
    assert_true(t->width / t->n < 0.15); // an interval that says something
}

static void finds_the_capacity_of_a_queue(void **state)
{
    const struct queue *v = *state;
    struct tally t = {0};
    struct rng r = rng_init(17, (uint64_t)(v - queues));
    double spent_s = 0;
    while (t.n < searches)
        spent_s += search(v, 1, &r, &t);
    judge(v, &t, spent_s);
}

// Several promises in one search: each bound is as good as that of a search of its own, for no more time than
// they take one after the other.
static void finds_the_bound_of_each_promise(void **state)
{
    const struct queue *v = *state;
    struct tally t[2] = {0}, alone[2] = {0};
    struct rng r = rng_init(18, (uint64_t)(v - promised));
    double spent_s = 0, alone_s = 0;
    while (t->n < searches)
        spent_s += search(v, 2, &r, t);
    for (unsigned i = 0; i < 2; i++)
        while (alone[i].n < searches)
            alone_s += search(&v[i], 1, &r, &alone[i]);
    for (unsigned i = 0; i < 2; i++)
        judge(&v[i], &t[i], spent_s);
    printf("  together %.0f %% of the time of two searches\n", 100 * spent_s / alone_s);
    assert_true(spent_s < 1.05 * alone_s);
}

int main(int argc, char **argv)
{
    enum { ONE = sizeof queues / sizeof *queues, TWO = sizeof promised / sizeof *promised / 2 };
    struct CMUnitTest tests[ONE + TWO];
    if (argc > 1)
        searches = (unsigned)strtoul(argv[1], NULL, 10);
    for (size_t i = 0; i < ONE; i++)
        tests[i] = (struct CMUnitTest){queues[i].name, finds_the_capacity_of_a_queue, NULL, NULL,
                                       (void *)(uintptr_t)&queues[i]};
    for (size_t i = 0; i < TWO; i++)
        tests[ONE + i] = (struct CMUnitTest){"two promises", finds_the_bound_of_each_promise, NULL, NULL,
                                             (void *)(uintptr_t)&promised[2 * i]};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
