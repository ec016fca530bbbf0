// SPDX-License-Identifier: MIT
#include "run/worker_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define STEP_NS (100 * NS_PER_MS)
#define START_NS (7 * NS_PER_S)

static struct plan plan = {.step_ns = STEP_NS};
static struct worker w;

static int begin(void **state)
{
    (void)state;
    w = (struct worker){.plan = &plan, .start_ns = START_NS, .now_ns = START_NS};
    pthread_mutex_init(&w.series_lock, NULL);
    return recorder_init(&w.rec, 3, true) < 0 || series_init(&w.series, &w.rec, STEP_NS) < 0;
}

static int end(void **state)
{
    (void)state;
    series_free(&w.series);
    recorder_free(&w.rec);
    pthread_mutex_destroy(&w.series_lock);
    return 0;
}

static void answer(uint64_t after_ns, uint64_t n)
{
    w.now_ns = START_NS + after_ns;
    worker_rows_mark(&w);
    recorder_ok(&w.rec, 1000, n);
}

static void each_row_has_what_came_in_it(void **state)
{
    (void)state;
    worker_rows_begin(&w, &w.series);
    assert_int_equal(w.edge_ns, START_NS + STEP_NS);
    answer(0, 1);
    answer(STEP_NS - 1, 2);
    answer(STEP_NS, 4); // the first of the next
    assert_int_equal(w.edge_ns, START_NS + 2 * STEP_NS);
    answer(2 * STEP_NS + 5, 8);
    w.now_ns = START_NS + 2 * STEP_NS + STEP_NS / 2;
    worker_rows_end(&w);
    assert_null(w.rows);
    assert_int_equal(w.series.n, 3);
    assert_int_equal(w.series.rows[0].ok, 3);
    assert_int_equal(w.series.rows[1].ok, 4);
    assert_int_equal(w.series.rows[2].ok, 8);
    assert_int_equal(w.series.total_ns, 2 * STEP_NS + STEP_NS / 2);
}

// A worker that did not run for a while ends all rows that are over.
static void rows_without_anything_are_there_too(void **state)
{
    (void)state;
    worker_rows_begin(&w, &w.series);
    answer(0, 1);
    answer(5 * STEP_NS, 1);
    assert_int_equal(w.series.n, 5);
    assert_int_equal(w.series.rows[0].ok, 1);
    for (unsigned i = 1; i < 5; i++)
        assert_int_equal(w.series.rows[i].ok, 0);
    assert_int_equal(w.edge_ns, START_NS + 6 * STEP_NS);
}

// Also in rows that are over: what could not leave then is told later.
static void requests_count_where_they_were_due(void **state)
{
    (void)state;
    worker_rows_begin(&w, &w.series);
    answer(2 * STEP_NS, 1);
    worker_rows_due(&w, START_NS + STEP_NS, 3);
    worker_rows_due(&w, START_NS + 2 * STEP_NS + 1, 5);
    w.now_ns = START_NS + 3 * STEP_NS;
    worker_rows_end(&w);
    assert_int_equal(w.series.rows[0].due, 0);
    assert_int_equal(w.series.rows[1].due, 3);
    assert_int_equal(w.series.rows[2].due, 5);
}

static void a_phase_without_rows_writes_none(void **state)
{
    (void)state;
    worker_rows_begin(&w, NULL);
    assert_true(w.edge_ns == UINT64_MAX);
    answer(9 * STEP_NS, 1);
    worker_rows_due(&w, START_NS, 1);
    worker_rows_end(&w);
    assert_int_equal(w.series.n, 0);
}

static void a_phase_begins_with_none_of_the_one_before(void **state)
{
    (void)state;
    worker_rows_begin(&w, &w.series);
    answer(3 * STEP_NS, 7);
    worker_rows_end(&w);
    recorder_reset(&w.rec);
    w.start_ns = w.now_ns = START_NS + 50 * STEP_NS;
    worker_rows_begin(&w, &w.series);
    assert_int_equal(w.series.n, 0);
    recorder_ok(&w.rec, 1000, 2);
    w.now_ns += STEP_NS;
    worker_rows_end(&w);
    assert_int_equal(w.series.rows[0].ok, 2);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_row_has_what_came_in_it),
        TEST(rows_without_anything_are_there_too),
        TEST(requests_count_where_they_were_due),
        TEST(a_phase_without_rows_writes_none),
        TEST(a_phase_begins_with_none_of_the_one_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
