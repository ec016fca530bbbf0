// SPDX-License-Identifier: MIT
#include "run/names.h"

#include "load/proof.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void each_stands_there_once(void **state)
{
    (void)state;
    struct names all = {0};
    assert_int_equal(names_add(&all, slice_of("key:__rand_int__"), false, 10), 0);
    assert_int_equal(names_add(&all, (struct slice){"counter and more", 7}, true, 10), 1);
    assert_int_equal(names_add(&all, slice_of("key:__rand_int__"), true, 10), 0);
    assert_int_equal(names_add(&all, slice_of("key:__rand_int"), false, 10), 2);
    assert_int_equal(all.n, 3);
    assert_string_equal(all.at[1].text, "counter");
    assert_false(all.at[0].once); // as it was added
    assert_true(all.at[1].once);
    assert_false(all.at[1].spoilt);
    assert_int_equal(all.at[1].hash, proof_name(slice_of("counter")));
    assert_int_not_equal(all.at[0].hash, all.at[2].hash);
    names_reset(&all);
    assert_int_equal(all.n, 0);
    assert_int_equal(names_add(&all, slice_of("counter"), false, 10), 0);
    names_reset(&all);
}

// The keys are the same, whichever number they take.
static void numbers_by_other_names_are_the_same(void **state)
{
    (void)state;
    struct names all = {0};
    assert_int_equal(names_add(&all, slice_of("key:__rand_2nd__"), false, 10), 0);
    assert_int_equal(names_add(&all, slice_of("key:__rand_int__"), false, 20), 0);
    assert_int_equal(all.at[0].keyspace, 20);
    assert_int_equal(all.at[0].hash, proof_name(slice_of("key:__rand_int__")));
    assert_int_equal(names_add(&all, slice_of("key:__key:3__"), false, 10), 1);
    assert_int_equal(names_add(&all, slice_of("key:__key__"), false, 10), 1);
    assert_int_equal(names_add(&all, slice_of("key:__rand_2nd__"), true, 1), 2); // without keys it is text
    names_reset(&all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_stands_there_once),
        cmocka_unit_test(numbers_by_other_names_are_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
