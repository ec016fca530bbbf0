// SPDX-License-Identifier: MIT
#include "run/pool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void starts_empty(void **state)
{
    (void)state;
    struct pool p;
    assert_int_equal(pool_init(&p, 3), 0);
    assert_false(pool_any(&p));
    pool_reset(&p);
    assert_null(p.ring);
}

static void gives_the_one_idle_for_longest(void **state)
{
    (void)state;
    struct pool p;
    struct client c[3] = {0};
    assert_int_equal(pool_init(&p, 3), 0);
    pool_push(&p, &c[2]);
    pool_push(&p, &c[0]);
    pool_push(&p, &c[1]);
    assert_ptr_equal(pool_pop(&p), &c[2]);
    pool_push(&p, &c[2]);
    assert_ptr_equal(pool_pop(&p), &c[0]);
    assert_ptr_equal(pool_pop(&p), &c[1]);
    assert_ptr_equal(pool_pop(&p), &c[2]);
    assert_false(pool_any(&p));
    pool_reset(&p);
}

static void holds_each_client_once(void **state)
{
    (void)state;
    struct pool p;
    struct client c[2] = {0};
    assert_int_equal(pool_init(&p, 2), 0);
    pool_push(&p, &c[0]);
    pool_push(&p, &c[1]);
    pool_push(&p, &c[0]); // stays where it is
    assert_true(c[0].pooled);
    assert_ptr_equal(pool_pop(&p), &c[0]);
    assert_false(c[0].pooled);
    assert_ptr_equal(pool_pop(&p), &c[1]);
    assert_false(pool_any(&p));
    pool_reset(&p);
}

// All clients fit, whatever their number, also where the counters have gone round the ring, and round 32
// bits.
static void has_room_for_all(void **state)
{
    (void)state;
    enum { MOST = 70 };
    static struct client c[MOST];
    for (unsigned n = 1; n <= MOST; n++) {
        struct pool p;
        assert_int_equal(pool_init(&p, n), 0);
        assert_in_range(p.mask + 1, n, 2 * n);
        p.head = p.tail = UINT32_MAX - n / 2;
        for (unsigned round = 0; round < 3; round++) {
            for (unsigned i = 0; i < n; i++)
                pool_push(&p, &c[i]);
            for (unsigned i = 0; i < n; i++)
                assert_ptr_equal(pool_pop(&p), &c[i]);
            assert_false(pool_any(&p));
        }
        pool_reset(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(starts_empty),
        cmocka_unit_test(gives_the_one_idle_for_longest),
        cmocka_unit_test(holds_each_client_once),
        cmocka_unit_test(has_room_for_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
