// SPDX-License-Identifier: MIT
#include "option/opt_doc.h"

#include "rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void help(void **state)
{
    (void)state;
    char *text = NULL;
    size_t len = 0;
    FILE *f = open_memstream(&text, &len);
    assert_non_null(f);
    opt_doc_help(&table, f, &(struct opt_doc_form){.columns = 100, .compat = true});
    fclose(f);
    assert_string_equal(text, "\nOne:\n"
                              "  -f, --flag                  a flag\n"
                              "      --no-probe              no probe\n"
                              "  -k 0|1                      keep it (default 1; 0 or 1)\n"
                              "  -n, --number N              a number (default 7; 2 to 5k)\n"
                              "      --big N                 a big one (0 to 18446744073709551615)\n"
                              "\nTwo:\n"
                              "  -p, --port PORT             a port (default 6379; 1 to 65535)\n"
                              "  -d BYTES                    a size (default 3; 1 to 1GiB)\n"
                              "      --wait TIME             a time (default 5s; 1ms to 1m)\n"
                              "      --rate RATE             a rate (0 to 1M)\n"
                              "  -t TEXT                     a text (default x)\n"
                              "  -s, --path PATH             a path\n"
                              "      --colour NAME           a colour (default blue; red, green or blue)\n"
                              "      --note NOTE             a note\n"
                              "\nAlso accepted, for old scripts:\n"
                              "  -e                          nothing\n");
    free(text);
}

static void helped(struct opt_doc_form form, const char *expected)
{
    static const struct opt some[] = {
        {"One", 'a', "all", OPT_FLAG, 0, OPT_OURS, 0, 0, .help = "not of the brief ones"},
        {"Two", 'n', "number", OPT_COUNT, OPT_BRIEF, OPT_OURS, 0, 0, .hi = 9, .initial = "7", .metavar = "N",
         .help = "how many there are in all; without it, as many as fit"},
        {"Two", 0, "zero", OPT_COUNT, OPT_BRIEF, OPT_OURS, 0, 0, .hi = 9, .initial = "0", .metavar = "N",
         .help = "none"},
        {"Two", 'e', NULL, OPT_FLAG, OPT_ALSO, OPT_OURS, 0, 0, .help = "old"},
    };
    const struct opt_table t = {.rows = some, .n = sizeof some / sizeof *some};
    char *text = NULL;
    size_t len = 0;
    FILE *f = open_memstream(&text, &len);
    assert_non_null(f);
    opt_doc_help(&t, f, &form);
    fclose(f);
    assert_string_equal(text, expected);
    free(text);
}

static void a_brief_help_has_the_first_clause_of_what_is_marked(void **state)
{
    (void)state;
    helped((struct opt_doc_form){.columns = 80, .brief = true},
           "\nTwo:\n"
           "  -n, --number N              how many there are in all (default 7)\n"
           "      --zero N                none\n");
}

static void help_fits_its_columns(void **state)
{
    (void)state;
    helped((struct opt_doc_form){.columns = 64, .brief = true},
           "\nTwo:\n"
           "  -n, --number N              how many there are in all (default\n"
           "                              7)\n"
           "      --zero N                none\n");
    helped((struct opt_doc_form){.columns = 40, .brief = true}, "\nTwo:\n"
                                                                "  -n, --number N\n"
                                                                "          how many there are in all\n"
                                                                "          (default 7)\n"
                                                                "      --zero N\n"
                                                                "          none\n");
}

static void markdown(void **state)
{
    (void)state;
    char *text = NULL;
    size_t len = 0;
    struct opt_table few = {.rows = rows + 2, .n = 2};
    FILE *f = open_memstream(&text, &len);
    assert_non_null(f);
    opt_doc_markdown(&few, f);
    fclose(f);
    assert_string_equal(
        text, "\n### One\n\n"
              "| Option | Default | Range | Meaning | Also in |\n"
              "|---|---|---|---|---|\n"
              "| `-k` `0\\|1` | `1` | 0 or 1 | keep it | redis |\n"
              "| `-n`, `--number` `N` | `50`, in their place `7` | 2 to 5k | a number | redis, valkey |\n");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(help),
        cmocka_unit_test(a_brief_help_has_the_first_clause_of_what_is_marked),
        cmocka_unit_test(help_fits_its_columns),
        cmocka_unit_test(markdown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
