// SPDX-License-Identifier: MIT
#include "run/secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
// cmocka wants those before it
#include <cmocka.h>
#include <stdlib.h>

static void becomes(const char *text, const char *secret, const char *expected)
{
    char dst[SECRET_TEXT];
    struct slice got = secret_hide(slice_of(text), secret, dst);
    assert_int_equal(got.len, strlen(expected));
    assert_memory_equal(got.at, expected, got.len);
}

static void a_secret_is_masked_wherever_it_stands(void **state)
{
    (void)state;
    becomes("ERR unknown command 'AUTH', with args beginning with: 'hunter2' ", "hunter2",
            "ERR unknown command 'AUTH', with args beginning with: '***' ");
    becomes("hunter2hunter2", "hunter2", "******");
    becomes("ab", "ab", "***");
    becomes("hunt", "hunter2", "hunt");
}

static void a_secret_that_was_cut_is_masked(void **state)
{
    (void)state;
    becomes("args: 'correct hors", "correct horse battery", "args: '***");
    becomes("correct answers: 'correct horse", "correct horse battery", "***answers: '***");
}

static void without_a_secret_nothing_changes(void **state)
{
    (void)state;
    becomes("ERR no", NULL, "ERR no");
    becomes("ERR no", "", "ERR no");
    becomes("", "secret", "");
}

static void long_words_end_in_bounds(void **state)
{
    (void)state;
    char text[2 * SECRET_TEXT + 1], dst[SECRET_TEXT];
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = 0;
    assert_true(secret_hide(slice_of(text), "b", dst).len <= SECRET_TEXT);
    assert_true(secret_hide(slice_of(text), "a", dst).len <= SECRET_TEXT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_secret_is_masked_wherever_it_stands),
        cmocka_unit_test(a_secret_that_was_cut_is_masked),
        cmocka_unit_test(without_a_secret_nothing_changes),
        cmocka_unit_test(long_words_end_in_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
