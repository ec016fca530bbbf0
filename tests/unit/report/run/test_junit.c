// SPDX-License-Identifier: MIT
#include "report/run/junit.h"

#include "../fixture.h"

#define MOST 4

static struct assertion demands[MOST];
static struct assertion_result results[MOST];

// Of these demands on the tests, as XML; the tests are freed.
static char *written(const char *const *texts, size_t n, struct summary *tests, size_t ntests, int exit_code)
{
    struct run_facts f = fixture_facts();
    struct output o;
    struct err err;
    for (size_t i = 0; i < n; i++)
        assert_int_equal(assertion_parse(texts[i], &demands[i], &err), 0);
    f.nassertions = assertion_judge(demands, n, tests, ntests, results);
    f.assertions = results;
    f.exit_code = exit_code;
    output_open(&o);
    junit_write(o.file, &f);
    for (size_t i = 0; i < ntests; i++)
        summary_free(&tests[i]);
    return output_take(&o);
}

#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

static void what_holds_is_a_case_without_more(void **state)
{
    (void)state;
    struct summary s = fixture_set();
    char *text = written((const char *const[]){"errors==0"}, 1, &s, 1, 0);
    assert_string_equal(text, HEAD "<testsuites tests=\"1\" failures=\"0\" errors=\"0\">\n"
                                   "  <testsuite name=\"hkv-bench\" tests=\"1\" failures=\"0\" errors=\"0\" "
                                   "timestamp=\"2023-11-14T22:13:20\">\n"
                                   "    <testcase classname=\"hkv-bench.set\" name=\"errors==0\"/>\n"
                                   "  </testsuite>\n"
                                   "</testsuites>\n");
    free(text);
}

static void what_does_not_hold_says_what_was_measured(void **state)
{
    (void)state;
    struct summary s = fixture_set();
    char *text = written((const char *const[]){"set.rps>200k", "errors<1"}, 2, &s, 1, 10);
    assert_non_null(strstr(text, "<testsuites tests=\"2\" failures=\"1\" errors=\"0\">"));
    assert_non_null(strstr(text, "name=\"set.rps&gt;200k\">\n      <failure message=\""));
    assert_non_null(strstr(text, "type=\"assertion\">set.rps&gt;200k: "));
    assert_non_null(strstr(text, "name=\"errors&lt;1\"/>"));
    assert_null(strstr(text, "<error"));
    free(text);
}

static void each_test_has_a_case_of_its_own(void **state)
{
    (void)state;
    struct summary tests[] = {fixture_set(), fixture_trouble()};
    char *text = written((const char *const[]){"errors==0"}, 1, tests, 2, 10);
    assert_non_null(strstr(text, "<testsuites tests=\"2\" failures=\"1\" errors=\"0\">"));
    assert_non_null(strstr(text, "classname=\"hkv-bench.set\" name=\"errors==0\"/>"));
    assert_non_null(strstr(text, "classname=\"hkv-bench.command\" name=\"errors==0\">"));
    free(text);
}

static void what_was_not_measured_failed(void **state)
{
    (void)state;
    char *text = written((const char *const[]){"get.p99<1ms"}, 1, NULL, 0, 10);
    assert_non_null(strstr(text, "classname=\"hkv-bench.none\" name=\"get.p99&lt;1ms\">"));
    assert_non_null(strstr(text, ": not measured</failure>"));
    free(text);
}

static void a_run_that_broke_is_an_error_beside_them(void **state)
{
    (void)state;
    static const int codes[] = {1, 3, 4, 5, 130};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        char error[64];
        struct summary s = fixture_set();
        char *text = written((const char *const[]){"errors==0"}, 1, &s, 1, codes[i]);
        snprintf(error, sizeof error, "<error message=\"exit code %d\" type=\"run\"/>", codes[i]);
        assert_non_null(strstr(text, "<testsuites tests=\"2\" failures=\"0\" errors=\"1\">"));
        assert_non_null(strstr(text, "<testcase classname=\"hkv-bench\" name=\"run\">"));
        assert_non_null(strstr(text, error));
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_holds_is_a_case_without_more),
        cmocka_unit_test(what_does_not_hold_says_what_was_measured),
        cmocka_unit_test(each_test_has_a_case_of_its_own),
        cmocka_unit_test(what_was_not_measured_failed),
        cmocka_unit_test(a_run_that_broke_is_an_error_beside_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
