// SPDX-License-Identifier: MIT
#include "base/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

// rng_splitmix64 from state 0: the numbers that its authors' program prints.
static void splitmix_known_answers(void **state)
{
    (void)state;
    uint64_t s = 0;
    assert_true(rng_splitmix64(&s) == UINT64_C(0xe220a8397b1dcdaf));
    assert_true(rng_splitmix64(&s) == UINT64_C(0x6e789e6aa1b965f4));
    assert_true(rng_splitmix64(&s) == UINT64_C(0x06c45d188009454f));
}

// xoshiro256++ written down a second time, from its paper: the output is rotl(s0 + s3, 23) + s0, and the
// state moves by a linear map given here word by word.
static uint64_t rotl(uint64_t x, unsigned k)
{
    return x << k | x >> (64 - k);
}

static uint64_t paper_next(uint64_t s[4])
{
    uint64_t out = rotl(s[0] + s[3], 23) + s[0];
    uint64_t next[4] = {
        s[0] ^ s[1] ^ s[3],
        s[0] ^ s[1] ^ s[2],
        s[0] ^ s[2] ^ s[1] << 17,
        rotl(s[1] ^ s[3], 45),
    };
    for (int i = 0; i < 4; i++)
        s[i] = next[i];
    return out;
}

static void xoshiro_known_answers(void **state)
{
    (void)state;
    struct rng r = {{1, 2, 3, 4}};
    uint64_t s[4] = {1, 2, 3, 4};
    assert_true(rng_next(&r) == 41943041); // by hand: rotl(1 + 4, 23) + 1 = 5 * 2^23 + 1
    assert_true(paper_next(s) == 41943041);
    assert_true(rng_next(&r) == 58720359); // by hand: state 7, 0, 262146, 6 << 45
    assert_true(paper_next(s) == 58720359);
    for (int i = 0; i < 10000; i++)
        assert_true(rng_next(&r) == paper_next(s));
}

static void streams_differ_and_repeat(void **state)
{
    (void)state;
    struct rng a = rng_init(42, 0);
    struct rng again = rng_init(42, 0);
    struct rng other_stream = rng_init(42, 1);
    struct rng other_seed = rng_init(43, 0);
    for (int i = 0; i < 100; i++) {
        uint64_t n = rng_next(&a);
        assert_true(n == rng_next(&again));
        assert_true(n != rng_next(&other_stream));
        assert_true(n != rng_next(&other_seed));
    }
}

static void below_keeps_its_bound(void **state)
{
    (void)state;
    static const uint64_t bounds[] = {
        1, 2, 3, 10, 1000, 999999999999, UINT64_C(1) << 63, (UINT64_C(1) << 63) + 1, UINT64_MAX};
    struct rng r = rng_init(7, 0);
    for (size_t b = 0; b < sizeof bounds / sizeof *bounds; b++)
        for (int i = 0; i < 10000; i++)
            assert_true(rng_below(&r, bounds[b]) < bounds[b]);
}

// For this n one draw in four is rejected: a generator that kept it would give a third of the numbers twice
// as often as the others.
static void below_rejects_what_would_bias(void **state)
{
    (void)state;
    struct rng r = rng_init(11, 0);
    uint64_t n = UINT64_C(3) << 62;
    unsigned thirds[3] = {0};
    const unsigned draws = 30000;
    for (unsigned i = 0; i < draws; i++)
        thirds[rng_below(&r, n) % 3]++;
    for (int i = 0; i < 3; i++)
        assert_in_range(thirds[i], 9700, 10300); // 3.7 standard deviations either side
}

// 100 cells, 99 degrees of freedom: below 60 or above 149 by chance once in a thousand; the seed is fixed.
static void below_is_uniform(void **state)
{
    (void)state;
    enum { CELLS = 100, DRAWS = 1000000 };
    struct rng r = rng_init(1, 0);
    unsigned cells[CELLS] = {0};
    for (int i = 0; i < DRAWS; i++)
        cells[rng_below(&r, CELLS)]++;
    double chi2 = 0;
    for (int i = 0; i < CELLS; i++) {
        double off = (double)cells[i] - (double)DRAWS / CELLS;
        chi2 += off * off / ((double)DRAWS / CELLS);
    }
    assert_true(chi2 > 60 && chi2 < 149);
}

static void unit_can_be_logged(void **state)
{
    (void)state;
    struct rng zero = {{0, 0, 0, 0}}; // the state that draws nothing but 0
    assert_true(rng_unit(&zero) == 0x1.0p-53);
    struct rng r = rng_init(3, 0);
    double sum = 0;
    for (int i = 0; i < 100000; i++) {
        double u = rng_unit(&r);
        assert_true(u > 0 && u <= 1);
        sum += u;
    }
    assert_true(sum / 100000 > 0.495 && sum / 100000 < 0.505); // 5 standard deviations
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(splitmix_known_answers),
        cmocka_unit_test(xoshiro_known_answers),
        cmocka_unit_test(streams_differ_and_repeat),
        cmocka_unit_test(below_keeps_its_bound),
        cmocka_unit_test(below_rejects_what_would_bias),
        cmocka_unit_test(below_is_uniform),
        cmocka_unit_test(unit_can_be_logged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
