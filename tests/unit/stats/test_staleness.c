// SPDX-License-Identifier: MIT
#include "stats/staleness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void ages_and_versions_add_up(void **state)
{
    (void)state;
    struct staleness a, b;
    assert_int_equal(staleness_init(&a, 3), 0);
    assert_int_equal(staleness_init(&b, 3), 0);
    staleness_add(&a, 5000000, 2, false);
    staleness_add(&a, 20000000, 7, true);
    staleness_add(&b, 30000000, 1, true);
    staleness_merge(&a, &b);
    assert_int_equal(hist_count(a.age), 3);
    assert_int_equal(hist_max(a.age), 30000000);
    assert_int_equal(hist_min(a.age), 5000000);
    assert_int_equal(a.behind, 7);
    assert_int_equal(a.at_least, 2);
    staleness_reset(&a);
    assert_int_equal(hist_count(a.age) + a.behind + a.at_least, 0);
    staleness_free(&a);
    staleness_free(&b);
    staleness_reset(&a); // one that never was
    assert_null(a.age);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(ages_and_versions_add_up)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
