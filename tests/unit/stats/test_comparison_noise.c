// SPDX-License-Identifier: MIT
#include "stats/comparison_noise.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define BLOCKS 12

static struct comparison_block blocks[BLOCKS];

// Logarithms of B's slots lie by `between` above or below those of A, block by block, and its two slots of a
// block `within` apart.
static struct comparison of(double between, double within)
{
    static const unsigned order[] = {0, 1, 1, 0};
    struct comparison c = {.targets = 2, .n = BLOCKS, .blocks_asked = BLOCKS, .blocks = blocks};
    for (unsigned k = 0; k < BLOCKS; k++) {
        blocks[k] = (struct comparison_block){.n = 4};
        for (unsigned i = 0; i < 4; i++) {
            double level = order[i] ? (k % 2 ? between : -between) + (i == 1 ? within : -within) / 2 : 0;
            blocks[k].slots[i] = (struct comparison_slot){.target = order[i]};
            blocks[k].slots[i].value[COMPARISON_THROUGHPUT] = 1e5 * exp(level);
        }
    }
    return c;
}

static void the_share_between_blocks(void **state)
{
    (void)state;
    struct comparison c = of(0.1, 0);
    assert_true(fabs(comparison_noise_between(&c, 1) - 1) < 1e-9);
    c = of(0, 0.1);
    assert_true(comparison_noise_between(&c, 1) == 0);
    c = of(0.1, 0.2); // a variance of 0.01 12/11, and 0.04 / 4 of it within
    assert_true(fabs(comparison_noise_between(&c, 1) - (1 - 11.0 / 12)) < 1e-9);
    c.n = 2;
    assert_true(comparison_noise_between(&c, 1) == -1);
}

static void the_smallest_difference(void **state)
{
    (void)state;
    struct comparison c = of(0.01, 0);
    double few = comparison_noise_smallest(&c, 1, COMPARISON_THROUGHPUT, 8),
           many = comparison_noise_smallest(&c, 1, COMPARISON_THROUGHPUT, 64);
    assert_true(many > 0 && few > many);
    assert_true(comparison_noise_smallest(&c, 1, COMPARISON_THROUGHPUT, 6) == -1); // there is no verdict yet
    assert_true(comparison_noise_smallest(&c, 1, COMPARISON_THROUGHPUT, 640) == many);
    assert_true(comparison_noise_smallest_of(&c, 0, COMPARISON_THROUGHPUT, 8) ==
                0); // but for noise nothing hides
    c.margins[COMPARISON_THROUGHPUT] = 0.01;
    assert_true(fabs(comparison_noise_smallest_of(&c, 0, COMPARISON_THROUGHPUT, 8) - 0.01) < 1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_share_between_blocks),
        cmocka_unit_test(the_smallest_difference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
