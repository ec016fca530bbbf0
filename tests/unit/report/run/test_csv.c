// SPDX-License-Identifier: MIT
#include "../fixture.h"
#include "report/run/csv.h"

static void a_whole_suite(void **state)
{
    (void)state;
    struct summary tests[] = {fixture_set(), fixture_skipped(), fixture_trouble(), fixture_nothing()};
    struct run_facts facts = fixture_facts();
    struct output o;
    output_open(&o);
    csv_reporter.begin(o.file, &facts);
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        csv_reporter.test(o.file, &tests[i]);
        summary_free(&tests[i]);
    }
    assert_null(csv_reporter.end);
    assert_golden(output_take(&o), "csv_suite");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_suite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
