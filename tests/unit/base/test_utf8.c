// SPDX-License-Identifier: MIT
#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
// cmocka wants those before it
#include <cmocka.h>

static void characters_have_their_length(void **state)
{
    (void)state;
    assert_int_equal(utf8_len("a"), 1);
    assert_int_equal(utf8_len("\xc2\xb5s"), 2);
    assert_int_equal(utf8_len("\xe2\x82\xac"), 3);
    assert_int_equal(utf8_len("\xf0\x9f\x98\x80"), 4);
    assert_int_equal(utf8_len("\xf4\x8f\xbf\xbf"), 4);
}

static void what_is_not_utf8_has_none(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "\x80",         "\xc1\xbf", "\xc2",     "\xe2\x82",     "\xe0\x9f\xbf",
        "\xed\xa0\x80", "\xff",     "\xf5\x80", "\xf0\x8f\xbf", "\xf4\x90\x80\x80",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(utf8_len(bad[i]), 0);
}

static void what_acts_on_a_terminal_does_not_show(void **state)
{
    (void)state;
    static const char *const act[] = {"\x1b",         "\n",           "\x7f",
                                      "\xc2\x9b",     "\xc2\x80",     "\xe2\x80\xae",
                                      "\xe2\x81\xa6", "\xe2\x80\xa8", "\xe2\x80\x8f"};
    static const char *const shown[] = {"a", "~", "\xc2\xb5", "\xe2\x82\xac", "\xd0\x9a", "\xf0\x9f\x98\x80"};
    for (size_t i = 0; i < sizeof act / sizeof *act; i++)
        assert_false(utf8_shows(act[i], utf8_len(act[i])));
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        assert_true(utf8_shows(shown[i], utf8_len(shown[i])));
}

static void what_is_not_utf8_is_written_out(void **state)
{
    (void)state;
    static const char *const rows[][2] = {{"", ""},
                                          {"a\xc2\xb5", "a\xc2\xb5"},
                                          {"\xff", "\\xff"},
                                          {"a\xc2", "a\\xc2"},
                                          {"\xe2\x82z", "\\xe2\\x82z"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *clean = utf8_clean(rows[i][0]);
        assert_string_equal(clean, rows[i][1]);
        free(clean);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(characters_have_their_length),
        cmocka_unit_test(what_is_not_utf8_has_none),
        cmocka_unit_test(what_acts_on_a_terminal_does_not_show),
        cmocka_unit_test(what_is_not_utf8_is_written_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
