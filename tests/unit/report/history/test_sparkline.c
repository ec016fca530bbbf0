// SPDX-License-Identifier: MIT
#include "report/history/sparkline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void is(const double *values, unsigned n, const char *bars)
{
    char text[SPARKLINE_TEXT];
    assert_string_equal(sparkline(values, n, sizeof *values, text), bars);
}

static void from_the_smallest_to_the_largest(void **state)
{
    (void)state;
    is((double[]){0, 1, 2, 3, 4, 5, 6, 7}, 8, "▁▂▃▄▅▆▇█");
    is((double[]){7, 0}, 2, "█▁");
    is((double[]){-1e9, 0, 1e9}, 3, "▁▅█");
}

static void what_does_not_change_is_in_the_middle(void **state)
{
    (void)state;
    is((double[]){3}, 1, "▅");
    is((double[]){3, 3, 3}, 3, "▅▅▅");
    is(NULL, 0, "");
}

static void members_of_structs_too(void **state)
{
    (void)state;
    struct {
        int before;
        double value;
        char after[5];
    } list[] = {{1, 0, ""}, {2, 7, ""}, {3, 3.5, ""}};
    char text[SPARKLINE_TEXT];
    assert_string_equal(sparkline(&list[0].value, 3, sizeof *list, text), "▁█▅");
}

// The scale is that of those that are shown.
static void of_many_the_last_ones(void **state)
{
    (void)state;
    static double values[SPARKLINE_VALUES + 5];
    char text[SPARKLINE_TEXT];
    values[0] = 1e12;
    for (unsigned i = 5; i < SPARKLINE_VALUES + 5; i++)
        values[i] = i % 2;
    sparkline(values, SPARKLINE_VALUES + 5, sizeof *values, text);
    assert_int_equal(strlen(text), 3 * SPARKLINE_VALUES);
    assert_memory_equal(text, "█▁█▁", 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(from_the_smallest_to_the_largest),
        cmocka_unit_test(what_does_not_change_is_in_the_middle),
        cmocka_unit_test(members_of_structs_too),
        cmocka_unit_test(of_many_the_last_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
