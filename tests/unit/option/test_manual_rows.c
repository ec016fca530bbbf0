// SPDX-License-Identifier: MIT
#include "option/manual_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct manual_row rows[] = {
    {"0", "all is well"},
    {"128 + N", "ended by signal N, as --strict or -l do not: see below"},
    {0},
};

static char *said;
static size_t said_len;

static FILE *listen(void)
{
    FILE *f = open_memstream(&said, &said_len);
    assert_non_null(f);
    return f;
}

static void heard(FILE *f, const char *text)
{
    fclose(f);
    assert_string_equal(said, text);
    free(said);
}

static void help_breaks_between_words(void **state)
{
    (void)state;
    FILE *f = listen();
    manual_rows_help(rows, f, 30);
    heard(f, "  0       all is well\n"
             "  128 + N ended by signal N,\n"
             "          as --strict or -l do\n"
             "          not: see below\n");
    f = listen();
    manual_rows_help(rows, f, 1000);
    heard(f, "  0       all is well\n"
             "  128 + N ended by signal N, as --strict or -l do not: see below\n");
    f = listen();
    manual_rows_help(rows, f, 1); // a word is never cut
    heard(f,
          "  0       all\n          is\n          well\n"
          "  128 + N ended\n          by\n          signal\n          N,\n          as\n          --strict\n"
          "          or\n          -l\n          do\n          not:\n          see\n          below\n");
}

static void man_has_a_tagged_paragraph_each(void **state)
{
    (void)state;
    FILE *f = listen();
    manual_rows_man(rows, f);
    heard(f, ".TP\n\\fB0\\fR\nall is well.\n"
             ".TP\n\\fB128 + N\\fR\nended by signal N, as \\-\\-strict or \\-l do not: see below.\n");
}

static void markdown_has_options_as_code(void **state)
{
    (void)state;
    static const struct manual_row few[] = {{"4", "--strict: doubts, with -l, or -"}, {0}};
    FILE *f = listen();
    manual_rows_markdown(few, f, "Code");
    heard(f, "| Code | Meaning |\n|---|---|\n| 4 | `--strict`: doubts, with `-l`, or `-` |\n");
    f = listen();
    manual_rows_markdown((const struct manual_row[]){{0}}, f, "Variable");
    heard(f, "| Variable | Meaning |\n|---|---|\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(help_breaks_between_words),
        cmocka_unit_test(man_has_a_tagged_paragraph_each),
        cmocka_unit_test(markdown_has_options_as_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
