// SPDX-License-Identifier: MIT
#include "load/mix.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "law.h"

static void kinds_by_their_weights(void **state)
{
    (void)state;
    const struct mix m = {.n = 4, .upto = {1, 10, 11, 1011}};
    unsigned seen[4] = {0};
    for (unsigned part = 0; part < 3; part++) {
        struct rng rng = rng_init(3, part);
        for (int i = 0; i < 100000; i++)
            seen[mix_pick(&m, &rng, 0)]++;
    }
    law_holds((const double[]){1, 9, 1, 1000}, seen, 4);
}

static void kinds_in_turn(void **state)
{
    (void)state;
    const struct mix m = {.n = 3, .upto = {1, 4, 5}, .in_turn = true};
    static const unsigned expected[] = {0, 1, 1, 1, 2};
    struct rng rng = rng_init(3, 0), untouched = rng;
    for (uint32_t i = 0; i < 15; i++)
        assert_int_equal(mix_pick(&m, &rng, i), expected[i % 5]);
    assert_memory_equal(&rng, &untouched, sizeof rng);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(kinds_by_their_weights),
                                       cmocka_unit_test(kinds_in_turn)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
