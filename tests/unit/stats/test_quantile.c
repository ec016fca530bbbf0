// SPDX-License-Identifier: MIT
#include "stats/quantile.h"

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

// Two generators of 20 rows of 100 values, steady, but 20 above 1000 in each row of the one and 40 in the
// other's. Rows of the sum do not differ; by hand, residuals of the generators are +-200, between = 2/1 * 2 *
// 200^2 = 160000, of which 20 * 2 * 10^2 = 4000 is theirs as rows: se = sqrt(156000) / 4000 = 0.09874, the
// design effect se^2 / (0.3 * 0.7 / 4000) = 185.7, and there is one degree of freedom.
static void generators_that_differ_widen_the_interval(void **state)
{
    (void)state;
    struct run of[2];
    struct series sum, *both[2];
    struct quantile x, alone;
    for (int g = 0; g < 2; g++) {
        open_run(&of[g]);
        both[g] = &of[g].rows;
        for (int i = 0; i < 20; i++) {
            recorder_ok(&of[g].rec, 1000, g ? 60 : 80);
            recorder_ok(&of[g].rec, 5000, g ? 40 : 20);
            assert_int_equal(series_mark(&of[g].rows, &of[g].rec, 0), 0);
        }
        assert_int_equal(series_end(&of[g].rows, &of[g].rec, 0, 2013), 0);
    }
    assert_int_equal(series_sum(&sum, both, 2), 0);
    struct series rows[2] = {of[0].rows, of[1].rows};
    hist_merge(of[0].rec.latency, of[1].rec.latency);
    const struct hist *all = of[0].rec.latency;
    quantile_of_many(&x, 0.6, all, all, &(struct quantile_rows){&sum, rows, 2});
    quantile_of(&alone, 0.6, all, all, &sum);
    assert_int_equal(x.ns, 1000);
    assert_true(fabs(x.design_effect - 185.7) < 0.1);
    assert_true(alone.design_effect < 1e-9 && x.has_interval && alone.has_interval);
    assert_int_equal(x.low_ns, hist_quantile(all, 0)); // 12.7 standard errors reach over all there is
    assert_true(x.open_end);
    series_free(&sum);
    close_run(&of[0]);
    close_run(&of[1]);
}

// Twelve rows of a kind and twelve of another: their correlation is 21/24, without its bias more than may be
// believed, so that the design effect is nine times what it were if the same rows came by turns.
static void rows_that_resemble_their_neighbours_say_less(void **state)
{
    (void)state;
    double effect[2];
    for (int k = 0; k < 2; k++) {
        struct run r;
        open_run(&r);
        for (int i = 0; i < 24; i++) {
            uint64_t above = (k ? i >= 12 : i % 2) ? 40 : 20;
            recorder_ok(&r.rec, 1000, 100 - above);
            recorder_ok(&r.rec, 5000, above);
            assert_int_equal(series_mark(&r.rows, &r.rec, 0), 0);
        }
        assert_int_equal(series_end(&r.rows, &r.rec, 0, 2413), 0);
        effect[k] = quantile(&r, 0.6).design_effect;
        close_run(&r);
    }
    assert_true(fabs(effect[1] / effect[0] - 9) < 1e-9);
}

// 100 rows become 24 batches, whatever they hold.
static void many_rows_are_put_together(void **state)
{
    (void)state;
    struct run r;
    open_run(&r);
    for (int i = 0; i < 100; i++) {
        recorder_ok(&r.rec, 1000 + (uint64_t)i, 1);
        assert_int_equal(series_mark(&r.rows, &r.rec, 0), 0);
    }
    assert_int_equal(quantile(&r, 0.5).rows, 24);
    close_run(&r);
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
        cmocka_unit_test(the_design_effect_by_hand),
        cmocka_unit_test(generators_that_differ_widen_the_interval),
        cmocka_unit_test(rows_that_resemble_their_neighbours_say_less),
        cmocka_unit_test(many_rows_are_put_together),
        cmocka_unit_test(few_rows_give_no_interval),
        cmocka_unit_test(few_samples_are_marked),
        cmocka_unit_test(errors_are_half_the_width),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
