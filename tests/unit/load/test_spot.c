// SPDX-License-Identifier: MIT
#include "load/spot.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct keyform usual = {.before = "key:", .before_len = 4, .width = KEYFORM_DIGITS};

static struct spot spot_in(const struct keyform *form, const char *const *words, bool digits)
{
    struct slice argv[8];
    size_t n = 0;
    for (; words[n]; n++)
        argv[n] = slice_of(words[n]);
    return spot_of(&(struct spot_words){argv, n, form, digits});
}

#define SPOT(...) spot_in(&usual, (const char *[]){__VA_ARGS__, NULL}, true)

static struct spot_seen seen_in(struct spot s, const char *bytes, size_t len)
{
    struct spot_seen seen;
    size_t n = spot_read(&s, slice_of(bytes), &seen);
    assert_int_equal(n, len ? len : strlen(bytes));
    return seen;
}

static void the_key_and_the_value_are_read(void **state)
{
    (void)state;
    static const char set[] = "*3\r\n$3\r\nSET\r\n$16\r\nkey:000000000042\r\n$3\r\nabc\r\n";
    struct spot_seen seen = seen_in(SPOT("SET", "key:__rand_int__", "__data__"), set, 0);
    assert_true(seen.has_key && seen.key == 42 && seen.has_data && seen.bytes == 3);
    seen = seen_in(SPOT("SET", "__key__", "__data__"), set, 0);
    assert_true(seen.has_key && seen.key == 42 && seen.has_data);
    seen = seen_in(SPOT("SET", "key:000000000042", "abc"), set, 0);
    assert_true(!seen.has_key && !seen.has_data);
}

static void of_several_numbers_the_first_one(void **state)
{
    (void)state;
    static const char bytes[] = "*3\r\n$6\r\nGETBIT\r\n$1\r\nk\r\n$13\r\nx000000000007\r\n";
    assert_int_equal(seen_in(SPOT("GETBIT", "k", "x__rand_3rd__"), bytes, 0).key, 7);
    assert_int_equal(SPOT("GETBIT", "k", "x__rand_3rd__").named, 3);
    assert_int_equal(SPOT("MGET", "__key__", "__key:1__").named, 0);
}

static void names_of_their_own(void **state)
{
    (void)state;
    struct keyform form;
    struct err err;
    static const char *const get[] = {"GET", "a:__key__", NULL};
    static const char bytes[] = "*2\r\n$3\r\nGET\r\n$14\r\na:app:u123:tag\r\n";
    assert_int_equal(keyform_parse("app:", "u%d:tag", &form, &err), 0);
    struct spot_seen seen = seen_in(spot_in(&form, get, true), bytes, 0);
    assert_true(seen.has_key && seen.key == 123);
    assert_int_equal(keyform_parse("", "u%d0", &form, &err), 0);
    assert_int_equal(spot_in(&form, get, true).key, 0); // nobody knows where its number ends
}

static void what_cannot_be_read(void **state)
{
    (void)state;
    assert_int_equal(spot_in(&usual, (const char *[]){"GET", "key:__rand_int__", NULL}, false).key, 0);
    assert_int_equal(SPOT("GET", "__seq__:__key__").key, 0);
    assert_int_equal(SPOT("GET", "__key__7").key, 0);
    assert_int_equal(SPOT("GET", "__key____now__").key, 0);
    assert_int_equal(SPOT("APPEND", "k", "x__data__").data, 0);
}

// A value that is sent from where it lies, and requests that are none.
static void what_is_cut_short_is_never_passed(void **state)
{
    (void)state;
    static const char cut[] = "*4\r\n$3\r\nSET\r\n$16\r\nkey:000000000042\r\n$9000\r\n\r\n$2\r\nNX\r\n";
    struct spot s = SPOT("SET", "key:__rand_int__", "__data__", "NX");
    struct spot_seen seen;
    assert_int_equal(spot_read(&s, slice_of(cut), &seen), 0);
    assert_true(seen.has_key && seen.key == 42 && seen.has_data && seen.bytes == 9000);
    for (size_t n = 0; n < sizeof cut - 1; n++) {
        char *bytes = malloc(n + 1); // so that a sanitizer sees where it ends
        memcpy(bytes, cut, n);
        assert_int_equal(spot_read(&s, (struct slice){bytes, n}, &seen), 0);
        free(bytes);
    }
    assert_int_equal(spot_read(&s, slice_of("PING\r\n"), &seen), 0);
    assert_false(seen.has_key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_key_and_the_value_are_read),
        cmocka_unit_test(of_several_numbers_the_first_one),
        cmocka_unit_test(names_of_their_own),
        cmocka_unit_test(what_cannot_be_read),
        cmocka_unit_test(what_is_cut_short_is_never_passed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
