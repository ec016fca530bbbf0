// SPDX-License-Identifier: MIT
#include "option/manual.h"

#include "rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void help_is_usage_paragraphs_examples_options(void **state)
{
    (void)state;
    static const char *const usage[] = {"sub A", "sub B", NULL};
    static const struct manual_example examples[] = {{"sub 1", "one"}, {"sub 2", NULL}, {0}};
    const struct opt_table few = {.rows = rows, .n = 1};
    const struct manual m = {
        .name = "sub", .usage = usage, .about = "It is.\n\nReally.", .examples = examples, .own = &few};
    char *text = NULL;
    size_t len = 0;
    FILE *f = open_memstream(&text, &len);
    assert_non_null(f);
    manual_help(&m, f);
    fclose(f);
    assert_string_equal(text, "Usage: hkv-bench sub A\n"
                              "       hkv-bench sub B\n"
                              "\n"
                              "It is.\n"
                              "\n"
                              "Really.\n"
                              "\n"
                              "  # one\n"
                              "  hkv-bench sub 1\n"
                              "  hkv-bench sub 2\n"
                              "\nOne:\n"
                              "  -f, --flag                  a flag\n");
    free(text);
}

static void words_break_at_the_column(void **state)
{
    (void)state;
    char *text = NULL;
    size_t len = 0;
    FILE *f = open_memstream(&text, &len);
    assert_non_null(f);
    manual_wrap(f, "one two three\nfour", 7);
    fclose(f);
    assert_string_equal(text, "one two\nthree\nfour\n");
    free(text);
}

int main(void)
{
    unsetenv("COLUMNS");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(help_is_usage_paragraphs_examples_options),
        cmocka_unit_test(words_break_at_the_column),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
