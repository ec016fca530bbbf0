// SPDX-License-Identifier: MIT
#include "report/parts/sheet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void assert_shown(struct sheet sheet, const char *text, const char *expected)
{
    char *shown = NULL;
    size_t len;
    sheet.to = open_memstream(&shown, &len);
    assert_non_null(sheet.to);
    fputs(text, sheet_begin(&sheet));
    sheet_end(&sheet);
    assert_int_equal(fclose(sheet.to), 0);
    assert_string_equal(shown, expected);
    free(shown);
}

static void colour_is_for_those_who_have_it(void **state)
{
    (void)state;
    const char *text = PAINT_BOLD "12" PAINT_OFF " req/s\n";
    assert_shown((struct sheet){.utf8 = true}, text, "12 req/s\n");
    assert_shown((struct sheet){.colour = true}, text, text);
}

static void characters_are_those_of_the_locale(void **state)
{
    (void)state;
    assert_shown((struct sheet){.utf8 = true}, "4 µs, 1–2 ×3 ≥ é\n", "4 µs, 1–2 ×3 ≥ é\n");
    assert_shown((struct sheet){0}, "4 µs, 1–2 ×3 ≥ é\n", "4 us, 1-2 x3 >= é\n");
}

static void bars_are_for_the_wide(void **state)
{
    (void)state;
    const char *text = "10% <= 1" WIDE_ON "  ██" WIDE_OFF "\n";
    assert_shown((struct sheet){.utf8 = true, .columns = 99}, text, "10% <= 1\n");
    assert_shown((struct sheet){.utf8 = true}, text, "10% <= 1\n");
    assert_shown((struct sheet){.utf8 = true, .columns = 100}, text, "10% <= 1  ██\n");
    assert_shown((struct sheet){.columns = 200}, text, "10% <= 1  ##\n");
}

static void what_folds_does_so_on_a_narrow_terminal_alone(void **state)
{
    (void)state;
    const char *text = "a" FLAT_ON " (b)" FOLD_OFF "\n" FOLD_ON "  (b)\n" FOLD_OFF "c\n";
    assert_shown((struct sheet){.columns = 80}, text, "a\n  (b)\nc\n");
    assert_shown((struct sheet){.columns = SHEET_FOLDS - 1}, text, "a\n  (b)\nc\n");
    assert_shown((struct sheet){.columns = SHEET_FOLDS}, text, "a (b)\nc\n");
    assert_shown((struct sheet){0}, text, "a (b)\nc\n"); // a pipe or a file
}

static void long_lines_are_broken_between_figures(void **state)
{
    (void)state;
    assert_shown((struct sheet){.columns = 40, .utf8 = true},
                 "  latency µs   avg 1.23  min 1.23  p50 1.23\n", // 43 columns
                 "  latency µs   avg 1.23  min 1.23\n    p50 1.23\n");
    assert_shown((struct sheet){.columns = 48, .utf8 = true},
                 "  latency µs   avg 1.23  min 1.23  p50 1.23  p99 12\n",
                 "  latency µs   avg 1.23  min 1.23  p50 1.23\n               p99 12\n");
}

static void words_are_broken_where_there_is_no_gap(void **state)
{
    (void)state;
    assert_shown((struct sheet){.columns = 20}, "! one two three four five\n",
                 "! one two three four\n    five\n");
    assert_shown((struct sheet){.columns = 20}, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n",
                 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n");
    assert_shown((struct sheet){.columns = 20, .colour = true},
                 "! " PAINT_BAD "one two" PAINT_OFF " three four\n", // colours take no room
                 "! " PAINT_BAD "one two" PAINT_OFF " three four\n");
    assert_shown((struct sheet){.columns = 0}, "! one two three four five\n\nend",
                 "! one two three four five\n\nend");
}

// A word that is too long stays whole, and what is behind it goes on below.
static void a_long_word_holds_up_its_line_alone(void **state)
{
    (void)state;
    assert_shown((struct sheet){.columns = 20}, "aaaaaaaaaaaaaaaaaaaaaaaaa one two three four five\n",
                 "aaaaaaaaaaaaaaaaaaaaaaaaa\n    one two three\n    four five\n");
    assert_shown((struct sheet){.columns = 20}, "! one aaaaaaaaaaaaaaaaaaaaaaaaa two\n",
                 "! one\n    aaaaaaaaaaaaaaaaaaaaaaaaa\n    two\n");
}

static void padded(int columns, const char *text, const char *expected)
{
    char *got = NULL;
    size_t len;
    FILE *out = open_memstream(&got, &len);
    assert_non_null(out);
    sheet_pad(out, columns, text);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(got, expected);
    free(got);
}

static void columns_are_counted_and_not_bytes(void **state)
{
    (void)state;
    padded(6, "4 µs", "  4 µs");
    padded(-6, "4 µs", "4 µs  ");
    padded(4, "4 µs", "4 µs");
    padded(2, "4 µs", "4 µs"); // never cut
    padded(0, "", "");
    padded(-3, "\xff", "\xff  "); // a byte that is no character takes one
}

static void a_file_gets_all_of_it_and_no_colour(void **state)
{
    (void)state;
    FILE *f = tmpfile();
    char got[256] = "";
    assert_non_null(f);
    struct sheet s = sheet_for(f);
    assert_int_equal(s.columns, 0);
    assert_false(s.colour);
    fprintf(sheet_begin(&s), PAINT_BAD "%0120d" PAINT_OFF " x\n", 7);
    sheet_end(&s);
    rewind(f);
    assert_non_null(fgets(got, sizeof got, f));
    assert_int_equal(strlen(got), 123);
    assert_null(strchr(got, '\x1b'));
    fclose(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(colour_is_for_those_who_have_it),
        cmocka_unit_test(characters_are_those_of_the_locale),
        cmocka_unit_test(bars_are_for_the_wide),
        cmocka_unit_test(what_folds_does_so_on_a_narrow_terminal_alone),
        cmocka_unit_test(long_lines_are_broken_between_figures),
        cmocka_unit_test(words_are_broken_where_there_is_no_gap),
        cmocka_unit_test(a_long_word_holds_up_its_line_alone),
        cmocka_unit_test(columns_are_counted_and_not_bytes),
        cmocka_unit_test(a_file_gets_all_of_it_and_no_colour),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
