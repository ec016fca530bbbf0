// SPDX-License-Identifier: MIT
#include "stats/generators.h"

#include "stats/verdict.h"

#include "parts.h"

static void who_is_limited_is_told_of_the_whole(void **state)
{
    (void)state;
    struct summary s = parts_summary(0, 4);
    struct verdict v;
    const struct generator *first;
    static const struct generator all[] = {
        {.host = "a", .part = 0, .limited_by = "SERVER", .start_ns = 3, .wall_ns = 7},
        {.host = "b", .part = 1, .limited_by = "CLIENT", .why = "it was", .start_ns = 1, .wall_ns = 5},
        {.host = "a", .part = 2, .limited_by = "CLIENT", .why = "too", .start_ns = 9, .wall_ns = 5}};
    for (int i = 0; i < 3; i++)
        assert_int_equal(generators_add(&s.generators, &all[i]), 0);
    assert_int_equal(generators_settle(&s.generators), 13); // from 1 to 14
    assert_int_equal(generators_skew(&s.generators), 8);
    assert_int_equal(generators_hosts(&s.generators), 2);
    assert_int_equal(generators_limited(&s.generators, &first), 2);
    assert_int_equal(first->part, 1);
    verdict_of(&s, &v);
    assert_int_equal(v.limit, LIMIT_CLIENT);
    assert_string_equal(v.why, "generator 2 on b (and 1 more of 3): it was");
    summary_free(&s);
}

static void nobody_is_limited(void **state)
{
    (void)state;
    struct generators none = {0};
    const struct generator *first;
    assert_int_equal(generators_settle(&none), 0);
    assert_int_equal(generators_skew(&none), 0);
    assert_int_equal(generators_hosts(&none), 0);
    assert_int_equal(generators_limited(&none, &first), 0);
    assert_null(first);
}

static void what_is_missing_is_told(void **state)
{
    (void)state;
    char why[GENERATORS_WHY] = "";
    assert_false(generators_missing(&(struct generators){0}, why));
    assert_false(generators_missing(&(struct generators){.n = 3, .asked = 3}, why));
    assert_string_equal(why, "");
    assert_true(generators_missing(&(struct generators){.n = 2, .asked = 3}, why));
    assert_string_equal(why, "1 of 3 generators missing: the load was less than asked for");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_limited_is_told_of_the_whole),
        cmocka_unit_test(nobody_is_limited),
        cmocka_unit_test(what_is_missing_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
