// SPDX-License-Identifier: MIT
#include "stats/comparison_shares.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void some_are_named(void **state)
{
    (void)state;
    double shares[COMPARISON_METRICS] = {1, 1, 1, 1, 1};
    struct err err = {0};
    assert_int_equal(comparison_shares_parse("--margin", "throughput=2%,p99.9=20", shares, &err), 0);
    assert_true(fabs(shares[COMPARISON_THROUGHPUT] - 0.02) < 1e-12);
    assert_true(fabs(shares[COMPARISON_P999] - 0.2) < 1e-12);
    assert_true(shares[COMPARISON_P50] == 1);
    assert_int_equal(comparison_shares_parse("--margin", NULL, shares, &err), 0);
}

static void others_are_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"p98=1%",  "p99",      "p99=",     "p99=1%x", "p99=-1%",
                                        "p99=nan", "p99=100%", "p99=0x5%", "p99=+1%", "p99="};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        double shares[COMPARISON_METRICS] = {0};
        struct err err = {0};
        assert_int_equal(comparison_shares_parse("--floor", wrong[i], shares, &err), -1);
        assert_int_equal(err.code, ERR_USAGE);
        assert_true(strncmp(err.text, "--floor: expected percentages for", 33) == 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(some_are_named),
        cmocka_unit_test(others_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
