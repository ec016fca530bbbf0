// SPDX-License-Identifier: MIT
#include "view/canvas.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void what_is_outside_is_cut_off(void **state)
{
    (void)state;
    struct canvas c;
    assert_int_equal(canvas_init(&c, 2, 4, true), 0);
    assert_int_equal(canvas_put(&c, 0, 2, INK_BOLD, "abcd"), 4);
    canvas_put(&c, 2, 0, INK_PLAIN, "below");
    canvas_put(&c, 0, 9, INK_PLAIN, "beside");
    assert_string_equal(canvas_at(&c, 0, 1)->text, " ");
    assert_string_equal(canvas_at(&c, 0, 3)->text, "b");
    assert_int_equal(canvas_at(&c, 0, 3)->ink, INK_BOLD);
    assert_int_equal(canvas_fit(&c, (struct canvas_span){1, 0, 2}, INK_PLAIN, "abcd"), 2);
    assert_string_equal(canvas_at(&c, 1, 2)->text, " ");
    canvas_free(&c);
}

static void columns_are_characters(void **state)
{
    (void)state;
    struct canvas c;
    assert_int_equal(canvas_init(&c, 1, 12, true), 0);
    canvas_right(&c, 0, 6, INK_PLAIN, "80µs");
    assert_string_equal(canvas_at(&c, 0, 1)->text, " ");
    assert_string_equal(canvas_at(&c, 0, 2)->text, "8");
    assert_string_equal(canvas_at(&c, 0, 4)->text, "µ");
    canvas_free(&c);
}

// Escape sequences, C1, what turns or breaks the line, joins its neighbour or is two columns wide, and no
// UTF-8.
static void nothing_acts_on_the_terminal(void **state)
{
    static const char *const bad[] = {
        "\x1b",         "\n",       "\x7f",         "\xc2\x9b",         "\xe2\x80\xae",
        "\xe2\x80\x8b", "\xcc\x81", "\xe4\xb8\xad", "\xf0\x9f\x98\x80", "\xff"};
    struct canvas c;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(canvas_init(&c, 1, 3, true), 0);
        assert_int_equal(canvas_put(&c, 0, 0, INK_PLAIN, bad[i]), 1);
        assert_string_equal(canvas_at(&c, 0, 0)->text, "?");
        canvas_free(&c);
    }
}

static void a_terminal_without_utf8_gets_ascii(void **state)
{
    struct canvas c;
    (void)state;
    assert_int_equal(canvas_init(&c, 1, 8, false), 0);
    canvas_put(&c, 0, 0, INK_PLAIN, "µ█├•é");
    assert_string_equal(canvas_at(&c, 0, 0)->text, "u");
    assert_string_equal(canvas_at(&c, 0, 1)->text, "#");
    assert_string_equal(canvas_at(&c, 0, 2)->text, "[");
    assert_string_equal(canvas_at(&c, 0, 3)->text, "o");
    assert_string_equal(canvas_at(&c, 0, 4)->text, "?");
    canvas_free(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_outside_is_cut_off),
        cmocka_unit_test(columns_are_characters),
        cmocka_unit_test(nothing_acts_on_the_terminal),
        cmocka_unit_test(a_terminal_without_utf8_gets_ascii),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
