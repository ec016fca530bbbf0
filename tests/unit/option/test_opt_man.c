// SPDX-License-Identifier: MIT
// Rows as a man page, and the escapes by which text says what it says (option/roff.c).
#include "option/opt_man.h"

#include "option/roff.h"

#include "rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

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

static void an_option_is_a_tagged_paragraph(void **state)
{
    (void)state;
    struct opt_table few = {.rows = rows + 3, .n = 1};
    FILE *f = listen();
    opt_man(&few, f);
    heard(f, ".SS One\n"
             ".TP\n"
             "\\fB\\-n\\fR, \\fB\\-\\-number\\fR \\fIN\\fR\n"
             "a number.\n"
             "Values: 2 to 5k.\n"
             "Default: 50.\n");
}

static void text_is_never_a_request(void **state)
{
    (void)state;
    FILE *f = listen();
    roff_text(f, ".so it\n'is' a\\b -n");
    heard(f, "\\&.so it\n\\&\\(aqis\\(aq a\\eb \\-n");
    f = listen();
    roff_text(f, "23456789 123456789 123456789 123456789 123456789 123456789 123456789 1234 .5");
    heard(f, "23456789 123456789 123456789 123456789 123456789 123456789 123456789 1234\n\\&.5");
}

// Every request stands on a line of its own.
static void a_page_in_its_parts(void **state)
{
    (void)state;
    FILE *f = listen();
    roff_title(f, "hkv-bench-run", "2026-11-27", "hkv-bench 0.2.0");
    roff_section(f, "NAME");
    roff_text(f, "hkv-bench - a load\n");
    roff_paragraph(f);
    roff_subsection(f, "Keys");
    roff_item(f);
    roff_bold(f, "-r");
    roff_text(f, " ");
    roff_italic(f, "N-M");
    roff_text(f, "\n");
    roff_line(f);
    roff_example(f, "hkv-bench -t 'a~b'");
    heard(f, ".TH HKV-BENCH-RUN 1 \"2026-11-27\" \"hkv-bench 0.2.0\"\n"
             ".SH NAME\n"
             "hkv\\-bench \\- a load\n"
             ".PP\n"
             ".SS Keys\n"
             ".TP\n"
             "\\fB\\-r\\fR \\fIN\\-M\\fR\n"
             ".br\n"
             ".nf\n"
             "\\fBhkv\\-bench \\-t \\(aqa\\(tib\\(aq\\fR\n"
             ".fi\n");
}

// Bold and italic stand in the middle of a line, where nothing is a request.
static void in_the_line_a_stop_is_a_stop(void **state)
{
    (void)state;
    FILE *f = listen();
    roff_bold(f, ".so");
    roff_italic(f, "'x^`");
    heard(f, "\\fB.so\\fR\\fI\\(aqx\\(ha\\(ga\\fR");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_option_is_a_tagged_paragraph),
        cmocka_unit_test(text_is_never_a_request),
        cmocka_unit_test(a_page_in_its_parts),
        cmocka_unit_test(in_the_line_a_stop_is_a_stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
