// SPDX-License-Identifier: MIT
#include "stats/slo.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define MS UINT64_C(1000000)
#define ROW_NS (100 * MS)

static const struct slo p99_10ms = {1, {{QUANTILE_P99, 10 * MS}}};

// A run of one row each 100 ms, in which `due` requests come due and `fast` and `slow` of them are answered,
// in 1 and in 50 ms.
struct row {
    uint64_t due, fast, slow;
};

struct run {
    struct recorder rec;
    struct summary s;
};

static void open_run(struct run *r, const struct row *rows, unsigned n)
{
    memset(r, 0, sizeof *r);
    assert_int_equal(recorder_init(&r->rec, 3, true), 0);
    assert_int_equal(series_init(&r->s.series, &r->rec, ROW_NS), 0);
    for (unsigned i = 0; i < n; i++) {
        series_due(&r->s.series, i * ROW_NS, rows[i].due);
        recorder_ok(&r->rec, 1 * MS, rows[i].fast);
        recorder_ok(&r->rec, 50 * MS, rows[i].slow);
        r->s.due += rows[i].due;
        r->s.ok += rows[i].fast + rows[i].slow;
        assert_int_equal(series_mark(&r->s.series, &r->rec, 0), 0);
    }
    r->s.latency = r->rec.latency;
    r->s.unfinished = r->s.due - r->s.ok;
    r->s.duration_asked_ns = r->s.wall_ns = n * ROW_NS;
    r->s.rate_asked = (double)r->s.due / ((double)r->s.wall_ns * 1e-9);
}

static void close_run(struct run *r)
{
    series_free(&r->s.series);
    recorder_free(&r->rec);
}

static void fill(struct row *rows, unsigned n, struct row with)
{
    for (unsigned i = 0; i < n; i++)
        rows[i] = with;
}

static bool held(const struct run *r, struct slo_share *late)
{
    struct slo_share all[SLO_MAX];
    bool yes = slo_held(&p99_10ms, &r->s, r->s.duration_asked_ns, all);
    *late = all[0];
    return yes;
}

static void one_in_a_hundred_may_be_late(void **state)
{
    (void)state;
    struct row rows[12];
    struct run r;
    struct slo_share late;
    fill(rows, 12, (struct row){1000, 990, 10});
    open_run(&r, rows, 12);
    assert_true(held(&r, &late));
    assert_true(fabs(late.share - 0.01) < 1e-9 && fabs(late.low - 0.01) < 1e-9 &&
                fabs(late.high - 0.01) < 1e-9);
    close_run(&r);
    rows[3] = (struct row){1000, 989, 11};
    open_run(&r, rows, 12);
    assert_false(held(&r, &late));
    assert_true(late.low < late.share && late.share < late.high);
    close_run(&r);
}

static void what_has_no_answer_or_an_error_is_late(void **state)
{
    (void)state;
    struct row rows[12];
    struct run r;
    struct slo_share late;
    fill(rows, 12, (struct row){1000, 1000, 0});
    rows[0].due += 100;
    open_run(&r, rows, 12);
    r.s.due += 50;
    r.s.errors = 50;
    held(&r, &late);
    assert_true(fabs(late.share - 150 / 12150.0) < 1e-9);
    close_run(&r);
}

static void nothing_due_holds_nothing(void **state)
{
    (void)state;
    struct row rows[12];
    struct run r;
    struct slo_share late;
    fill(rows, 12, (struct row){0, 0, 0});
    open_run(&r, rows, 12);
    assert_false(held(&r, &late));
    close_run(&r);
}

// All in time until now, but each row leaves 5 % for the next.
static void a_backlog_that_grows_holds_nothing(void **state)
{
    (void)state;
    struct row rows[12];
    struct run r;
    struct slo_share late;
    fill(rows, 12, (struct row){1000, 950, 0});
    open_run(&r, rows, 12);
    r.s.unfinished = 0; // answered after the end
    r.s.ok = r.s.due;
    assert_false(held(&r, &late));
    struct slo_sight sight = {&r.s.series, r.s.latency, 0, 12 * ROW_NS};
    assert_true(slo_hopeless(&p99_10ms, &sight));
    sight.rate = 10000; // the same, had from the rate alone
    assert_true(slo_hopeless(&p99_10ms, &sight));
    sight.rate = 9500;
    assert_false(slo_hopeless(&p99_10ms, &sight));
    close_run(&r);
}

static void hope_ends_with_evidence(void **state)
{
    (void)state;
    struct row rows[8];
    struct run r;
    fill(rows, 8, (struct row){1000, 900, 100});
    for (unsigned n = 1; n <= 8; n++) {
        open_run(&r, rows, n);
        struct slo_sight sight = {&r.s.series, r.s.latency, 10000, 12 * ROW_NS};
        assert_int_equal(slo_hopeless(&p99_10ms, &sight), n >= LATE_ROWS_MIN);
        close_run(&r);
    }
    fill(rows, 8, (struct row){1000, 1000, 0});
    rows[2] = (struct row){1000, 0, 1000}; // one burst is no evidence
    open_run(&r, rows, 8);
    struct slo_sight sight = {&r.s.series, r.s.latency, 10000, 12 * ROW_NS};
    assert_false(slo_hopeless(&p99_10ms, &sight));
    close_run(&r);
}

static void each_limit_counts(void **state)
{
    (void)state;
    const struct slo both = {2, {{QUANTILE_P99, 10 * MS}, {QUANTILE_P999, 20 * MS}}};
    struct row rows[12];
    struct run r;
    struct slo_share late[SLO_MAX];
    fill(rows, 12, (struct row){1000, 995, 5});
    open_run(&r, rows, 12);
    assert_true(slo_held(&p99_10ms, &r.s, 12 * ROW_NS, late));
    assert_false(slo_held(&both, &r.s, 12 * ROW_NS, late));
    assert_true(fabs(slo_may_be_late(&both, 1) - 0.001) < 1e-12);
    close_run(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_in_a_hundred_may_be_late),
        cmocka_unit_test(what_has_no_answer_or_an_error_is_late),
        cmocka_unit_test(nothing_due_holds_nothing),
        cmocka_unit_test(a_backlog_that_grows_holds_nothing),
        cmocka_unit_test(hope_ends_with_evidence),
        cmocka_unit_test(each_limit_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
