// SPDX-License-Identifier: MIT
#include "stats/series.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct recorder recorder_of(bool open)
{
    struct recorder r;
    assert_int_equal(recorder_init(&r, 3, open), 0);
    return r;
}

static void ask_and_answer(struct recorder *r, uint64_t ns, uint64_t n)
{
    r->counts.sent += n;
    recorder_ok(r, ns, n);
}

static void rows_hold_what_came_since_the_last(void **state)
{
    (void)state;
    struct recorder r = recorder_of(false);
    struct series s;
    assert_int_equal(series_init(&s, &r, 100), 0);
    ask_and_answer(&r, 1000, 5);
    assert_int_equal(series_edge(&s), 100);
    assert_int_equal(series_mark(&s, &r, 0.5), 0);
    ask_and_answer(&r, 1000, 1);
    ask_and_answer(&r, 7000, 2);
    recorder_error(&r, 10, slice_of("ERR"));
    r.counts.sent++;
    assert_int_equal(series_edge(&s), 200);
    assert_int_equal(series_end(&s, &r, 0.75, 150), 0);
    assert_int_equal(s.n, 2);
    assert_int_equal(s.total_ns, 150);
    assert_int_equal(s.rows[0].ok, 5);
    assert_int_equal(s.rows[0].due, 5);
    assert_int_equal(s.rows[1].ok, 3);
    assert_int_equal(s.rows[1].sent, 4);
    assert_int_equal(s.rows[1].errors, 1);
    assert_true(s.rows[1].cpu_s == 0.25);
    assert_int_equal(hist_cells_above(r.latency, series_latency(&s, &s.rows[1]), 1000), 2);
    assert_int_equal(hist_cells_above(r.latency, series_latency(&s, &s.rows[1]), 999), 3);
    assert_int_equal(hist_cells_above(r.latency, series_latency(&s, &s.rows[1]), 7000), 0);
    series_free(&s);
    recorder_free(&r);
}

// Requests count where they were due, also when they left later.
static void due_is_by_the_plan(void **state)
{
    (void)state;
    struct recorder r = recorder_of(true);
    struct series s;
    assert_int_equal(series_init(&s, &r, 100), 0);
    series_due(&s, 10, 1);
    assert_int_equal(series_mark(&s, &r, 0), 0);
    assert_int_equal(series_mark(&s, &r, 0), 0);
    series_due(&s, 99, 2);
    series_due(&s, 100, 4);
    series_due(&s, 200, 8);
    assert_int_equal(series_end(&s, &r, 0, 300), 0);
    assert_int_equal(s.rows[0].due, 3);
    assert_int_equal(s.rows[1].due, 4);
    assert_int_equal(s.rows[2].due, 8);
    series_free(&s);
    recorder_free(&r);
}

static void a_crumb_at_the_end_joins_the_row_before(void **state)
{
    (void)state;
    struct recorder r = recorder_of(false);
    struct series s;
    assert_int_equal(series_init(&s, &r, 800), 0);
    ask_and_answer(&r, 1000, 5);
    assert_int_equal(series_mark(&s, &r, 0), 0);
    ask_and_answer(&r, 1000, 1);
    assert_int_equal(series_end(&s, &r, 0, 899), 0);
    assert_int_equal(s.n, 1);
    assert_int_equal(s.rows[0].ok, 6);
    assert_int_equal(s.total_ns, 899);
    assert_int_equal(hist_cells_above(r.latency, series_latency(&s, &s.rows[0]), 0), 6);
    series_free(&s);
    recorder_free(&r);
}

