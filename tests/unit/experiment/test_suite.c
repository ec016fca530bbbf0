// SPDX-License-Identifier: MIT
#include "experiment/suite.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void the_named_tests_come_in_the_catalogues_order(void **state)
{
    (void)state;
    struct suite s = {.tests = "get,set"};
    const struct test *row;
    assert_int_equal(suite_count(s), 2);
    assert_true(suite_next(&s, &row));
    assert_string_equal(row->title, "SET");
    assert_int_equal(suite_count(s), 1);
    assert_true(suite_next(&s, &row));
    assert_string_equal(row->title, "GET");
    assert_false(suite_next(&s, &row));
    assert_false(suite_next(&s, &row));
}

static void a_command_takes_the_place_of_all_tests_once(void **state)
{
    (void)state;
    struct suite s = {.tests = "get,set", .command = true};
    const struct test *row = catalog;
    assert_int_equal(suite_count(s), 1);
    assert_true(suite_next(&s, &row));
    assert_null(row);
    assert_false(suite_next(&s, &row));
}

static void without_names_it_is_the_whole_catalogue(void **state)
{
    (void)state;
    assert_int_equal(suite_count((struct suite){0}), catalog_len);
}

static void in_redis_benchmarks_place_only_its_tests_run_unless_named(void **state)
{
    (void)state;
    struct suite s = {.redis = true};
    const struct test *row;
    size_t valkeys = 0, foreign = 0;
    for (size_t i = 0; i < catalog_len; i++)
        if (catalog[i].valkey) {
            valkeys = i;
            foreign++;
        }
    assert_true(foreign > 0);
    assert_int_equal(suite_count(s), catalog_len - foreign);
    while (suite_next(&s, &row))
        assert_false(row->valkey);
    char name[64];
    const char *names = catalog[valkeys].names;
    snprintf(name, sizeof name, "%.*s", (int)strcspn(names, ","), names);
    assert_true(suite_count((struct suite){.tests = name, .redis = true}) >= 1);
}

static void a_test_that_did_not_run_is_called_by_its_row_or_its_command(void **state)
{
    (void)state;
    struct slice words[] = {{"GETX", 3}, slice_of("x")};
    struct workload w = {.tests = "get", .command = {words, 2}};
    char *of_row = suite_title(&w, &catalog[0]), *of_command = suite_title(&w, NULL);
    assert_string_equal(of_row, catalog[0].title);
    assert_string_equal(of_command, "GET");
    free(of_row);
    free(of_command);
}

// Who is run, and what ends it.
struct runs {
    unsigned n, most;
    struct stopper stop;
    unsigned signal_at;
    const struct test *last;
};

static bool run_one(void *x, const struct test *row)
{
    struct runs *r = x;
    r->last = row;
    r->n++;
    if (r->n == r->signal_at)
        r->stop.signal = SIGINT;
    return r->n < r->most;
}

static void tests_run_until_one_is_the_last_that_makes_sense(void **state)
{
    (void)state;
    struct workload w = {.tests = "set,get,incr"};
    struct runs all = {.most = 100}, two = {.most = 2}, stopped = {.most = 100, .signal_at = 1};
    suite_run(&w, &all.stop, run_one, &all);
    assert_int_equal(all.n, 3);
    assert_string_equal(all.last->title, "INCR");
    suite_run(&w, &two.stop, run_one, &two);
    assert_int_equal(two.n, 2);
    suite_run(&w, &stopped.stop, run_one, &stopped);
    assert_int_equal(stopped.n, 1);
    struct slice words[] = {slice_of("GET"), slice_of("x")};
    struct runs command = {.most = 100, .last = catalog};
    suite_run(&(struct workload){.command = {words, 2, NULL}}, &command.stop, run_one, &command);
    assert_int_equal(command.n, 1);
    assert_null(command.last);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_named_tests_come_in_the_catalogues_order),
        cmocka_unit_test(a_command_takes_the_place_of_all_tests_once),
        cmocka_unit_test(without_names_it_is_the_whole_catalogue),
        cmocka_unit_test(in_redis_benchmarks_place_only_its_tests_run_unless_named),
        cmocka_unit_test(a_test_that_did_not_run_is_called_by_its_row_or_its_command),
        cmocka_unit_test(tests_run_until_one_is_the_last_that_makes_sense),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
