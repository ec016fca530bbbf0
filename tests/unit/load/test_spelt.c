// SPDX-License-Identifier: MIT
#include "load/spelt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void is(const struct keyform *form, const char *prefix, const char *const *words,
               const char *const *wanted)
{
    struct slice argv[4] = {0};
    struct spelt s;
    size_t n = 0;
    for (; words[n]; n++)
        argv[n] = slice_of(words[n]);
    assert_int_equal(spelt_init(&s, argv, n, form, prefix), 0);
    for (size_t i = 0; i < n; i++)
        if (!slice_is(s.argv[i], wanted[i]))
            fail_msg("'%.*s' and not '%s'", (int)s.argv[i].len, s.argv[i].at, wanted[i]);
    spelt_free(&s);
}

#define WORDS (const char *const[])

static void keys_of_one_length_are_text_and_digits(void **state)
{
    (void)state;
    static const struct keyform fixed = {
        .before = "a:", .before_len = 2, .after = "z", .after_len = 1, .width = 12};
    static const struct keyform varies = {.before = "a:", .before_len = 2};
    is(NULL, NULL, WORDS{"SET", "__key__", "__key:3__x", NULL},
       WORDS{"SET", "key:__rand_int__", "key:__rand_3rd__x"});
    is(NULL, NULL, WORDS{"SET", "key:__rand_int__", "__data__", NULL},
       WORDS{"SET", "key:__rand_int__", "__data__"});
    is(&fixed, NULL, WORDS{"GET", "key:__rand_int__", NULL}, WORDS{"GET", "a:__rand_int__z"});
    is(&varies, NULL, WORDS{"GET", "key:__rand_int__", "__key:2__", NULL},
       WORDS{"GET", "__key__", "__key:2__"});
    is(NULL, NULL, WORDS{"GET", "____key__", "", NULL}, WORDS{"GET", "__key:__rand_int__", ""});
}

static void a_prefix_is_for_keys_alone(void **state)
{
    (void)state;
    static const struct keyform fixed = {.before = "p:key:", .before_len = 6, .width = 12};
    is(&fixed, "p:", WORDS{"LPUSH", "mylist", "__data__", NULL}, WORDS{"LPUSH", "p:mylist", "__data__"});
    is(&fixed, "p:", WORDS{"GET", "key:__rand_int__", NULL}, WORDS{"GET", "p:key:__rand_int__"});
    is(&fixed, "p:", WORDS{"PING", NULL}, WORDS{"PING"});
}

static void a_key_is_the_same_whichever_number_it_takes(void **state)
{
    (void)state;
    static const struct {
        const char *key, *plain;
        bool digits;
    } rows[] = {
        {"key:__rand_2nd__", "key:__rand_int__", true},
        {"key:__rand_2nd__", "key:__rand_2nd__", false},
        {"__key:9__x__key__", "__key__x__key__", true},
        {"a:__seq__:__rand:1:2__", "a:__seq__:__rand:1:2__", true},
        {"plain __key:0__", "plain __key:0__", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct slice plain = spelt_plain(slice_of(rows[i].key), rows[i].digits);
        assert_true(slice_is(plain, rows[i].plain));
        free((char *)plain.at);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_is_the_same_whichever_number_it_takes),
        cmocka_unit_test(keys_of_one_length_are_text_and_digits),
        cmocka_unit_test(a_prefix_is_for_keys_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
