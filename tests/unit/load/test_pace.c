// SPDX-License-Identifier: MIT
#include "load/pace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void closed_is_always_due(void **state)
{
    (void)state;
    struct pace p = pace_init(0, 1, 0, 1, 1000);
    assert_true(pace_closed(&p));
    assert_true(pace_due(&p, 0));
}

static void due_times_are_a_grid(void **state)
{
    (void)state;
    struct pace p = pace_init(1000, 1, 0, 1, 5000000);
    assert_false(pace_closed(&p));
    for (uint64_t i = 0; i < 1000; i++) {
        assert_false(pace_due(&p, 5000000 + i * 1000000 - 1));
        assert_true(pace_due(&p, 5000000 + i * 1000000));
        assert_int_equal(pace_take(&p), 5000000 + i * 1000000);
    }
}

// However late the sender is, the plan does not move.
static void late_senders_do_not_move_it(void **state)
{
    (void)state;
    struct pace p = pace_init(100, 1, 0, 1, 0);
    for (uint64_t i = 0; i < 50; i++) {
        assert_true(pace_due(&p, 1000000000));
        assert_int_equal(pace_take(&p), i * 10000000);
    }
}

static void workers_interleave(void **state)
{
    (void)state;
    struct pace a = pace_init(1000, 4, 0, 2, 0), b = pace_init(1000, 4, 1, 2, 0);
    for (uint64_t i = 0; i < 10; i++) { // 4 requests each 4 ms in all
        assert_int_equal(pace_take(&a), i * 8000000);
        assert_int_equal(pace_take(&b), i * 8000000 + 4000000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(closed_is_always_due),
        cmocka_unit_test(due_times_are_a_grid),
        cmocka_unit_test(late_senders_do_not_move_it),
        cmocka_unit_test(workers_interleave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
