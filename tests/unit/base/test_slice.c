// SPDX-License-Identifier: MIT
#include "base/slice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void compares(void **state)
{
    (void)state;
    struct slice s = {"GETxyz", 3};
    assert_true(slice_is(s, "GET"));
    assert_false(slice_is(s, "GETx"));
    assert_false(slice_is(s, "GE"));
    assert_false(slice_is(s, "get"));
    assert_true(slice_is_nocase(s, "get"));
    assert_false(slice_is_nocase(s, "getx"));
    assert_true(slice_starts(s, "GE"));
    assert_true(slice_starts(s, ""));
    assert_true(slice_starts(s, "GET"));
    assert_false(slice_starts(s, "GETx"));
    assert_false(slice_starts(s, "ET"));
}

static void finds(void **state)
{
    (void)state;
    const char bytes[] = "a\0key:1";
    struct slice s = {bytes, sizeof bytes - 1};
    assert_ptr_equal(slice_find(s, "key"), bytes + 2); // past a NUL
    assert_null(slice_find(s, "key:2"));
    assert_null(slice_find((struct slice){bytes, 4}, "key")); // not past the end
}

static void quotes(void **state)
{
    (void)state;
    char text[64];
    static const struct {
        struct slice s;
        const char *quoted;
    } table[] = {
        {{"", 0}, ""},
        {{"plain \"text\"", 12}, "plain \"text\""},
        {{"+OK\r\n", 5}, "+OK\\r\\n"},
        {{"a\tb", 3}, "a\\tb"},
        {{"back\\slash", 10}, "back\\\\slash"},
        {{"\0\x1b[31m\x7f\xff", 8}, "\\x00\\x1b[31m\\x7f\\xff"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        assert_string_equal(slice_quote(table[i].s, text, sizeof text), table[i].quoted);
}

static void quotes_in_too_little_room(void **state)
{
    (void)state;
    char text[16];
    assert_string_equal(slice_quote(slice_of("1234"), text, 8), "1234");
    assert_string_equal(slice_quote(slice_of("12345678"), text, 8), "1234...");
    assert_string_equal(slice_quote(slice_of("123\r\n678"), text, 8),
                        "123..."); // an escape is whole or left out
    assert_string_equal(slice_quote((struct slice){"\xff\xff\xff", 3}, text, 8), "\\xff...");
}

// Whatever the bytes and the room: inside the room, ended by NUL, and printable.
static void quote_stays_inside(void **state)
{
    (void)state;
    char bytes[256];
    for (int i = 0; i < 256; i++)
        bytes[i] = (char)i;
    for (size_t cap = 8; cap < 64; cap++) {
        for (size_t from = 0; from < 256; from++) {
            char text[80];
            memset(text, '\n', sizeof text);
            slice_quote((struct slice){bytes + from, 256 - from}, text, cap);
            size_t len = strnlen(text, cap);
            assert_true(len < cap);
            for (size_t i = 0; i < len; i++)
                assert_in_range(text[i], 0x20, 0x7e);
            for (size_t i = cap; i < sizeof text; i++)
                assert_int_equal(text[i], '\n');
        }
    }
}

static void words_are_enumerated_as_people_do(void **state)
{
    (void)state;
    const char *const words[] = {"show", "diff", "trend"};
    char dst[32], little[8];
    assert_string_equal(slice_enumerate(words, 0, dst, sizeof dst), "");
    assert_string_equal(slice_enumerate(words, 1, dst, sizeof dst), "show");
    assert_string_equal(slice_enumerate(words, 2, dst, sizeof dst), "show and diff");
    assert_string_equal(slice_enumerate(words, 3, dst, sizeof dst), "show, diff and trend");
    assert_string_equal(slice_enumerate(words, 3, little, sizeof little), "show, d");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_enumerated_as_people_do),
        cmocka_unit_test(compares),
        cmocka_unit_test(finds),
        cmocka_unit_test(quotes),
        cmocka_unit_test(quotes_in_too_little_room),
        cmocka_unit_test(quote_stays_inside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
