// SPDX-License-Identifier: MIT
// How often the 95 % interval of a quantile holds the true one, by simulation of a queue whose sojourn times
// are known: M/M/1, where they come in bunches, the longer the fuller the server is. Fixed seeds, so the
// counts are always the same. HKV_COVERAGE_RUNS=500 prints the table of docs/measuring.md.
#include "stats/quantile.h"

#include "queue.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define STEP_S 0.125
#define RUNS 300
#define DIGITS 2 // far finer than any interval here, and several times as fast as 3

struct load {
    double rho, mean_s, seconds;
    bool shuffled; // the same latencies, each independent of the others
};

struct coverage {
    unsigned held, few, open;
    double width; // half of it over the truth, of those with an upper end
};

static unsigned runs(void)
{
    const char *wanted = getenv("HKV_COVERAGE_RUNS");
    int n = wanted ? atoi(wanted) : 0;
    return n > 0 ? (unsigned)n : RUNS;
}

// From an empty queue, as a run without a warm-up starts.
static void run_queue(const struct load *m, struct rng *rng, struct recorder *rec, struct series *rows)
{
    struct queue queue = {.rho = m->rho, .mean_s = m->mean_s};
    double end_ns = m->seconds * 1e9;
    for (queue_next(&queue, rng); queue.due_s < m->seconds; queue_next(&queue, rng)) {
        double done_ns = (queue.due_s + queue.sojourn_s) * 1e9, s = queue.sojourn_s;
        while (done_ns >= (double)series_edge(rows) && (double)series_edge(rows) < end_ns)
            assert_int_equal(series_mark(rows, rec, 0), 0);
        if (m->shuffled)
            s = queue_exponential(rng, queue_sojourn_mean_s(&queue));
        recorder_ok(rec, (uint64_t)(1e9 * s), 1);
    }
    assert_int_equal(series_end(rows, rec, 0, (uint64_t)end_ns), 0);
}

static void add_run(struct coverage *c, const struct quantile *x, double truth_ns)
{
    bool below = x->has_interval && (double)x->low_ns <= truth_ns;
    c->held += below && (x->open_end || truth_ns <= (double)x->high_ns);
    c->few += !quantile_sound(x);
    c->open += x->open_end;
    c->width += x->open_end ? 0 : (double)(x->high_ns - x->low_ns) / 2 / truth_ns;
}

static void simulate(const struct load *m, struct coverage c[QUANTILES])
{
    struct recorder rec;
    struct series rows;
    struct rng rng = rng_init(11, 0);
    assert_int_equal(recorder_init(&rec, DIGITS, false), 0);
    assert_int_equal(series_init(&rows, &rec, (uint64_t)(STEP_S * 1e9)), 0);
    for (unsigned k = 0; k < runs(); k++) {
        recorder_reset(&rec);
        series_reset(&rows, (uint64_t)(STEP_S * 1e9));
        run_queue(m, &rng, &rec, &rows);
        for (int i = 0; i < QUANTILES; i++) {
            struct quantile x;
            quantile_of(&x, quantile_names[i].q, rec.latency, rec.latency, &rows);
            add_run(
                &c[i], &x,
                queue_quantile_ns(&(struct queue){.rho = m->rho, .mean_s = m->mean_s}, quantile_names[i].q));
        }
    }
    series_free(&rows);
    recorder_free(&rec);
}

// Held, half the width over the truth, and how many had the mark of too few samples.
static void print_cell(const struct coverage *c)
{
    unsigned closed = runs() - c->open;
    printf(" %.0f %%, ", 100.0 * c->held / runs());
    if (c->open * 2 > runs())
        printf("no upper end");
    else
        printf("±%.0f %%", 100 * c->width / closed);
    if (c->few * 200 >= runs())
        printf(", %.0f %% `*`", 100.0 * c->few / runs());
    printf(" |");
}

static void print_row(const struct load *m, const struct coverage c[QUANTILES])
{
    printf("| %.0f %%%s | %.0f/s | %g s |", 100 * m->rho, m->shuffled ? ", shuffled" : "", m->rho / m->mean_s,
           m->seconds);
    const int shown[] = {QUANTILE_P50, QUANTILE_P90, QUANTILE_P99, QUANTILE_P999};
    for (int i = 0; i < 4; i++)
        print_cell(&c[shown[i]]);
    printf("\n");
}

static void assert_covers(struct load m, double least, struct coverage c[QUANTILES])
{
    simulate(&m, c);
    print_row(&m, c);
    const int demanded[] = {QUANTILE_P50, QUANTILE_P90, QUANTILE_P99};
    for (int i = 0; i < 3; i++)
        assert_true(c[demanded[i]].held >= runs() * least);
}

// There a formula for independent samples is right, and the interval should not be much wider than by it.
static void where_latencies_are_independent(void **state)
{
    (void)state;
    struct load m = {0.5, 0.001, 10, true};
    struct coverage c[QUANTILES] = {0};
    assert_covers(m, 0.94, c);
    for (int i = 0; i <= QUANTILE_P99; i++) {
        double q = quantile_names[i].q, n = m.seconds * m.rho / m.mean_s;
        double formula = 1.96 * sqrt(q / (1 - q) / n) / -log(1 - q);
        assert_true(c[i].width / runs() < 1.3 * formula);
    }
}

static void in_a_queue_at_half_load(void **state)
{
    (void)state;
    struct coverage c[QUANTILES] = {0};
    assert_covers((struct load){0.5, 0.001, 10, false}, 0.93, c);
}

static void in_a_queue_at_eight_tenths(void **state)
{
    (void)state;
    struct coverage c[QUANTILES] = {0};
    assert_covers((struct load){0.8, 0.001, 10, false}, 0.92, c);
}

static void in_a_queue_at_nine_tenths(void **state)
{
    (void)state;
    struct coverage c[QUANTILES] = {0};
    assert_covers((struct load){0.9, 0.001, 10, false}, 0.90, c);
}

// What takes longer than a test should.
static void over_more_time(void **state)
{
    (void)state;
    if (!getenv("HKV_COVERAGE_RUNS"))
        return;
    const double rho[] = {0.5, 0.8, 0.9};
    for (int i = 0; i < 6; i++) {
        struct coverage c[QUANTILES] = {0};
        assert_covers((struct load){rho[i / 2], 0.0005, i % 2 ? 60 : 20, false}, i < 4 ? 0.92 : 0.90, c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(where_latencies_are_independent),
        cmocka_unit_test(in_a_queue_at_half_load),
        cmocka_unit_test(in_a_queue_at_eight_tenths),
        cmocka_unit_test(in_a_queue_at_nine_tenths),
        cmocka_unit_test(over_more_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
