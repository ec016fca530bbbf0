// SPDX-License-Identifier: MIT
// What the table of options prints about itself (cli/options_doc.c).
#include "cli/options_doc.h"
#include "experiment/outcome.h"
#include "option/opt.h"
#include "option/opt_doc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LEN(a) (sizeof(a) / sizeof *(a))

static char *help_text(enum persona persona, bool all)
{
    char *text = NULL;
    size_t len = 0;
    FILE *f = open_memstream(&text, &len);
    assert_non_null(f);
    options_doc_help(f, persona, all);
    fclose(f);
    return text;
}

static void contains(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" is missing", part);
}

// What a pipe gets, whoever reads it.
static void the_whole_help_has_every_row_in_80_columns(void **state)
{
    (void)state;
    char names[OPT_TEXT];
    for (int p = PERSONA_HKV; p <= PERSONA_VALKEY; p++) {
        char *text = help_text((enum persona)p, true);
        for (size_t i = 0; i < options_table.n; i++)
            contains(text, opt_doc_names(&options_table.rows[i], names));
        for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
            assert_in_range(strcspn(line, "\n"), 0, 80);
        contains(text, "Exit codes:");
        contains(text, "Examples:");
        free(text);
    }
}

static void help_is_the_persona_s(void **state)
{
    (void)state;
    setenv("COLUMNS", "100", 1); // no default and range is broken in two
    char *text = help_text(PERSONA_HKV, true);
    contains(text, "Usage: hkv-bench [");
    contains(text, "hkv-bench serve");
    contains(text, "(default 100000; 0 to 999999999999)");
    contains(text, "(default text; text, classic, quiet or csv)");
    contains(text, "(default 5s;");
    free(text);
    text = help_text(PERSONA_REDIS, true);
    contains(text, "Usage: redis-benchmark [");
    assert_null(strstr(text, "hkv-bench serve"));
    contains(text, "(default 0; 0 to 999999999999)");
    contains(text, "(default classic; text, classic, quiet or csv)");
    free(text);
    unsetenv("COLUMNS");
}

// A screen and a half, each option on few lines, and the way to the rest.
static void help_is_short(void **state)
{
    (void)state;
    char *text = help_text(PERSONA_HKV, false);
    unsigned lines = 0;
    for (const char *line = text; *line; line += strcspn(line, "\n") + 1, lines++)
        assert_in_range(strcspn(line, "\n"), 0, 80);
    assert_in_range(lines, 40, 75);
    static const char *const most[] = {
        "--host",  "--requests", "--clients",  "--duration",        "--rate",
        "--tests", "--json",     "--help all", "hkv-bench compare", "hkv-bench saturate"};
    for (size_t i = 0; i < LEN(most); i++)
        contains(text, most[i]);
    assert_null(strstr(text, "--topology-refresh"));
    free(text);
}

static void help_follows_the_columns_that_are_said(void **state)
{
    (void)state;
    setenv("COLUMNS", "60", 1);
    char *text = help_text(PERSONA_HKV, false);
    unsetenv("COLUMNS");
    for (const char *line = strstr(text, "Server:"); line < strstr(text, "Examples:");
         line += strcspn(line, "\n") + 1)
        assert_in_range(strcspn(line, "\n"), 0, 60);
    free(text);
}

static char *markdown_text(void)
{
    char *text = NULL;
    size_t len = 0;
    FILE *f = open_memstream(&text, &len);
    assert_non_null(f);
    options_doc_markdown(f);
    fclose(f);
    return text;
}

static void markdown_has_every_row(void **state)
{
    (void)state;
    char name[64];
    char *text = markdown_text();
    assert_int_equal(strncmp(text, "# Options\n", 10), 0);
    for (const struct opt *row = options_table.rows; row < options_table.rows + options_table.n; row++) {
        snprintf(name, sizeof name, row->letter ? "\n| `-%c`" : "\n| `", row->letter);
        contains(text, name);
        snprintf(name, sizeof name, "`--%s`", row->name ? row->name : "host");
        contains(text, name);
    }
    static const char *const sections[] = {"## Numbers",     "## Placeholders", "## Where hkv-bench differs",
                                           "## Environment", "## Exit codes",   "__rand_9th__",
                                           "__data__"};
    for (size_t i = 0; i < LEN(sections); i++)
        contains(text, sections[i]);
    free(text);
}

static void every_exit_code_is_told(void **state)
{
    (void)state;
    static const int codes[] = {OUTCOME_GOOD,  OUTCOME_RUN,    OUTCOME_USAGE, OUTCOME_CONNECT,
                                OUTCOME_DOUBT, OUTCOME_ASSERT, OUTCOME_WORSE, OUTCOME_OPEN};
    char *help = help_text(PERSONA_HKV, true), *markdown = markdown_text(), line[32];
    for (size_t i = 0; i < LEN(codes); i++) {
        snprintf(line, sizeof line, "\n  %-5d", codes[i]);
        contains(strstr(help, "Exit codes:"), line);
        snprintf(line, sizeof line, "\n| %d | ", codes[i]);
        contains(strstr(markdown, "## Exit codes"), line);
    }
    snprintf(line, sizeof line, "\n| %d + N | ", OUTCOME_SIGNAL);
    contains(strstr(markdown, "## Exit codes"), line);
    free(help);
    free(markdown);
}

static void table_is_sound(void **state)
{
    (void)state;
    for (size_t i = 0; i < options_table.n; i++) {
        const struct opt *row = &options_table.rows[i];
        assert_true(row->letter || row->name);
        assert_non_null(row->help);
        assert_int_equal(opt_takes_value(row), row->metavar != NULL);
        assert_int_equal(row->kind == OPT_ENUM, row->names != NULL);
        assert_true(row->lo <= row->hi || row->kind == OPT_STRING || row->kind == OPT_LIST);
        for (size_t j = 0; j < i; j++) {
            const struct opt *before = &options_table.rows[j];
            assert_true(!row->letter || row->letter != before->letter);
            assert_true(!row->name || !before->name || strcmp(row->name, before->name) != 0);
            assert_true(row->offset != before->offset);
        }
    }
}

int main(void)
{
    unsetenv("COLUMNS");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_whole_help_has_every_row_in_80_columns),
        cmocka_unit_test(help_is_short),
        cmocka_unit_test(help_follows_the_columns_that_are_said),
        cmocka_unit_test(help_is_the_persona_s),
        cmocka_unit_test(markdown_has_every_row),
        cmocka_unit_test(every_exit_code_is_told),
        cmocka_unit_test(table_is_sound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
