// SPDX-License-Identifier: MIT
#include "stats/slo.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define MS UINT64_C(1000000)
#define ROW_NS (100 * MS)

static const struct slo p99_10ms = {1, {{QUANTILE_P99, 10 * MS, ""}}};

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
        r->s.counts.sent += rows[i].due;
        r->s.counts.ok += rows[i].fast + rows[i].slow;
        assert_int_equal(series_mark(&r->s.series, &r->rec, 0), 0);
    }
    r->s.latency = r->rec.latency;
    r->s.counts.abandoned = r->s.counts.sent - r->s.counts.ok;
    r->s.duration_asked_ns = r->s.wall_ns = n * ROW_NS;
    r->s.load.rate = (double)r->s.counts.sent / ((double)r->s.wall_ns * 1e-9);
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

static struct slo_sight sight_of(const struct run *r, double rate, uint64_t lead_ns)
{
    return (struct slo_sight){
        .rows = &r->s.series, .like = r->s.latency, .rate = rate, .window = {lead_ns, 12 * ROW_NS}};
}

static bool held(const struct run *r, struct slo_share *late)
{
    struct slo_share all[SLO_MAX];
    struct slo_window window = {0, r->s.duration_asked_ns};
    double requests;
    bool yes = slo_held(&p99_10ms, &r->s, &window, all, &requests);
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
    held(&r, &late);
    assert_true(fabs(late.share - 100 / 12100.0) < 1e-9);
    close_run(&r);
    open_run(&r, rows, 12);
    r.s.series.rows[5].errors = 50;
    held(&r, &late);
    assert_true(fabs(late.share - 150 / 12100.0) < 1e-9);
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
    r.s.counts.abandoned = 0; // answered after the end
    r.s.counts.ok = r.s.counts.sent;
    assert_false(held(&r, &late));
    struct slo_sight sight = sight_of(&r, 0, 0);
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
        struct slo_sight sight = sight_of(&r, 10000, 0);
        assert_int_equal(slo_hopeless(&p99_10ms, &sight), n >= LATE_SHARE_ROWS_MIN);
        close_run(&r);
    }
    fill(rows, 8, (struct row){1000, 1000, 0});
    rows[2] = (struct row){1000, 0, 1000}; // one burst is no evidence
    open_run(&r, rows, 8);
    struct slo_sight sight = sight_of(&r, 10000, 0);
    assert_false(slo_hopeless(&p99_10ms, &sight));
    close_run(&r);
}

// What comes before the window is no part of it: neither what was late there, nor what was in time.
static void the_lead_is_not_judged(void **state)
{
    (void)state;
    struct row rows[15];
    struct run r;
    struct slo_share late[SLO_MAX];
    double requests;
    fill(rows, 15, (struct row){1000, 995, 5});
    fill(rows, 3, (struct row){1000, 500, 500});
    open_run(&r, rows, 15);
    struct slo_window window = {3 * ROW_NS - 1, 12 * ROW_NS};
    assert_true(slo_held(&p99_10ms, &r.s, &window, late, &requests));
    assert_true(fabs(late[0].share - 0.005) < 1e-9 && requests == 12000);
    window = (struct slo_window){2 * ROW_NS, 12 * ROW_NS};
    assert_false(slo_held(&p99_10ms, &r.s, &window, late, &requests));
    struct slo_sight sight = sight_of(&r, 0, 3 * ROW_NS);
    assert_false(slo_hopeless(&p99_10ms, &sight));
    assert_int_equal(slo_rows(&r.s.series, &(struct slo_window){99 * ROW_NS, ROW_NS}).n, 0);
    close_run(&r);
}

// Twice what is allowed is beyond chance, and still no reason to end the trial: it is a measurement near the
// bound.
static void near_the_bound_there_is_hope(void **state)
{
    (void)state;
    struct row rows[12];
    struct run r;
    fill(rows, 12, (struct row){1000, 980, 20});
    open_run(&r, rows, 12);
    struct slo_sight sight = sight_of(&r, 10000, 0);
    assert_false(slo_hopeless(&p99_10ms, &sight));
    close_run(&r);
}

