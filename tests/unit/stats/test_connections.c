// SPDX-License-Identifier: MIT
#include "stats/connections.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void all_phases_or_none(void **state)
{
    (void)state;
    struct connections c = {0};
    assert_false(connections_on(&c));
    assert_true(connections_whole(&c));
    assert_int_equal(connections_init(&c), 0);
    assert_true(connections_on(&c));
    assert_true(connections_whole(&c));
    struct hist *one = c.of[CONNECTION_SETUP];
    c.of[CONNECTION_SETUP] = NULL;
    assert_false(connections_whole(&c));
    c.of[CONNECTION_SETUP] = one;
    connections_free(&c);
    assert_false(connections_on(&c));
    connections_free(&c); // which is nothing
}

static void each_phase_is_summed_by_itself(void **state)
{
    (void)state;
    struct connections a, b;
    assert_int_equal(connections_init(&a), 0);
    assert_int_equal(connections_init(&b), 0);
    for (int i = 0; i < CONNECTION_PHASES; i++) {
        hist_record(a.of[i], 1000, (uint64_t)i + 1);
        hist_record(b.of[i], 5000, 10);
    }
    connections_merge(&a, &b);
    for (int i = 0; i < CONNECTION_PHASES; i++) {
        assert_int_equal(hist_count(a.of[i]), i + 11);
        assert_int_equal(hist_min(a.of[i]), 1000);
        assert_int_equal(hist_max(a.of[i]), 5000);
        assert_int_equal(hist_count(b.of[i]), 10); // which stays
    }
    connections_free(&a);
    connections_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_phases_or_none),
        cmocka_unit_test(each_phase_is_summed_by_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
