// SPDX-License-Identifier: MIT
#include "run/glancer.h"

#include "run/sight.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define STEP_NS UINT64_C(125000000)

struct rig {
    struct run_conf conf;
    struct target target;
    struct plan plan;
    struct worker w;
    struct glancer *g;
};

static void rig_open(struct rig *r)
{
    memset(r, 0, sizeof *r);
    r->conf.digits = 3;
    strcpy(r->target.addr.text, "127.0.0.1:6379");
    r->plan = (struct plan){
        .conf = &r->conf, .target = &r->target, .test = "get", .title = "GET", .kinds = 1, .workers = 1};
    assert_int_equal(recorder_init(&r->w.rec, 3, false), 0);
    assert_int_equal(series_init(&r->w.series, &r->w.rec, STEP_NS), 0);
    assert_int_equal(pthread_mutex_init(&r->w.series_lock, NULL), 0);
    struct err err;
    assert_int_equal(glancer_new(&r->g, &r->plan, &r->w, 0, &err), 0);
}

static void rig_close(struct rig *r)
{
    glancer_free(r->g, &r->w);
    series_free(&r->w.series);
    recorder_free(&r->w.rec);
    pthread_mutex_destroy(&r->w.series_lock);
}

// A row of `ok` answers, as the worker ends it.
static void row(struct rig *r, uint64_t ok, uint64_t errors)
{
    recorder_ok(&r->w.rec, 80000, ok);
    for (uint64_t i = 0; i < errors; i++)
        recorder_error(&r->w.rec, 1000, slice_of("ERR no"));
    assert_int_equal(series_mark(&r->w.series, &r->w.rec, 0), 0);
    sight_take(r->w.sight, &r->w);
}

static const struct glance *look(struct rig *r, enum phase phase)
{
    return glancer_look(r->g, &r->w, &(struct progress){.phase = phase, .rps = 100});
}

static uint64_t in_bins(const struct glance *g)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < g->line.n; i++)
        sum += g->line.bins[i].ok;
    return sum;
}

static void rows_are_taken_once(void **state)
{
    struct rig r;
    (void)state;
    rig_open(&r);
    row(&r, 10, 0);
    row(&r, 20, 1);
    const struct glance *g = look(&r, PHASE_MEASURE);
    assert_string_equal(g->phase, "measuring");
    assert_true(g->measuring);
    assert_int_equal(g->ok, 30);
    assert_int_equal(g->errors, 1);
    assert_int_equal(g->tally.kinds[0].count, 1);
    g = look(&r, PHASE_MEASURE);
    assert_int_equal(in_bins(g), 30);
    row(&r, 5, 0);
    g = look(&r, PHASE_MEASURE);
    assert_int_equal(g->ok, 35);
    assert_int_equal(in_bins(g), 35);
    assert_int_equal(g->line.bins[1].ok, 5);
    assert_int_equal(hist_count(g->line.all), 35);
    rig_close(&r);
}

// Rows become longer when there are too many, also between two looks that saw an odd number of them.
static void nothing_is_lost_where_rows_become_longer(void **state)
{
    struct rig r;
    (void)state;
    rig_open(&r);
    uint64_t sum = 0;
    for (unsigned i = 0; i < 2 * SERIES_ROWS_MAX + 100; i++) {
        row(&r, i % 7, i % 3);
        sum += i % 7;
        if (i % 5 == 0 || i == SERIES_ROWS_MAX - 2)
            look(&r, PHASE_MEASURE);
    }
    const struct glance *g = look(&r, PHASE_MEASURE);
    assert_int_equal(r.w.series.step_ns, 8 * STEP_NS);
    assert_int_equal(g->ok, sum);
    assert_int_equal(in_bins(g), sum);
    assert_int_equal(hist_count(g->line.all), sum);
    rig_close(&r);
}

static void another_phase_begins_with_nothing(void **state)
{
    struct rig r;
    (void)state;
    rig_open(&r);
    row(&r, 10, 0);
    look(&r, PHASE_MEASURE);
    const struct glance *g = look(&r, PHASE_CLEAN);
    assert_false(g->counts);
    assert_int_equal(in_bins(g), 0);
    rig_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_taken_once),
        cmocka_unit_test(nothing_is_lost_where_rows_become_longer),
        cmocka_unit_test(another_phase_begins_with_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