static void each_limit_counts(void **state)
{
    (void)state;
    const struct slo both = {2, {{QUANTILE_P99, 10 * MS, ""}, {QUANTILE_P999, 20 * MS, ""}}};
    struct row rows[12];
    struct run r;
    struct slo_share late[SLO_MAX];
    fill(rows, 12, (struct row){1000, 995, 5});
    open_run(&r, rows, 12);
    struct slo_window window = {0, 12 * ROW_NS};
    double requests;
    assert_true(slo_held(&p99_10ms, &r.s, &window, late, &requests));
    assert_false(slo_held(&both, &r.s, &window, late, &requests));
    assert_true(fabs(slo_may_be_late(&both, 1) - 0.001) < 1e-12);
    close_run(&r);
}

// --- one command of a mix ---

// A run of two commands, whose rows are those: get and set.
static void open_mix(struct run *all, struct run kinds[2], const struct row *get, const struct row *set)
{
    static struct summary of[2];
    struct row rows[12];
    for (unsigned i = 0; i < 12; i++)
        rows[i] = (struct row){get[i].due + set[i].due, get[i].fast + set[i].fast, get[i].slow + set[i].slow};
    open_run(all, rows, 12);
    open_run(&kinds[0], get, 12);
    open_run(&kinds[1], set, 12);
    for (unsigned k = 0; k < 2; k++) {
        of[k] = kinds[k].s;
        snprintf(of[k].test, sizeof of[k].test, k ? "set" : "get");
    }
    all->s.kinds = of;
    all->s.nkinds = 2;
}

static void close_mix(struct run *all, struct run kinds[2])
{
    close_run(all);
    close_run(&kinds[0]);
    close_run(&kinds[1]);
}

static void a_command_is_judged_by_its_own_figures(void **state)
{
    (void)state;
    struct row get[12], set[12];
    struct run all, kinds[2];
    const struct slo slo = {
        3, {{QUANTILE_P99, 10 * MS, "get"}, {QUANTILE_P90, 10 * MS, "set"}, {QUANTILE_P90, 10 * MS, ""}}};
    const struct slo of_get = {1, {{QUANTILE_P99, 10 * MS, "get"}}}, none = {1, {{QUANTILE_P99, 1, "del"}}};
    struct slo_share late[SLO_MAX];
    struct slo_window window = {0, 12 * ROW_NS};
    double requests;
    fill(get, 12, (struct row){900, 900, 0});
    fill(set, 12, (struct row){100, 50, 50});
    open_mix(&all, kinds, get, set);
    assert_false(slo_held(&slo, &all.s, &window, late, &requests));
    assert_true(late[0].share == 0 && fabs(late[1].share - 0.5) < 1e-9 && fabs(late[2].share - 0.05) < 1e-9);
    assert_true(fabs(late[1].low - 0.5) < 1e-9 && fabs(late[1].high - 0.5) < 1e-9);
    assert_int_equal(requests, 12000);
    assert_true(slo_held(&of_get, &all.s, &window, late, &requests));
    assert_false(slo_held(&none, &all.s, &window, late, &requests)); // nobody knows of it
    assert_true(late[0].share == 1);
    assert_true(fabs(slo_part(&slo.limit[0], &all.s) - 0.9) < 1e-12);
    assert_true(slo_part(&slo.limit[2], &all.s) == 1 && slo_part(&none.limit[0], &all.s) == 0);
    struct slo_sight sight = sight_of(&all, 10000, 0);
    slo_see(&sight, &of_get, &all.s);
    assert_false(slo_hopeless(&of_get, &sight));
    slo_see(&sight, &slo, &all.s);
    assert_true(slo_hopeless(&slo, &sight));
    close_mix(&all, kinds);
}

// A tenth of what was sent is set, and so is a tenth of what never was.
static void what_was_never_sent_is_of_each_command_by_its_share(void **state)
{
    (void)state;
    struct row get[12], set[12];
    struct run all, kinds[2];
    const struct slo slo = {
        3, {{QUANTILE_P50, 10 * MS, "get"}, {QUANTILE_P50, 10 * MS, "set"}, {QUANTILE_P50, 10 * MS, ""}}};
    struct slo_share late[SLO_MAX];
    struct slo_window window = {0, 12 * ROW_NS};
    double requests;
    fill(get, 12, (struct row){900, 900, 0});
    fill(set, 12, (struct row){100, 100, 0});
    open_mix(&all, kinds, get, set);
    all.s.series.rows[11].due += 3000;
    all.s.counts.unsent = 3000;
    slo_held(&slo, &all.s, &window, late, &requests);
    for (unsigned i = 0; i < 3; i++)
        assert_true(fabs(late[i].share - 0.2) < 1e-9);
    close_mix(&all, kinds);
}

