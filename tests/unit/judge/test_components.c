// SPDX-License-Identifier: MIT
#include "judge/components.h"

#include "sample.h"

#define BLOCKS 400

static void known_parts(void **state)
{
    (void)state;
    const double d[] = {0, 2, 4}; // a variance of 4
    assert_true(fabs(components_between(d, (const double[]){1, 1, 1}, 3) - 0.75) < 1e-12);
    assert_true(fabs(components_between(d, (const double[]){0, 3, 0}, 3) - 0.75) < 1e-12);
    assert_true(components_between(d, (const double[]){0, 0, 0}, 3) == 1);
    assert_true(components_between(d, (const double[]){9, 9, 9}, 3) == 0);
    assert_true(components_between((const double[]){1, 1}, (const double[]){0, 0}, 2) == 0);
}

// Two slots a side and block, as in ABBA: what was planted between restarts is found again.
static void a_planted_share_is_found(void **state)
{
    (void)state;
    static const double shares[] = {0, 0.3, 0.8};
    for (int i = 0; i < 3; i++) {
        struct rng rng = rng_init(7, (uint64_t)i);
        double d[BLOCKS], within[BLOCKS];
        for (unsigned k = 0; k < BLOCKS; k++) {
            double restart = sqrt(shares[i]) * sample_normal(&rng), slot[4];
            for (int s = 0; s < 4; s++)
                slot[s] = sqrt(1 - shares[i]) * sample_normal(&rng);
            d[k] = restart + (slot[0] + slot[1] - slot[2] - slot[3]) / 2;
            within[k] = (pow(slot[0] - slot[1], 2) + pow(slot[2] - slot[3], 2)) / 4;
        }
        assert_true(fabs(components_between(d, within, BLOCKS) - shares[i]) < 0.12);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_parts),
        cmocka_unit_test(a_planted_share_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
