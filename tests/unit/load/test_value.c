// SPDX-License-Identifier: MIT
#include "load/value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void begins_as_redis_benchmarks(void **state)
{
    (void)state;
    char out[4] = "....";
    value_fill(out, 3);
    assert_memory_equal(out, "VXK.", 4);
}

static void same_at_each_length(void **state)
{
    (void)state;
    char long_one[1000], short_one[100];
    value_fill(long_one, sizeof long_one);
    value_fill(short_one, sizeof short_one);
    assert_memory_equal(long_one, short_one, sizeof short_one);
    assert_null(memchr(long_one, '\r', sizeof long_one));
    assert_null(memchr(long_one, 0, sizeof long_one));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(begins_as_redis_benchmarks),
                                       cmocka_unit_test(same_at_each_length)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
