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

// In a whole square each target stands in each slot, and follows each other, equally often.
static void williams_squares_are_balanced(void **state)
{
    (void)state;
    for (unsigned n = 3; n <= DESIGN_TARGETS_MAX; n++) {
        unsigned rows = n % 2 ? 2 * n : n;
        unsigned in_slot[DESIGN_TARGETS_MAX][DESIGN_TARGETS_MAX] = {0},
                 follows[DESIGN_TARGETS_MAX][DESIGN_TARGETS_MAX] = {0};
        for (unsigned block = 0; block < rows; block++) {
            unsigned order[DESIGN_SLOTS_MAX];
            assert_int_equal(design_block(n, block, rows, 7, order), n);
            for (unsigned slot = 0; slot < n; slot++) {
                in_slot[order[slot]][slot]++;
                if (slot)
                    follows[order[slot - 1]][order[slot]]++;
            }
        }
        for (unsigned i = 0; i < n; i++)
            for (unsigned j = 0; j < n; j++) {
                assert_int_equal(in_slot[i][j], rows / n);
                assert_int_equal(follows[i][j], i == j ? 0 : rows / n);
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
