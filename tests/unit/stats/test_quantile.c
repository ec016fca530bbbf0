// SPDX-License-Identifier: MIT
#include "stats/quantile.h"

#include "base/rng.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct run {
    struct recorder rec;
    struct series rows;
};

static void open_run(struct run *r)
{
    assert_int_equal(recorder_init(&r->rec, 3, false), 0);
    assert_int_equal(series_init(&r->rows, &r->rec, 100), 0);
}

static void close_run(struct run *r)
{
    series_free(&r->rows);
    recorder_free(&r->rec);
}

static struct quantile quantile(const struct run *r, double q)
{
    struct quantile x;
    quantile_of(&x, q, r->rec.latency, r->rec.latency, &r->rows);
    return x;
}

static double uniform(struct rng *rng)
{
    return (double)(rng_next(rng) >> 11) * 0x1p-53;
}

// Row by row one of two counts lies above 1000: by hand, n = 20 rows of 100 values, r = +-10, so that
// se = sqrt(20/19 * 20 * 100) / 2000 = 0.02294, and the design effect se^2 / (0.3 * 0.7 / 2000) = 5.013.
static void the_design_effect_by_hand(void **state)
{
    (void)state;
    struct run r;
    open_run(&r);
    for (int i = 0; i < 20; i++) {
        uint64_t above = i % 2 ? 40 : 20;
        recorder_ok(&r.rec, 1000, 100 - above);
        recorder_ok(&r.rec, 5000, above);
        assert_int_equal(series_mark(&r.rows, &r.rec, 0), 0);
    }
    recorder_ok(&r.rec, 1000, 0);
    assert_int_equal(series_end(&r.rows, &r.rec, 0, 2013), 0);
    struct quantile x = quantile(&r, 0.6);
    assert_int_equal(x.ns, 1000);
    assert_true(x.has_interval);
    assert_int_equal(x.rows, 20); // the last counts with its neighbour
    assert_true(fabs(x.design_effect - 5.013) < 0.01);
    close_run(&r);
}

// An M/M/1 queue's waits come in bunches. The true quantile lies in 95 of 100 intervals; the binomial's would
// hold it in 30 (the queue is half full).
static void the_interval_holds_what_it_should(void **state)
{
    (void)state;
    int held = 0, had = 0;
    const double rho = 0.5, mean = 100000,
                 truth = -log(0.01) * mean / (1 - rho); // sojourn times are exponential
    struct rng rng = rng_init(11, 0);
    for (int run = 0; run < 300; run++) {
        struct run r;
        open_run(&r);
        double wait = 0;
        for (int i = 0; i < 40 * 500; i++) {
            double service = -log1p(-uniform(&rng)) * mean;
            recorder_ok(&r.rec, (uint64_t)(wait + service), 1);
            wait = fmax(0, wait + service + log1p(-uniform(&rng)) * mean / rho);
            if (i % 500 == 499)
                assert_int_equal(series_mark(&r.rows, &r.rec, 0), 0);
        }
        struct quantile x = quantile(&r, 0.99);
        had += x.has_interval;
        held += x.has_interval && (double)x.low_ns <= truth && truth <= (double)x.high_ns;
        close_run(&r);
    }
    assert_int_equal(had, 300);
    assert_true(held >= 300 * 0.90);
}

static void few_rows_give_no_interval(void **state)
{
    (void)state;
    struct run r;
    open_run(&r);
    for (int i = 0; i < 10; i++) {
        recorder_ok(&r.rec, 1000 + (uint64_t)i, 100000);
        assert_int_equal(series_mark(&r.rows, &r.rec, 0), 0);
    }
    assert_false(quantile(&r, 0.5).has_interval); // nine, as the last counts with its neighbour
    assert_true(quantile_error(&(struct quantile){.ns = 5}) > 1e9);
    assert_int_equal(series_mark(&r.rows, &r.rec, 0), 0);
    assert_true(quantile(&r, 0.5).has_interval);
    close_run(&r);
}

static void few_samples_are_marked(void **state)
{
    (void)state;
    struct run r;
    open_run(&r);
    recorder_ok(&r.rec, 1000, 10000);
    assert_false(quantile(&r, 0.99).few);
    assert_true(quantile(&r, 0.999).few);
    assert_true(quantile(&r, 0.9999).few);
    close_run(&r);
    struct quantile none = {0};
    struct series rows = {0};
    struct hist *empty = hist_new(3);
    quantile_of(&none, 0.5, empty, empty, &rows);
    assert_int_equal(none.ns, 0);
    assert_true(none.few);
    hist_free(empty);
}

static void errors_are_half_the_width(void **state)
{
    (void)state;
    struct quantile x = {.ns = 1000, .has_interval = true, .low_ns = 950, .high_ns = 1050};
    assert_true(fabs(quantile_error(&x) - 0.05) < 1e-12);
    x.open_end = true;
    assert_true(quantile_error(&x) > 1e9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_design_effect_by_hand), cmocka_unit_test(the_interval_holds_what_it_should),
        cmocka_unit_test(few_rows_give_no_interval), cmocka_unit_test(few_samples_are_marked),
        cmocka_unit_test(errors_are_half_the_width),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
