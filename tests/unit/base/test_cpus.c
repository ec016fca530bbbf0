// SPDX-License-Identifier: MIT
#include "base/cpus.h"

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void lists(void **state)
{
    (void)state;
    struct cpus c;
    assert_true(cpus_parse("0", &c));
    assert_int_equal(c.n, 1);
    assert_int_equal(c.at[0], 0);
    assert_true(cpus_parse("7,2-4,2", &c));
    assert_int_equal(c.n, 5);
    assert_int_equal(c.at[0], 7);
    assert_int_equal(c.at[1], 2);
    assert_int_equal(c.at[3], 4);
    assert_int_equal(c.at[4], 2);
}

static void what_is_no_list(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",    ",", "1,",     "1-",          "-1",  "4-2",
                                        "1 2", "a", "0-1000", "99999999999", "1,,2"};
    struct cpus c;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(cpus_parse(wrong[i], &c));
}

static void binds(void **state)
{
    (void)state;
    unsigned cpu = 0;
    while (!cpus_allowed(cpu))
        cpu++;
    assert_int_equal(cpus_bind(cpu), 0);
    assert_int_equal(sched_getcpu(), cpu);
    assert_true(cpus_allowed(cpu));
    assert_false(cpus_allowed(cpu + 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists),
        cmocka_unit_test(what_is_no_list),
        cmocka_unit_test(binds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
