// SPDX-License-Identifier: MIT
#include "report/run/rows.h"

#include "report/run/series_csv.h"

#include "../fixture.h"

// The whole that is told of a series is the whole that was measured.
static void intervals_add_up_to_the_run(void **state)
{
    (void)state;
    struct summary s = fixture_set();
    struct rows r;
    uint64_t ok = 0, at_ns = 0, latencies = 0;
    unsigned n = 0;
    rows_begin(&r, &s);
    for (; rows_next(&r); n++) {
        assert_int_equal(r.start_ns, at_ns);
        assert_false(r.warm);
        at_ns += r.length_ns;
        ok += r.row.ok;
        latencies += hist_count(r.latency);
        assert_null(r.lag); // of the closed loop
    }
    rows_end(&r);
    assert_int_equal(n, 6); // of two rows of 80 ms each
    assert_int_equal(at_ns, 890000000);
    assert_int_equal(ok, 100000);
    assert_int_equal(latencies, 100000);
    summary_free(&s);
}

static void rows_are_put_together_to_what_was_asked_for(void **state)
{
    (void)state;
    static const struct {
        uint64_t interval_ns;
        unsigned rows;
        uint64_t first_ns;
    } all[] = {{0, 12, 80000000},
               {80000000, 12, 80000000},
               {240000000, 4, 240000000},
               {UINT64_C(10000000000), 1, 890000000}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct summary s = fixture_set();
        struct rows r;
        unsigned n = 0;
        s.interval_ns = all[i].interval_ns;
        rows_begin(&r, &s);
        while (rows_next(&r))
            if (n++ == 0)
                assert_int_equal(r.length_ns, all[i].first_ns);
        rows_end(&r);
        assert_int_equal(n, all[i].rows);
        summary_free(&s);
    }
}

static void the_warm_up_comes_first(void **state)
{
    (void)state;
    struct summary s = fixture_set(), warm = fixture_set();
    struct rows r;
    unsigned warmed = 0, measured = 0;
    s.warm = warm.series;
    warm.series = (struct series){0};
    rows_begin(&r, &s);
    while (rows_next(&r)) {
        assert_true(!r.warm || measured == 0);
        assert_true(r.warm || measured > 0 || r.start_ns == 0); // each counts from its own start
        *(r.warm ? &warmed : &measured) += 1;
    }
    rows_end(&r);
    assert_int_equal(warmed, 6);
    assert_int_equal(measured, 6);
    summary_free(&s);
    summary_free(&warm);
}

static void an_outage_lies_in_the_rows_that_it_covers(void **state)
{
    (void)state;
    struct summary s = fixture_set();
    struct rows r;
    uint64_t all_ns = 0;
    unsigned hit = 0;
    s.outages.n = 1;
    s.outages.list[0] = (struct outage){.start_ns = 100000000, .length_ns = 100000000};
    rows_begin(&r, &s);
    while (rows_next(&r)) {
        all_ns += rows_outage_ns(&r);
        hit += rows_outage_ns(&r) > 0;
    }
    rows_end(&r);
    assert_int_equal(all_ns, 100000000);
    assert_int_equal(hit, 2); // from 100 ms to 200 ms: of the rows up to 160 ms and up to 320 ms
    summary_free(&s);
}

// The nth cell of the nth line.
static const char *cell(const char *text, unsigned line, unsigned column)
{
    static char found[64];
    for (; line; line--)
        text = strchr(text, '\n') + 1;
    for (; column; column--)
        text = strchr(text, ',') + 1;
    snprintf(found, sizeof found, "%.*s", (int)strcspn(text, ",\n"), text);
    return found;
}

static void as_csv_each_has_a_line(void **state)
{
    (void)state;
    struct summary s = fixture_set();
    struct output o;
    output_open(&o);
    series_csv_head(o.file);
    series_csv(o.file, &s);
    char *text = output_take(&o);
    static const char *const first[] = {"set",   "measure", "0.000", "0.160000",  "18000",
                                        "18000", "18000",   "0",     "112500.00", "0.250367"};
    assert_string_equal(cell(text, 0, 2), "start_s");
    for (unsigned i = 0; i < sizeof first / sizeof *first; i++)
        if (i != 4 && i != 9) // due is of the open loop; a quantile is the top of its bucket
            assert_string_equal(cell(text, 1, i), first[i]);
    assert_true(atof(cell(text, 1, 9)) >= 0.25 && atof(cell(text, 1, 9)) < 0.2505);
    assert_string_equal(cell(text, 6, 2), "0.800");
    assert_string_equal(cell(text, 6, 3), "0.090000"); // the last is shorter
    assert_string_equal(cell(text, 1, 14), "");        // no lag in the closed loop
    unsigned lines = 0;
    for (const char *at = text; *at; at = strchr(at, '\n') + 1)
        lines++;
    assert_int_equal(lines, 7);
    free(text);
    summary_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intervals_add_up_to_the_run),
        cmocka_unit_test(rows_are_put_together_to_what_was_asked_for),
        cmocka_unit_test(the_warm_up_comes_first),
        cmocka_unit_test(an_outage_lies_in_the_rows_that_it_covers),
        cmocka_unit_test(as_csv_each_has_a_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
