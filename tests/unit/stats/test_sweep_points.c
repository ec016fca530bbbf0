// SPDX-License-Identifier: MIT
#include "stats/sweep_points.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

// "1 2 4"
static const char *points_of(enum sweep_kind kind, const char *text)
{
    static char out[1024];
    struct sweep_points p;
    struct err err;
    size_t len = 0;
    assert_int_equal(sweep_points_parse(kind, text, &p, &err), 0);
    out[0] = 0;
    for (unsigned i = 0; i < p.n; i++)
        len += (size_t)snprintf(out + len, sizeof out - len, "%s%.15g", i ? " " : "", p.x[i]);
    return out;
}

static void a_list_rises_and_has_each_value_once(void **state)
{
    (void)state;
    assert_string_equal(points_of(SWEEP_CLIENTS, "4,1,2,4"), "1 2 4");
    assert_string_equal(points_of(SWEEP_SIZE, "1Ki,8"), "8 1024");
    assert_string_equal(points_of(SWEEP_RATE, "1.5k"), "1500");
}

static void a_range_doubles_and_ends_at_its_end(void **state)
{
    (void)state;
    assert_string_equal(points_of(SWEEP_PIPELINE, "1..8"), "1 2 4 8");
    assert_string_equal(points_of(SWEEP_PIPELINE, "3..20"), "3 6 12 20");
}

static void a_range_of_rates_has_twelve_steps(void **state)
{
    (void)state;
    assert_string_equal(points_of(SWEEP_RATE, "100..1200"),
                        "100 200 300 400 500 600 700 800 900 1000 1100 1200");
}

static void without_words_it_is_what_is_usual_for_the_kind(void **state)
{
    (void)state;
    assert_string_equal(points_of(SWEEP_CLIENTS, NULL), "1 2 4 8 16 32 64 128");
    assert_string_equal(points_of(SWEEP_RATE, NULL), "");
}

static void what_is_no_list_is_refused(void **state)
{
    static const char *const wrong[] = {"", "x", "1,", ",1", "4..1", "1..", "0", "1.5", "1,-2", "2000000"};
    char many[4 * SWEEP_POINTS] = "";
    struct sweep_points p;
    struct err err;
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(sweep_points_parse(SWEEP_CLIENTS, wrong[i], &p, &err), -1);
    for (int i = 0; i <= SWEEP_POINTS; i++) { // one too many
        many[2 * i] = '1';
        many[2 * i + 1] = i < SWEEP_POINTS ? ',' : 0;
    }
    assert_int_equal(sweep_points_parse(SWEEP_CLIENTS, many, &p, &err), -1);
    assert_non_null(strstr(err.text, "clients"));
}

static void around_a_throughput_they_reach_beyond_it(void **state)
{
    struct sweep_points p;
    (void)state;
    sweep_points_around(1000, &p);
    assert_true(p.n > 2 && p.x[0] < 100 && p.x[p.n - 1] > 1000);
    for (unsigned i = 1; i < p.n; i++)
        assert_true(p.x[i] > p.x[i - 1]);
    sweep_points_around(0, &p);
    assert_int_equal(p.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_rises_and_has_each_value_once),
        cmocka_unit_test(a_range_doubles_and_ends_at_its_end),
        cmocka_unit_test(a_range_of_rates_has_twelve_steps),
        cmocka_unit_test(without_words_it_is_what_is_usual_for_the_kind),
        cmocka_unit_test(what_is_no_list_is_refused),
        cmocka_unit_test(around_a_throughput_they_reach_beyond_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
