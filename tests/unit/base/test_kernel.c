// SPDX-License-Identifier: MIT
#include "base/kernel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static char path[] = "/tmp/hkv-kernel-XXXXXX";

// The path of a file with this in it.
static const char *file_of(const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
    return path;
}

static int make(void **state)
{
    (void)state;
    int fd = mkstemp(path);
    return fd < 0 ? -1 : close(fd);
}

static int remove_it(void **state)
{
    (void)state;
    return unlink(path);
}

static void stolen_time_is_the_eighth(void **state)
{
    (void)state;
    struct kernel_times t = kernel_times(file_of("cpu  1 2 3 40 5 6 7 8 900 1000\n"
                                                 "cpu0 9 9 9 9 9 9 9 9 9 9\n"));
    assert_int_equal(t.stolen, 8);
    assert_int_equal(t.all, 72); // a guest's is in user's already
}

// Kernels before 2.6.11 have seven.
static void where_it_is_not_told_none_is(void **state)
{
    (void)state;
    assert_int_equal(kernel_times(file_of("cpu  1 2 3 4 5 6 7\n")).stolen, 0);
    assert_int_equal(kernel_times(file_of("intr 5\n")).all, 0);
    assert_int_equal(kernel_times(file_of("")).all, 0);
    assert_int_equal(kernel_times("/nonexistent").all, 0);
}

static void a_group_is_throttled_so_often(void **state)
{
    (void)state;
    assert_int_equal(kernel_throttled(file_of("usage_usec 12\nnr_periods 90\nnr_throttled 17\n"
                                              "throttled_usec 4\n")),
                     17);
    assert_int_equal(kernel_throttled(file_of("usage_usec 12\n")), 0);
    assert_int_equal(kernel_throttled("/nonexistent"), 0);
}

static void ports_are_counted_with_both_ends(void **state)
{
    (void)state;
    assert_int_equal(kernel_ports(file_of("32768\t60999\n")), 28232);
    assert_int_equal(kernel_ports(file_of("5000 5000\n")), 1);
    assert_int_equal(kernel_ports(file_of("5000 4000\n")), 0);
    assert_int_equal(kernel_ports(file_of("many\n")), 0);
    assert_int_equal(kernel_ports("/nonexistent"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stolen_time_is_the_eighth),
        cmocka_unit_test(where_it_is_not_told_none_is),
        cmocka_unit_test(a_group_is_throttled_so_often),
        cmocka_unit_test(ports_are_counted_with_both_ends),
    };
    return cmocka_run_group_tests(tests, make, remove_it);
}
