// SPDX-License-Identifier: MIT
#include "load/scramble.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void each_rank_has_a_place_of_its_own(void **state)
{
    (void)state;
    for (uint64_t n = 1; n < 5000; n = n < 70 ? n + 1 : n * 3 / 2) {
        char *taken = calloc(n, 1);
        struct scramble s = scramble_init(n);
        for (uint64_t r = 0; r < n; r++) {
            uint64_t at = scramble(&s, r);
            assert_true(at < n && !taken[at]);
            taken[at] = 1;
        }
        free(taken);
    }
}

// Of the first thousand ranks, about as many in each tenth of the keys.
static void ranks_are_spread(void **state)
{
    (void)state;
    static const uint64_t sizes[] = {100000, 1 << 20, 1000000007, 999999999999};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        unsigned tenths[10] = {0};
        struct scramble s = scramble_init(sizes[i]);
        for (uint64_t r = 0; r < 1000; r++)
            tenths[scramble(&s, r) / (sizes[i] / 10 + 1)]++;
        for (int t = 0; t < 10; t++)
            assert_in_range(tenths[t], 60, 140);
    }
}

static void very_many(void **state)
{
    (void)state;
    struct scramble s = scramble_init(UINT64_MAX);
    assert_true(scramble(&s, 1) != scramble(&s, 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_rank_has_a_place_of_its_own),
        cmocka_unit_test(ranks_are_spread),
        cmocka_unit_test(very_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
