// SPDX-License-Identifier: MIT
#include "stats/gaps.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define MS UINT64_C(1000000)

static struct gap gap(uint64_t from_ms, uint64_t to_ms)
{
    return (struct gap){from_ms * MS, from_ms * MS, to_ms * MS, false, 0};
}

static void only_long_ones_are_noted(void **state)
{
    (void)state;
    struct gaps g = {0};
    gaps_reset(&g);
    gaps_note(&g, gap(0, 100)); // no more than the least
    gaps_note(&g, gap(200, 301));
    assert_int_equal(g.n, 1);
    assert_int_equal(g.list[0].to_ns, 301 * MS);
    gaps_reset(&g);
    assert_int_equal(g.n, 0);
    gaps_free(&g);
}

static void where_they_are_too_many_the_longer_ones_stay(void **state)
{
    (void)state;
    struct gaps g = {0};
    gaps_reset(&g);
    for (uint64_t i = 0; i < 20000; i++)
        gaps_note(&g, gap(i * 10000, i * 10000 + 101 + i % 1000));
    gaps_note(&g, gap(UINT64_C(300000000), UINT64_C(300009000)));
    assert_in_range(g.n, GAPS_MAX / 4, GAPS_MAX);
    assert_true(g.min_ns > GAPS_MIN_NS);
    assert_int_equal(g.list[g.n - 1].to_ns, UINT64_C(300009000) * MS);
    for (size_t i = 0; i < g.n; i++) {
        assert_true(g.list[i].to_ns - g.list[i].from_ns > g.min_ns);
        assert_true(i == 0 || g.list[i].from_ns > g.list[i - 1].from_ns);
    }
    gaps_free(&g);
}

static void workers_have_in_common_what_is_in_a_gap_of_each(void **state)
{
    (void)state;
    struct gap of_a[] = {gap(0, 500), gap(1000, 3000), gap(5000, 6000)};
    struct gap of_b[] = {
        gap(100, 400), gap(600, 1500), gap(2500, 5500), {7000 * MS, GAPS_OPEN, GAPS_OPEN, true, 9}};
    struct gaps a = {.list = of_a, .n = 3}, b = {.list = of_b, .n = 4}, common;
    of_a[1].owed_ns = 1200 * MS;
    of_b[2].owed_ns = 2700 * MS;
    of_a[1].broke = true;
    of_a[2].missed = 100;
    of_b[2].missed = 280; // a hundred for each second of it
    const struct gaps *both[] = {&a, &b};
    assert_int_equal(gaps_common(&common, both, 1), 0);
    assert_int_equal(common.n, 3);
    gaps_free(&common);
    assert_int_equal(gaps_common(&common, both, 2), 0);
    static const uint64_t known[][3] = {{100, 400, 0}, {1000, 1500, 1}, {2500, 3000, 1}, {5000, 5500, 0}};
    assert_int_equal(common.n, 4);
    for (unsigned i = 0; i < 4; i++) {
        assert_int_equal(common.list[i].from_ns, known[i][0] * MS);
        assert_int_equal(common.list[i].to_ns, known[i][1] * MS);
        assert_int_equal(common.list[i].broke, known[i][2]);
    }
    assert_int_equal(common.list[3].missed, 50 + 50);
    assert_int_equal(gaps_start(&common.list[1]), 1000 * MS); // the other one owed from 600 on
    assert_int_equal(gaps_start(&common.list[2]), 2500 * MS);
    gaps_free(&common);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_long_ones_are_noted),
        cmocka_unit_test(where_they_are_too_many_the_longer_ones_stay),
        cmocka_unit_test(workers_have_in_common_what_is_in_a_gap_of_each),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
