// SPDX-License-Identifier: MIT
// The search for a capacity against queues whose capacity is known by theory: how far off is it, and how
// often does its interval hold the truth? Trials are simulated request by request (Lindley's recursion), each
// from an empty queue, with a lead that is not judged. With a number as argument it makes that many searches
// of each kind. Sources: M/M/1: P(R > t) = exp(-(mu - lambda) t). M/D/1: Erlang's series for the waiting
// time, solved with 400 digits.
#include "judge/saturation.h"

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

static struct saturation_reply trial(const struct queue *v, struct rng *r, double rate, double lasting_s)
{
    struct parts parts = {0};
    double lead_s = fmax(LEAD * v->limit_s, lasting_s / 10), wait_s = 0;
    for (double at_s = -lead_s; at_s < lasting_s;) {
        double service_s = v->fixed ? 1 / v->mu : exponential(r, 1 / v->mu), gap_s = exponential(r, 1 / rate);
        if (at_s >= 0) {
            int part = (int)(at_s / lasting_s * PARTS);
            parts.all[part]++;
            parts.late[part] += wait_s + service_s > v->limit_s;
        }
        wait_s = fmax(0, wait_s + service_s - gap_s);
        at_s += gap_s;
    }
    return reply_of(&parts, 1 - v->q);
}

struct tally {
    double error, squared, width, spent_s;
    unsigned n, covered, found;
};

static void search(const struct queue *v, struct rng *r, struct tally *t)
{
    struct saturation s;
    struct saturation_limit limit = {1 - v->q, v->limit_s};
    double hint = v->mu * (0.96 + 0.06 * rng_unit(r)), rate;
    double shortest_s = saturation_shortest_s(&limit, 1, hint);
    saturation_init(&s, hint, 0, &limit, 1);
    while (saturation_next(&s, &rate)) {
        double lasting_s = shortest_s * saturation_length(s.phase);
        struct saturation_reply reply = trial(v, r, rate, lasting_s);
        saturation_answer(&s, &reply);
        t->spent_s += lasting_s + fmax(LEAD * v->limit_s, lasting_s / 10);
    }
    struct saturation_result found = saturation_result(&s);
    double error = found.capacity / v->capacity - 1;
    assert_true(found.capacity > 0 && found.low <= found.capacity && found.capacity <= found.high);
    t->error += error;
    t->squared += error * error;
    t->width += (found.high - found.low) / found.capacity;
    t->covered += found.low <= v->capacity && v->capacity <= found.high;
    t->found += s.end == SATURATION_FOUND;
    t->n++;
}

static void finds_the_capacity_of_a_queue(void **state)
{
    const struct queue *v = *state;
    struct tally t = {0};
    struct rng r = rng_init(17, (uint64_t)(v - queues));
    while (t.n < searches)
        search(v, &r, &t);
    double bias = t.error / t.n, off = sqrt(t.squared / t.n), cover = 1.0 * t.covered / t.n;
    printf("| %s, %5.0f/s | p99=%gms | %7.1f | %+5.2f %% | %4.2f %% | %3.0f %% | %4.1f %% | %3.0f s | %3.0f "
           "%% |\n",
           v->name, v->mu, 1e3 * v->limit_s, v->capacity, 100 * bias, 100 * off, 100 * cover,
           100 * t.width / t.n, t.spent_s / t.n, 100.0 * t.found / t.n);
    assert_true(fabs(bias) < 0.015);
    assert_true(off < 0.02);
    assert_true(t.covered + 1 + t.n / 50.0 >= 0.9 * t.n);
    assert_true(t.width / t.n < 0.15); // an interval that says something
}

int main(int argc, char **argv)
{
    struct CMUnitTest tests[sizeof queues / sizeof *queues];
    if (argc > 1)
        searches = (unsigned)strtoul(argv[1], NULL, 10);
    for (size_t i = 0; i < sizeof queues / sizeof *queues; i++)
        tests[i] = (struct CMUnitTest){queues[i].name, finds_the_capacity_of_a_queue, NULL, NULL,
                                       (void *)(uintptr_t)&queues[i]};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
