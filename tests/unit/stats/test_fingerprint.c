// SPDX-License-Identifier: MIT
#include "stats/fingerprint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void only_what_differs_is_noted(void **state)
{
    (void)state;
    struct fingerprint f = {0};
    fingerprint_note(&f, "engine", "uring", "uring");
    fingerprint_note(&f, "engine", "uring", "epoll");
    fingerprint_note(&f, "cpu", "", "x");
    assert_int_equal(f.n, 2);
    assert_string_equal(f.list[0].name, "engine");
    assert_string_equal(f.list[0].was, "uring");
    assert_string_equal(f.list[0].is, "epoll");
    assert_string_equal(f.list[1].was, "");
}

static void what_is_too_long_is_cut(void **state)
{
    (void)state;
    struct fingerprint f = {0};
    char text[200];
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = 0;
    fingerprint_note(&f, text, text, "");
    assert_int_equal(strlen(f.list[0].name), sizeof f.list[0].name - 1);
    assert_int_equal(strlen(f.list[0].was), sizeof f.list[0].was - 1);
}

// What a server or a kernel calls itself says nothing to a terminal.
static void words_quote_what_others_said(void **state)
{
    (void)state;
    struct fingerprint f = {0};
    char words[FINGERPRINT_WORDS];
    fingerprint_note(&f, "cpu", "AMD\x1b[2J", "Intel");
    assert_ptr_equal(fingerprint_words(&f.list[0], words), words);
    assert_null(strchr(words, '\x1b'));
    assert_non_null(strstr(words, "cpu was \"AMD"));
    assert_non_null(strstr(words, " and is now \"Intel\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_differs_is_noted),
        cmocka_unit_test(what_is_too_long_is_cut),
        cmocka_unit_test(words_quote_what_others_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
