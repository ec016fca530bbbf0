// SPDX-License-Identifier: MIT
#include "judge/design.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

// Half of the blocks begin with either, and the sum of an even drift over the slots is the same for both.
static void two_targets_are_abba_and_baab(void **state)
{
    (void)state;
    for (unsigned long long seed = 1; seed < 50; seed++) {
        unsigned first[2] = {0};
        for (unsigned block = 0; block < 12; block++) {
            unsigned order[DESIGN_SLOTS_MAX], sum[2] = {0};
            assert_int_equal(design_block(2, block, 12, seed, order), 4);
            for (unsigned slot = 0; slot < 4; slot++)
                sum[order[slot]] += slot;
            assert_int_equal(sum[0], sum[1]);
            first[order[0]]++;
        }
        assert_int_equal(first[0], 6);
        assert_int_equal(first[1], 6);
    }
}

static void the_seed_shuffles(void **state)
{
    (void)state;
    unsigned a[DESIGN_SLOTS_MAX], b[DESIGN_SLOTS_MAX];
    int differ = 0;
    for (unsigned block = 0; block < 20; block++) {
        design_block(2, block, 20, 1, a);
        design_block(2, block, 20, 1, b);
        assert_memory_equal(a, b, 4 * sizeof *a);
        design_block(2, block, 20, 2, b);
        differ += a[0] != b[0];
    }
    assert_in_range(differ, 4, 16);
}

// How often each target stands in each slot, and follows each other.
struct tally {
    unsigned in_slot[DESIGN_TARGETS_MAX][DESIGN_TARGETS_MAX], follows[DESIGN_TARGETS_MAX][DESIGN_TARGETS_MAX];
};

static void count(struct tally *t, unsigned n, unsigned rows)
{
    *t = (struct tally){0};
    for (unsigned block = 0; block < rows; block++) {
        unsigned order[DESIGN_SLOTS_MAX];
        assert_int_equal(design_block(n, block, rows, 7, order), n);
        t->in_slot[order[0]][0]++;
        for (unsigned slot = 1; slot < n; slot++) {
            t->in_slot[order[slot]][slot]++;
            t->follows[order[slot - 1]][order[slot]]++;
        }
    }
}

static void williams_squares_are_balanced(void **state)
{
    (void)state;
    for (unsigned n = 3; n <= DESIGN_TARGETS_MAX; n++) {
        unsigned rows = n % 2 ? 2 * n : n;
        struct tally t;
        count(&t, n, rows);
        for (unsigned i = 0; i < n * n; i++) {
            assert_int_equal(t.in_slot[i / n][i % n], rows / n);
            assert_int_equal(t.follows[i / n][i % n], i / n == i % n ? 0 : rows / n);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_targets_are_abba_and_baab),
        cmocka_unit_test(the_seed_shuffles),
        cmocka_unit_test(williams_squares_are_balanced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
