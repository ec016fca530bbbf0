// SPDX-License-Identifier: MIT
#include "report/run/buckets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void three_steps_a_decade_from_10_us_to_100_s(void **state)
{
    (void)state;
    static const uint64_t steps[] = {100, 250, 500};
    uint64_t decade = 100; // of which a step is so many hundredths
    assert_int_equal(buckets_ns[0], 10000);
    assert_true(buckets_ns[BUCKETS - 1] == UINT64_C(100000000000));
    for (int i = 0; i < BUCKETS; i++) {
        assert_true(buckets_ns[i] == steps[i % 3] * decade);
        assert_true(i == 0 || buckets_ns[i] > buckets_ns[i - 1]);
        if (i % 3 == 2)
            decade *= 10;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(three_steps_a_decade_from_10_us_to_100_s)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
