// SPDX-License-Identifier: MIT
// A whole report as terminals of several widths show it, with colour and without.
#include "report/run/text.h"

#include "../fixture.h"

#include <ctype.h>

// As a sheet of that kind shows what the reporter wrote.
static char *shown(const char *text, struct sheet sheet)
{
    char *out = NULL;
    size_t len = 0;
    sheet.to = open_memstream(&out, &len);
    assert_non_null(sheet.to);
    sheet_put(&sheet, text);
    assert_int_equal(fclose(sheet.to), 0);
    return out;
}

// All that a report of two tests has, with its paint.
static char *whole_report(void)
{
    struct summary tests[] = {fixture_set(), fixture_trouble(), fixture_nothing(), fixture_skipped()};
    struct run_facts facts = fixture_facts();
    struct output o;
    output_open(&o);
    text_reporter.begin(o.file, &facts);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(freeze_summary(&tests[i]), 0);
        text_reporter.test(o.file, &tests[i]);
    }
    text_reporter.sum_up(o.file, tests, 4);
    for (size_t i = 0; i < 4; i++)
        summary_free(&tests[i]);
    assert_int_equal(fclose(o.file), 0);
    return o.text;
}

// Columns of a line; escapes and the rest of a character take none.
static unsigned columns_of(const char *line, size_t len)
{
    unsigned n = 0;
    for (size_t i = 0; i < len; i++) {
        if (line[i] == '\x1b')
            i += strcspn(line + i, "m");
        else
            n += (line[i] & 0xc0) != 0x80;
    }
    return n;
}

static void fits(const char *text, unsigned columns)
{
    while (*text) {
        size_t len = strcspn(text, "\n");
        if (columns_of(text, len) > columns)
            fail_msg("more than %u columns: %.*s", columns, (int)len, text);
        text += len + (text[len] == '\n');
    }
}

// Without spaces, line ends and paint.
static void only_words(char *text)
{
    char *to = text;
    for (const char *at = text; *at; at++) {
        if (*at == '\x1b')
            at += strcspn(at, "m");
        else if (!isspace((unsigned char)*at))
            *to++ = *at;
    }
    *to = 0;
}

// However narrow it is, no line is wider than the terminal, and nothing is lost.
static void no_line_is_too_wide_and_none_is_lost(void **state)
{
    (void)state;
    static const unsigned widths[] = {40, 60, 80, 99, 100, 200};
    char *report = whole_report(), *narrow = shown(report, (struct sheet){.utf8 = true}),
         *wide = shown(report, (struct sheet){.utf8 = true, .columns = 1000});
    only_words(narrow);
    only_words(wide);
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++)
        for (int colour = 0; colour < 2; colour++) {
            char *text = shown(report, (struct sheet){.utf8 = true, .columns = widths[i], .colour = colour});
            fits(text, widths[i]);
            only_words(text);
            assert_string_equal(text, widths[i] < SHEET_WIDE ? narrow : wide);
            free(text);
        }
    free(report);
    free(narrow);
    free(wide);
}

static void paint_and_letters_are_those_of_the_terminal(void **state)
{
    (void)state;
    char *report = whole_report();
    assert_non_null(strchr(report, '\x1b'));
    for (unsigned columns = 0; columns <= 200; columns += 40) {
        char *plain = shown(report, (struct sheet){.columns = columns, .utf8 = true}),
             *ascii = shown(report, (struct sheet){.columns = columns}),
             *painted = shown(report, (struct sheet){.columns = columns, .utf8 = true, .colour = true});
        for (const char *at = ascii; *at; at++)
            assert_true(*at == '\n' || (*at >= ' ' && *at <= '~'));
        assert_null(strpbrk(plain, "\x1b\x0e\x0f"));
        assert_null(strpbrk(painted, "\x0e\x0f"));
        assert_non_null(strstr(painted, PAINT_BOLD));
        // each paint is taken off again before its line ends, so that nobody's prompt is painted
        for (const char *line = painted; *line; line += strcspn(line, "\n") + 1)
            if (columns == 0) {
                size_t len = strcspn(line, "\n"), last = len;
                while (last && line[last] != '\x1b')
                    last--;
                assert_true(last == 0 || strncmp(line + last, PAINT_OFF, strlen(PAINT_OFF)) == 0);
            }
        only_words(plain);
        only_words(painted);
        assert_string_equal(plain, painted);
        free(plain);
        free(ascii);
        free(painted);
    }
    free(report);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_line_is_too_wide_and_none_is_lost),
        cmocka_unit_test(paint_and_letters_are_those_of_the_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
