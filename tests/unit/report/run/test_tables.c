// SPDX-License-Identifier: MIT
// The tables of a report by their columns.
#include "report/run/tables.h"

#include "../fixture.h"

#define TESTS 4

static struct summary tests[TESTS];

static int open_tests(void **state)
{
    (void)state;
    tests[0] = fixture_set();
    tests[1] = fixture_set();
    tests[1].title = "LRANGE_100 (first 100 elements)"; // more than its column has
    tests[2] = fixture_nothing();
    tests[3] = fixture_skipped();
    for (int i = 0; i < 3; i++)
        assert_int_equal(freeze_summary(&tests[i]), 0);
    return 0;
}

static int close_tests(void **state)
{
    (void)state;
    for (int i = 0; i < TESTS; i++)
        summary_free(&tests[i]);
    return 0;
}

static char *suite_of(size_t n)
{
    struct output o;
    output_open(&o);
    tables_suite(o.file, tests, n);
    return output_take(&o);
}

static void one_test_needs_no_table(void **state)
{
    char *text = suite_of(1);
    (void)state;
    assert_string_equal(text, "");
    free(text);
    tests[1].ending = ENDING_SKIPPED; // nor does one that ran, of two
    text = suite_of(2);
    assert_string_equal(text, "");
    free(text);
}

static void a_title_is_cut_between_characters(void **state)
{
    (void)state;
    const char *was = tests[1].title;
    tests[1].title = "GET kääääääääääääääääääääääää:x"; // of two bytes each
    char *text = suite_of(TESTS);
    assert_non_null(strstr(text, "\n  GET käääääääääääääääääääää     112,360 "));
    free(text);
    tests[1].title = "GET ä";
    text = suite_of(TESTS);
    assert_non_null(strstr(text, "\n  GET ä                          112,360 "));
    free(text);
    tests[1].title = was;
}

static void columns_stand_below_each_other(void **state)
{
    char *text = suite_of(TESTS);
    (void)state;
    assert_string_equal(
        text, "  summary                          req/s    p50 ms     p99 ms   p99.9 ms  bottleneck\n"
              "  SET                            112,360     0.250      0.400      0.400  unknown\n"
              "  LRANGE_100 (first 100 elem     112,360     0.250      0.400      0.400  unknown\n"
              "  PING_MBULK                         0.0         -          -          -  stalled\n\n");
    free(text);
}

static void a_title_acts_on_no_terminal(void **state)
{
    char *text;
    (void)state;
    tests[0].title = "SET a\x1b[2J";
    text = suite_of(2);
    assert_null(strchr(text, '\x1b'));
    assert_non_null(strstr(text, "\n  SET a\\x1b[2J"));
    free(text);
}

static void a_load_of_one_command_has_no_table(void **state)
{
    struct output o;
    (void)state;
    output_open(&o);
    tables_commands(o.file, &tests[0]);
    char *text = output_take(&o);
    assert_string_equal(text, "");
    free(text);
}

// Each command, and all of them; of hits where it reads.
static void commands_of_a_mix(void **state)
{
    struct output o;
    struct summary all = fixture_set();
    (void)state;
    all.nkinds = 2;
    all.kinds = calloc(2, sizeof *all.kinds);
    assert_non_null(all.kinds);
    all.kinds[0] = fixture_set();
    all.kinds[1] = fixture_set();
    strcpy(all.kinds[1].test, "get_of_a_long_name");
    all.kinds[1].reads = true;
    all.kinds[1].counts.hits = 2;
    all.kinds[1].counts.misses = 1;
    all.kinds[1].counts.errors = 1234;
    output_open(&o);
    tables_commands(o.file, &all);
    char *text = output_take(&o);
    assert_string_equal(
        text, "\n  command         requests      req/s   errors hits %    p50 ms     p99 ms   p99.9 ms \n"
              "  set              100,000    112,360        0      -     0.250      0.400      0.400 \n"
              "  get_of_a_lon     101,234    113,746    1,234   66.6     0.250      0.400      0.400 \n"
              "  set              100,000    112,360        0      -     0.250      0.400      0.400 \n\n");
    free(text);
    all.kinds[1].chain = hist_new(3);
    assert_non_null(all.kinds[1].chain);
    hist_record(all.kinds[1].chain, 2000000, 5);
    output_open(&o);
    tables_commands(o.file, &all);
    text = output_take(&o);
    assert_non_null(strstr(
        text, "0.400 \n  get_of_a_long_name, from when the first that it follows was due: p50 2.00 ms, "
              "p99 2.00 ms, p99.9 2.00 ms\n\n"));
    free(text);
    summary_free(&all);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_tests, close_tests)

int main(void)
{
    const struct CMUnitTest all[] = {
        TEST(one_test_needs_no_table),
        TEST(columns_stand_below_each_other),
        TEST(a_title_is_cut_between_characters),
        TEST(a_title_acts_on_no_terminal),
        TEST(a_load_of_one_command_has_no_table),
        TEST(commands_of_a_mix),
    };
    return cmocka_run_group_tests(all, NULL, NULL);
}
