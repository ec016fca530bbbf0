// SPDX-License-Identifier: MIT
#include "stats/seen.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void each_is_new_once(void **state)
{
    (void)state;
    struct seen s = {0};
    for (uint64_t n = 0; n < 100000; n++) {
        assert_int_equal(seen_add(&s, n), 1);
        assert_int_equal(seen_add(&s, n), 0);
    }
    assert_int_equal(seen_add(&s, 5), 0);
    assert_true(s.words <= 64); // in order they need no memory
    seen_free(&s);
}

static void any_order_will_do(void **state)
{
    (void)state;
    enum { N = 20000, STEP = 7919 }; // a prime that does not divide it: each once
    struct seen s = {0};
    for (uint64_t n = 0; n < N; n++)
        assert_int_equal(seen_add(&s, n * STEP % N), 1);
    for (uint64_t n = 0; n < N; n++)
        assert_int_equal(seen_add(&s, n), 0);
    assert_int_equal(seen_add(&s, N), 1);
    seen_free(&s);
}

static void behind_one_that_is_missing(void **state)
{
    (void)state;
    struct seen s = {0};
    for (uint64_t n = 1; n < 10000; n++)
        assert_int_equal(seen_add(&s, n), 1);
    assert_int_equal(s.base, 0);
    assert_int_equal(seen_add(&s, 0), 1);
    assert_true(s.base > 9900);
    assert_int_equal(seen_add(&s, 0), 0);
    for (uint64_t n = 10000; n < 50000; n++)
        assert_int_equal(seen_add(&s, n), 1);
    seen_free(&s);
}

static void what_is_too_far_ahead_is_none(void **state)
{
    (void)state;
    struct seen s = {0};
    assert_int_equal(seen_add(&s, SEEN_AHEAD), -ERANGE);
    assert_int_equal(seen_add(&s, UINT64_MAX), -ERANGE);
    assert_int_equal(seen_add(&s, 0), 1);
    seen_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_new_once),
        cmocka_unit_test(any_order_will_do),
        cmocka_unit_test(behind_one_that_is_missing),
        cmocka_unit_test(what_is_too_far_ahead_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
