// SPDX-License-Identifier: MIT
#include "serve/fault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct faults with_capacity(double capacity)
{
    struct fault_conf conf = {.capacity = capacity};
    return faults_init(&conf);
}

static void a_turn_takes_its_share_of_a_second(void **state)
{
    (void)state;
    struct faults f = with_capacity(2000);
    assert_true(faults_any(&f));
    assert_int_equal(faults_turn(&f, 1000), 501000);
    assert_int_equal(faults_turn(&f, 2000), 1001000);    // while the first has its turn
    assert_int_equal(faults_turn(&f, 3000000), 3500000); // an idle server begins at once
}

static void turns_add_up_exactly(void **state)
{
    (void)state;
    struct faults f = with_capacity(3); // a third of a second is no whole number of ns
    uint64_t last_ns = 0;
    for (int i = 0; i < 3000000; i++)
        last_ns = faults_turn(&f, 0);
    assert_int_equal(last_ns, UINT64_C(1000000) * 1000000000);
}

static void lateness_does_not_add_up(void **state)
{
    (void)state;
    struct faults f = with_capacity(1000);
    assert_int_equal(faults_turn(&f, 0), 1000000);
    f.held = 1; // its reply is late: it has not left at 5 ms
    assert_int_equal(faults_turn(&f, 5000000), 2000000);
    f.held = 0;
    assert_int_equal(faults_turn(&f, 5000000), 6000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_turn_takes_its_share_of_a_second),
        cmocka_unit_test(turns_add_up_exactly),
        cmocka_unit_test(lateness_does_not_add_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
