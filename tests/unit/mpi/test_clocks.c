// SPDX-License-Identifier: MIT
// The shift that tests give to one rank's clock.
#include "mpi/clocks.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

static void a_clock_is_shifted_where_it_is_meant(void **state)
{
    static const char *const none[] = {"", "2", "x 5", "1 5000000000", "2 x"};
    (void)state;
    unsetenv("HKV_MPI_SHIFT");
    assert_int_equal(clocks_shift(2), 0);
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        setenv("HKV_MPI_SHIFT", none[i], 1);
        assert_int_equal(clocks_shift(2), 0);
    }
    setenv("HKV_MPI_SHIFT", "2 5000000000", 1);
    assert_int_equal(clocks_shift(2), 5000000000);
    uint64_t before = clock_ns(), now = clocks_now();
    assert_in_range(now - 5000000000, before, clock_ns());
    setenv("HKV_MPI_SHIFT", "2 -1000", 1);
    assert_int_equal(clocks_shift(2), -1000);
    before = clock_ns();
    assert_true(clocks_now() + 1000 >= before && clocks_now() <= clock_ns());
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_clock_is_shifted_where_it_is_meant)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