// --- as text ---

static struct slo read_slo(const char *text)
{
    struct slo slo;
    struct err err = {0};
    if (slo_parse(&slo, text, &err) < 0)
        fail_msg("%s", err.text);
    return slo;
}

static void a_promise_is_read(void **state)
{
    (void)state;
    struct slo slo = read_slo("p99=1ms,p99.9=5ms");
    assert_int_equal(slo.n, 2);
    assert_int_equal(slo.limit[0].quantile, QUANTILE_P99);
    assert_int_equal(slo.limit[0].ns, 1 * MS);
    assert_int_equal(slo.limit[1].quantile, QUANTILE_P999);
    assert_int_equal(slo.limit[1].ns, 5 * MS);
    struct err err = {0};
    assert_int_equal(slo_parse(&slo, "p99=2", &err), -1); // seconds, or milliseconds? --assert asks too
    slo = read_slo("p50=1ns,p90=2us,p95=1.5ms,p99=4s");
    assert_int_equal(slo.n, SLO_MAX);
    assert_int_equal(slo.limit[0].ns, 1);
    assert_int_equal(slo.limit[1].ns, 2000);
    assert_int_equal(slo.limit[2].ns, 1500000);
    assert_int_equal(slo.limit[3].ns, 4000 * MS);
    slo = read_slo("GET.p99.9=1ms,p99.9=2ms,set.p999=3ms");
    assert_int_equal(slo.n, 3);
    assert_string_equal(slo.limit[0].command, "get");
    assert_string_equal(slo.limit[1].command, "");
    assert_string_equal(slo.limit[2].command, "set");
    for (unsigned i = 0; i < slo.n; i++)
        assert_int_equal(slo.limit[i].quantile, QUANTILE_P999);
}

static void each_quantile_has_its_names(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int quantile;
    } known[] = {
        {"p50=1s", QUANTILE_P50},      {"p90=1s", QUANTILE_P90},     {"p95=1s", QUANTILE_P95},
        {"p99=1s", QUANTILE_P99},      {"p99.9=1s", QUANTILE_P999},  {"p999=1s", QUANTILE_P999},
        {"p99.99=1s", QUANTILE_P9999}, {"p9999=1s", QUANTILE_P9999},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        assert_int_equal(read_slo(known[i].text).limit[0].quantile, known[i].quantile);
}

static void nonsense_is_no_promise(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",
        "p99",
        "p99=",
        "=1ms",
        "p98=1ms",
        "p99=0",
        "p99=0ms",
        "p99=-1ms",
        "p99=x",
        "p99=1ms,",
        ",p99=1ms",
        "p99=1ms,,p50=1ms",
        "p99=1ms p50=1ms",
        "P99=1ms",
        "p99,p50=1ms",
        "p9.99=1ms",
        "99=1ms",
        "p99=1ms,p98=1ms",
        "p99=1ms,p99=2ms",
        "get.p99=1ms,GET.p99=2ms",
        ".p99=1ms",
        "get.=1ms",
        "get.p98=1ms",
        "a123456789012345678901234567890b.p99=1ms",
        "p50=1s,p90=2s,p95=3s,p99=4s,p99.9=5s",
        "p99=0000000000000000000000000000001ms",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct slo slo;
        struct err err = {0};
        char expected[512];
        snprintf(expected, sizeof expected,
                 "--slo: expected up to 4 latency limits for p50, p90, p95, p99, p99.9 or p99.99 such as "
                 "p99=1ms,p99.9=5ms, or get.p99=1ms of one command of a mix, got '%s'",
                 wrong[i]);
        if (slo_parse(&slo, wrong[i], &err) == 0)
            fail_msg("\"%s\" was taken", wrong[i]);
        assert_int_equal(err.code, ERR_USAGE);
        assert_string_equal(err.text, expected);
    }
}

