// SPDX-License-Identifier: MIT
#include "load/keydist.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void counts_up_and_round(void **state)
{
    (void)state;
    struct keydist k = keydist_init(3, true, 1, 0, 1);
    for (uint64_t i = 0; i < 10; i++)
        assert_int_equal(keydist_next(&k, 0), i % 3);
    assert_int_equal(keydist_next(&k, 5), 0); // each kind on its own
}

static void workers_share_the_range(void **state)
{
    (void)state;
    enum { PARTS = 3, RANGE = 30 };
    unsigned seen[RANGE] = {0};
    for (unsigned part = 0; part < PARTS; part++) {
        struct keydist k = keydist_init(RANGE, true, 1, part, PARTS);
        for (int i = 0; i < RANGE / PARTS; i++)
            seen[keydist_next(&k, 0)]++;
    }
    for (int i = 0; i < RANGE; i++)
        assert_int_equal(seen[i], 1);
}

static void a_run_starts_where_it_is_told(void **state)
{
    (void)state;
    struct keydist k = keydist_init(10, true, 1, 1, 4);
    keydist_run(&k, 2, 18);
    assert_int_equal(keydist_next(&k, 2), 8);
    assert_int_equal(keydist_next(&k, 2), 9);
    assert_int_equal(keydist_next(&k, 2), 0);
    assert_int_equal(keydist_next(&k, 0), 1);
}

static void a_shift_goes_on_further_on(void **state)
{
    (void)state;
    struct keydist k = keydist_init(10, true, 1, 1, 4);
    keydist_run(&k, 2, 8);
    keydist_shift(&k, 25);
    assert_int_equal(keydist_next(&k, 2), 3);
    assert_int_equal(keydist_next(&k, 2), 4);
    assert_int_equal(keydist_next(&k, 0), 6);
    assert_int_equal(keydist_next(&k, 0), 0);
}

static void uniform_over_the_range(void **state)
{
    (void)state;
    enum { RANGE = 10, DRAWS = 100000 };
    unsigned seen[RANGE] = {0};
    struct keydist k = keydist_init(RANGE, false, 42, 0, 1);
    for (int i = 0; i < DRAWS; i++)
        seen[keydist_next(&k, 0)]++;
    for (int i = 0; i < RANGE; i++) // 10000 expected, standard deviation 95: 5 of them
        assert_in_range(seen[i], 9525, 10475);
}

static void seeds_and_parts_differ(void **state)
{
    (void)state;
    struct keydist a = keydist_init(1000000, false, 7, 0, 2), again = keydist_init(1000000, false, 7, 0, 2);
    struct keydist other = keydist_init(1000000, false, 7, 1, 2),
                   seed = keydist_init(1000000, false, 8, 0, 2);
    int alike_other = 0, alike_seed = 0;
    for (int i = 0; i < 100; i++) {
        uint64_t v = keydist_next(&a, 0);
        assert_int_equal(keydist_next(&again, 0), v);
        alike_other += keydist_next(&other, 0) == v;
        alike_seed += keydist_next(&seed, 0) == v;
    }
    assert_in_range(alike_other, 0, 2);
    assert_in_range(alike_seed, 0, 2);
}

static void no_range_is_one_key(void **state)
{
    (void)state;
    struct keydist k = keydist_init(0, false, 1, 0, 1);
    assert_int_equal(keydist_next(&k, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_up_and_round),        cmocka_unit_test(workers_share_the_range),
        cmocka_unit_test(uniform_over_the_range),     cmocka_unit_test(a_run_starts_where_it_is_told),
        cmocka_unit_test(a_shift_goes_on_further_on), cmocka_unit_test(seeds_and_parts_differ),
        cmocka_unit_test(no_range_is_one_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
