// SPDX-License-Identifier: MIT
#include "stats/timeline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

// Cells of n values of ns, and of m of more_ns.
static struct slice cells_of(struct buf *b, uint64_t ns, uint64_t n, uint64_t more_ns, uint64_t m)
{
    struct hist *h = hist_new(3);
    assert_non_null(h);
    hist_record(h, ns, n);
    if (m)
        hist_record(h, more_ns, m);
    b->len = 0;
    assert_int_equal(hist_cells(h, b), 0);
    hist_free(h);
    return (struct slice){b->at, b->len};
}

static uint64_t answers_of(const struct timeline_bin *bin)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < TIMELINE_LEVELS; i++)
        sum += bin->levels[i];
    return sum;
}

static void what_happens_goes_to_its_bin(void **state)
{
    (void)state;
    struct timeline t;
    struct buf b = {0};
    assert_int_equal(timeline_init(&t, 3), 0);
    timeline_add(&t, 0, 100, 0, cells_of(&b, 80000, 99, 2000000, 1));
    timeline_add(&t, TIMELINE_BIN_NS - 1, 10, 2, cells_of(&b, 80000, 10, 0, 0));
    timeline_add(&t, 3 * TIMELINE_BIN_NS, 1, 0, cells_of(&b, 500000, 1, 0, 0));
    assert_int_equal(t.n, 4);
    assert_int_equal(t.bins[0].ok, 110);
    assert_int_equal(t.bins[0].errors, 2);
    assert_int_equal(t.bins[1].ok, 0);
    assert_int_equal(answers_of(&t.bins[0]), 110);
    assert_int_equal(hist_count(t.all), 111);
    buf_free(&b);
    timeline_free(&t);
}

// A level is 10^(1/24) wide: 80 us lies between 75.0 and 82.5, 2 ms between 1.958 and 2.154.
static void quantiles_are_edges_of_levels(void **state)
{
    (void)state;
    struct timeline t;
    struct buf b = {0};
    assert_int_equal(timeline_init(&t, 3), 0);
    assert_int_equal(timeline_quantile(&t, 0, 1, 0.5), 0);
    timeline_add(&t, 0, 100, 0, cells_of(&b, 80000, 98, 2000000, 2));
    assert_in_range(timeline_quantile(&t, 0, 1, 0.5), 82500, 82600);
    assert_in_range(timeline_quantile(&t, 0, 1, 0.98), 82500, 82600);
    assert_in_range(timeline_quantile(&t, 0, 1, 0.99), 2154000, 2155000);
    timeline_add(&t, 0, 1, 0, cells_of(&b, 60000000000, 1, 0, 0)); // above all levels
    assert_int_equal(timeline_quantile(&t, 0, 1, 1), timeline_edge(TIMELINE_LEVELS - 1));
    buf_free(&b);
    timeline_free(&t);
}

static void levels_rise_tenfold_in_a_decade(void **state)
{
    (void)state;
    assert_int_equal(timeline_edge(TIMELINE_DECADE - 1), 10000);
    assert_int_equal(timeline_edge(TIMELINE_LEVELS - 1), 10000000000);
    for (unsigned i = 1; i < TIMELINE_LEVELS; i++)
        assert_true(timeline_edge(i) > timeline_edge(i - 1));
}

// An hour of it: bins are longer then, and nothing is lost.
static void too_many_bins_become_half_as_many(void **state)
{
    (void)state;
    struct timeline t;
    struct buf b = {0};
    uint64_t sum = 0;
    assert_int_equal(timeline_init(&t, 3), 0);
    struct slice cells = cells_of(&b, 80000, 7, 0, 0);
    for (uint64_t s = 0; s < 3600; s++)
        timeline_add(&t, s * 1000000000, 7, 1, cells);
    assert_true(t.n <= TIMELINE_BINS && t.n > TIMELINE_BINS / 2);
    assert_int_equal(t.bin_ns, 64 * TIMELINE_BIN_NS);
    for (unsigned i = 0; i < t.n; i++)
        sum += t.bins[i].ok;
    assert_int_equal(sum, 7 * 3600);
    assert_int_equal(hist_count(t.all), 7 * 3600);
    assert_int_equal(t.bins[0].ok, 7 * 16);
    timeline_reset(&t);
    assert_int_equal(t.n, 0);
    assert_int_equal(t.bins[0].ok, 0);
    buf_free(&b);
    timeline_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_happens_goes_to_its_bin),
        cmocka_unit_test(quantiles_are_edges_of_levels),
        cmocka_unit_test(levels_rise_tenfold_in_a_decade),
        cmocka_unit_test(too_many_bins_become_half_as_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