static void a_promise_is_said(void **state)
{
    (void)state;
    char text[SLO_TEXT];
    struct slo slo = read_slo("p99=1ms");
    assert_string_equal(slo_text(&slo, text), "p99 within 1 ms");
    slo = read_slo("p999=5.25ms,p50=300us");
    assert_ptr_equal(slo_text(&slo, text), text);
    assert_string_equal(text, "p99.9 within 5.25 ms, p50 within 0.3 ms"); // as it was given
    slo = read_slo("p99=20m,p50=2000001us");
    assert_string_equal(slo_text(&slo, text), "p99 within 1,200,000 ms, p50 within 2,000.001 ms");
    assert_string_equal(slo_text(&(struct slo){0}, text), "");
    slo = read_slo("get.p99=1ms,p50=2ms");
    assert_string_equal(slo_text(&slo, text), "get.p99 within 1 ms, p50 within 2 ms");
}

static void the_same_promise_has_the_same_key(void **state)
{
    (void)state;
    char a[SLO_TEXT], b[SLO_TEXT];
    struct slo one = read_slo("p99=1ms,p99.9=5ms,p50=300us"),
               other = read_slo("p999=5000us,p50=0.3ms,p99=1ms");
    assert_ptr_equal(slo_key(&one, a), a);
    assert_string_equal(a, "p50=300000ns,p99=1000000ns,p99.9=5000000ns");
    assert_string_equal(slo_key(&other, b), a);
    other = read_slo("p99=1ms,p99.9=5ms,p50=301us");
    assert_string_not_equal(slo_key(&other, b), a);
    one = read_slo("get.p99=1ms,p99.9=5ms,get.p50=300us");
    other = read_slo("p999=5000us,get.p50=0.3ms,get.p99=1ms");
    assert_string_equal(slo_key(&one, a), "p99.9=5000000ns,get.p50=300000ns,get.p99=1000000ns");
    assert_string_equal(slo_key(&other, b), a);
    other = read_slo(a); // as a history does
    assert_string_equal(slo_key(&other, b), a);
    assert_string_equal(slo_key(&(struct slo){0}, b), "");
}

// The longest there are: cut off, they would be equal where promises are not.
static void the_longest_promise_has_room(void **state)
{
    (void)state;
    char text[SLO_TEXT];
    struct slo slo = {.n = SLO_MAX};
    for (unsigned i = 0; i < SLO_MAX; i++) {
        slo.limit[i] = (struct slo_limit){QUANTILE_P9999, UINT64_MAX, ""};
        memset(slo.limit[i].command, 'a' + (int)i, SLO_COMMAND - 1);
    }
    size_t each = sizeof "." - 1 + SLO_COMMAND - 1 + sizeof "p99.99=18446744073709551615ns," - 1;
    assert_int_equal(strlen(slo_key(&slo, text)), SLO_MAX * each - 1);
    assert_string_equal(text + SLO_MAX * each - 1 - 10, "09551615ns");
    each = sizeof "." - 1 + SLO_COMMAND - 1 + sizeof "p99.99 within 18,446,744,073,709.551615 ms, " - 1;
    assert_int_equal(strlen(slo_text(&slo, text)), SLO_MAX * each - 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_in_a_hundred_may_be_late),
        cmocka_unit_test(what_has_no_answer_or_an_error_is_late),
        cmocka_unit_test(nothing_due_holds_nothing),
        cmocka_unit_test(a_backlog_that_grows_holds_nothing),
        cmocka_unit_test(hope_ends_with_evidence),
        cmocka_unit_test(the_lead_is_not_judged),
        cmocka_unit_test(a_command_is_judged_by_its_own_figures),
        cmocka_unit_test(what_was_never_sent_is_of_each_command_by_its_share),
        cmocka_unit_test(near_the_bound_there_is_hope),
        cmocka_unit_test(each_limit_counts),
        cmocka_unit_test(a_promise_is_read),
        cmocka_unit_test(each_quantile_has_its_names),
        cmocka_unit_test(nonsense_is_no_promise),
        cmocka_unit_test(a_promise_is_said),
        cmocka_unit_test(the_same_promise_has_the_same_key),
        cmocka_unit_test(the_longest_promise_has_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
