// SPDX-License-Identifier: MIT
#include "run/nap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void it_sleeps_until_shortly_before(void **state)
{
    (void)state;
    struct nap n = {0};
    assert_int_equal(nap_before(&n, 1000000, 2000000), 1000000 - NAP_MARGIN_MIN_NS);
    assert_int_equal(nap_before(&n, 1000000, 1000000 + NAP_MARGIN_MIN_NS), 0);
    assert_int_equal(nap_before(&n, 3000000, 2000000), 0);
}

// The kernel is late by 10 us each time: the margin becomes twice that.
static void it_learns_how_late_the_kernel_is(void **state)
{
    (void)state;
    struct nap n = {0};
    uint64_t now_ns = 0;
    for (int i = 0; i < 100; i++) {
        uint64_t sleep_ns = nap_before(&n, now_ns, now_ns + 1000000);
        now_ns += sleep_ns + 10000;
        nap_over(&n, now_ns, true);
    }
    assert_in_range(nap_margin(&n), NAP_MARGIN_MIN_NS + 19900, NAP_MARGIN_MIN_NS + 20000);
    for (int i = 0; i < 100; i++) { // a stall teaches no more than the most that it may
        uint64_t sleep_ns = nap_before(&n, now_ns, now_ns + 1000000);
        now_ns += sleep_ns + 900000000;
        nap_over(&n, now_ns, true);
    }
    assert_int_equal(nap_margin(&n), NAP_MARGIN_MAX_NS);
}

static void what_came_teaches_nothing(void **state)
{
    (void)state;
    struct nap n = {0};
    nap_before(&n, 0, 1000000);
    nap_over(&n, 5000000, false);
    assert_int_equal(n.late_ns, 0);
    nap_over(&n, 9000000, true); // no sleep for a due time was under way
    assert_int_equal(n.late_ns, 0);
}

static void the_time_awake_is_counted(void **state)
{
    (void)state;
    struct nap n = {0};
    assert_int_equal(nap_before(&n, 1000, 1500), 0);
    nap_over(&n, 1300, true);
    assert_int_equal(nap_before(&n, 1300, 1500), 0);
    nap_over(&n, 1600, false);
    nap_over(&n, 9600, true);
    assert_int_equal(n.spun_ns, 600);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_sleeps_until_shortly_before),
        cmocka_unit_test(it_learns_how_late_the_kernel_is),
        cmocka_unit_test(what_came_teaches_nothing),
        cmocka_unit_test(the_time_awake_is_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