// However long the run: rows become fewer and longer, and their sums stay.
static void too_many_rows_become_half_as_many(void **state)
{
    (void)state;
    struct recorder r = recorder_of(false);
    struct series s;
    assert_int_equal(series_init(&s, &r, 10), 0);
    for (uint64_t i = 0; i < 3 * SERIES_ROWS_MAX; i++) {
        ask_and_answer(&r, 1000 + i, 1);
        if (i * 10 + 10 == series_edge(&s))
            assert_int_equal(series_mark(&s, &r, 0), 0);
    }
    assert_int_equal(s.step_ns, 40);
    assert_int_equal(s.n, 3 * SERIES_ROWS_MAX / 4);
    struct series_row all = series_group(&s, 0, s.n);
    assert_int_equal(all.ok, 3 * SERIES_ROWS_MAX);
    assert_int_equal(s.rows[0].ok, 4);
    assert_int_equal(hist_cells_above(r.latency, series_latency(&s, &all), 0), all.ok);
    struct hist *again = hist_new(3);
    hist_add_cells(again, series_latency(&s, &all));
    for (int i = 0; i < 100; i++) { // but for the greatest, which histograms know exactly
        uint64_t ns = hist_quantile(again, 0.01 * i);
        assert_int_equal(hist_count_upto(again, ns), hist_count_upto(r.latency, ns));
    }
    hist_free(again);
    series_free(&s);
    recorder_free(&r);
}

// Two workers, of which one had so many rows that it took longer steps, and one ended early.
static void workers_add_up_row_by_row(void **state)
{
    (void)state;
    struct recorder a = recorder_of(true), b = recorder_of(true);
    struct series x, y, sum, *const both[] = {&x, &y};
    assert_int_equal(series_init(&x, &a, 200), 0);
    assert_int_equal(series_init(&y, &b, 100), 0);
    ask_and_answer(&a, 1000, 1);
    assert_int_equal(series_mark(&x, &a, 1), 0);
    ask_and_answer(&a, 2000, 2);
    hist_record(a.lag, 5, 2);
    assert_int_equal(series_end(&x, &a, 2, 400), 0);
    ask_and_answer(&b, 1000, 10);
    assert_int_equal(series_mark(&y, &b, 0), 0);
    ask_and_answer(&b, 9000, 20);
    assert_int_equal(series_end(&y, &b, 0, 200), 0);
    assert_int_equal(series_sum(&sum, both, 2), 0);
    assert_int_equal(sum.step_ns, 200);
    assert_int_equal(sum.total_ns, 400);
    assert_int_equal(sum.n, 2);
    assert_int_equal(sum.rows[0].ok, 31);
    assert_int_equal(sum.rows[1].ok, 2);
    assert_int_equal(hist_cells_above(a.latency, series_latency(&sum, &sum.rows[0]), 5000), 20);
    assert_int_equal(hist_cells_above(a.latency, series_latency(&sum, &sum.rows[1]), 1500), 2);
    assert_int_equal(hist_cells_above(a.lag, series_lag(&sum, &sum.rows[1]), 1), 2);
    series_free(&sum);
    series_free(&x);
    series_free(&y);
    recorder_free(&a);
    recorder_free(&b);
}

static void reset_begins_anew(void **state)
{
    (void)state;
    struct recorder r = recorder_of(false);
    struct series s;
    assert_int_equal(series_init(&s, &r, 100), 0);
    ask_and_answer(&r, 1000, 5);
    assert_int_equal(series_mark(&s, &r, 0), 0);
    recorder_reset(&r);
    series_reset(&s, 50);
    ask_and_answer(&r, 1000, 7);
    assert_int_equal(series_mark(&s, &r, 0), 0);
    assert_int_equal(s.n, 1);
    assert_int_equal(s.rows[0].ok, 7);
    assert_int_equal(hist_cells_above(r.latency, series_latency(&s, &s.rows[0]), 0), 7);
    series_free(&s);
    recorder_free(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_hold_what_came_since_the_last),
        cmocka_unit_test(due_is_by_the_plan),
        cmocka_unit_test(a_crumb_at_the_end_joins_the_row_before),
        cmocka_unit_test(too_many_rows_become_half_as_many),
        cmocka_unit_test(workers_add_up_row_by_row),
        cmocka_unit_test(reset_begins_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
