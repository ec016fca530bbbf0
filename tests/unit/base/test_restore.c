// SPDX-License-Identifier: MIT
#include "base/restore.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int first, second;

static void put_first(void)
{
    first++;
}

static void put_second(void)
{
    second++;
}

static void it_is_done_once(void **state)
{
    (void)state;
    restore_run(); // there is nothing to be put right
    restore_set(put_first);
    restore_run();
    restore_run();
    assert_int_equal(first, 1);
}

static void the_last_thing_counts(void **state)
{
    (void)state;
    first = second = 0;
    restore_set(put_first);
    restore_set(put_second);
    restore_run();
    assert_true(first == 0 && second == 1);
    restore_set(put_first);
    restore_set(NULL);
    restore_run();
    assert_int_equal(first, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_done_once),
        cmocka_unit_test(the_last_thing_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
