// SPDX-License-Identifier: MIT
#include "option/manual_man.h"

#include "rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const usage[] = {"[OPTION ...]", "SUBCOMMAND", NULL};
static const struct manual_example examples[] = {{"-n 5", "five"}, {"sub", NULL}, {0}};
static const struct opt_table none = {.rows = rows, .n = 0};
static const struct opt_table one = {.rows = rows, .n = 1};
static const struct manual program = {.summary = "does it",
                                      .usage = usage,
                                      .about = "First.\n\nSecond-rate.",
                                      .examples = examples,
                                      .own = &one};
static const struct manual sub = {
    .name = "sub", .summary = "a part", .usage = usage + 1, .about = "It.", .own = &one, .rest = &table};
static const struct manual bare = {
    .name = "bare", .summary = "less", .usage = usage + 1, .about = "No options.", .own = &none};
static const struct manual *const manuals[] = {&program, &sub, &bare, NULL};

static const struct manual_row codes[] = {{"0", "well"}, {0}};
static const struct manual_man_section own[] = {{"NUMBERS", "One.\n\nTwo.", NULL}, {0}};
static const struct manual_man_section of_every[] = {{"EXIT STATUS", NULL, codes}, {0}};
static const struct manual_man book = {manuals, "1.2.3", "2026-11-27", own, of_every};

static void page_is(const struct manual *m, const char *text)
{
    char *said = NULL;
    size_t len = 0;
    FILE *f = open_memstream(&said, &len);
    assert_non_null(f);
    manual_man(&book, m, f);
    fclose(f);
    assert_string_equal(said, text);
    free(said);
}

#define FLAG ".SS One\n.TP\n\\fB\\-f\\fR, \\fB\\-\\-flag\\fR\na flag.\n"
#define EXITS ".SH EXIT STATUS\n.TP\n\\fB0\\fR\nwell.\n"

static void the_program_has_all_sections(void **state)
{
    (void)state;
    page_is(&program, ".TH HKV-BENCH 1 \"2026-11-27\" \"hkv-bench 1.2.3\"\n"
                      ".SH NAME\nhkv\\-bench \\- does it\n"
                      ".SH SYNOPSIS\n\\fBhkv\\-bench\\fR \\fI[OPTION ...]\\fR\n"
                      ".br\n\\fBhkv\\-bench\\fR \\fISUBCOMMAND\\fR\n"
                      ".SH DESCRIPTION\nFirst.\n.PP\nSecond\\-rate.\n"
                      ".SH SUBCOMMANDS\n.TP\n\\fBsub\\fR\na part.\n.TP\n\\fBbare\\fR\nless.\n"
                      ".SH OPTIONS\n" FLAG ".SH NUMBERS\nOne.\n.PP\nTwo.\n" EXITS
                      ".SH EXAMPLES\nfive:\n.PP\n.nf\n\\fBhkv\\-bench \\-n "
                      "5\\fR\n.fi\n.PP\n.nf\n\\fBhkv\\-bench sub\\fR\n.fi\n"
                      ".SH SEE ALSO\n\\fBhkv\\-bench\\-sub\\fR(1),\n\\fBhkv\\-bench\\-bare\\fR(1)\n");
}

static void a_subcommand_has_its_own(void **state)
{
    (void)state;
    page_is(&sub,
            ".TH HKV-BENCH-SUB 1 \"2026-11-27\" \"hkv-bench 1.2.3\"\n"
            ".SH NAME\nhkv\\-bench\\-sub \\- a part\n"
            ".SH SYNOPSIS\n\\fBhkv\\-bench\\fR \\fISUBCOMMAND\\fR\n"
            ".SH DESCRIPTION\nIt.\n"
            ".SH OPTIONS\nThe options of a plain run, told in\n.BR hkv\\-bench (1),\nand these:\n" FLAG EXITS
            ".SH SEE ALSO\n\\fBhkv\\-bench\\fR(1),\n\\fBhkv\\-bench\\-bare\\fR(1)\n");
    page_is(&bare, ".TH HKV-BENCH-BARE 1 \"2026-11-27\" \"hkv-bench 1.2.3\"\n"
                   ".SH NAME\nhkv\\-bench\\-bare \\- less\n"
                   ".SH SYNOPSIS\n\\fBhkv\\-bench\\fR \\fISUBCOMMAND\\fR\n"
                   ".SH DESCRIPTION\nNo options.\n" EXITS
                   ".SH SEE ALSO\n\\fBhkv\\-bench\\fR(1),\n\\fBhkv\\-bench\\-sub\\fR(1)\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_program_has_all_sections),
        cmocka_unit_test(a_subcommand_has_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
