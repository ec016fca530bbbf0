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

// Polls once, and the turn lasts so long.
static void turn(struct nap *n, uint64_t *now_ns, uint64_t lasts_ns, bool nothing_came)
{
    nap_before(n, *now_ns, *now_ns + 500);
    *now_ns += lasts_ns;
    nap_over(n, *now_ns, nothing_came);
}

// A turn in which something came, that after it, and one in which something was asked are work.
static void only_turns_for_nothing_are_idle(void **state)
{
    (void)state;
    struct nap n = {0};
    uint64_t now_ns = 1000;
    turn(&n, &now_ns, 300, true); // began with who knows what
    assert_int_equal(n.spun_ns, 0);
    turn(&n, &now_ns, 400, true);
    assert_int_equal(n.spun_ns, 400);
    turn(&n, &now_ns, 5000, false);
    turn(&n, &now_ns, 6000, true);
    assert_int_equal(n.spun_ns, 400);
    turn(&n, &now_ns, 300, true);
    assert_int_equal(n.spun_ns, 700);
    nap_works(&n);
    turn(&n, &now_ns, 4000, true);
    assert_int_equal(n.spun_ns, 700);
}

static void asleep_or_without_a_cpu_it_does_not_spin(void **state)
{
    (void)state;
    struct nap n = {0};
    uint64_t now_ns = 1000;
    turn(&n, &now_ns, 300, true);
    turn(&n, &now_ns, NAP_TURN_MAX_NS, true); // another had the CPU
    now_ns += nap_before(&n, now_ns, now_ns + 1000000);
    nap_over(&n, now_ns, true);
    nap_over(&n, now_ns + 10, true); // a sleep without a due time
    assert_int_equal(n.spun_ns, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_sleeps_until_shortly_before),
        cmocka_unit_test(it_learns_how_late_the_kernel_is),
        cmocka_unit_test(what_came_teaches_nothing),
        cmocka_unit_test(only_turns_for_nothing_are_idle),
        cmocka_unit_test(asleep_or_without_a_cpu_it_does_not_spin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
