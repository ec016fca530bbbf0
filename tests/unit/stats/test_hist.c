// SPDX-License-Identifier: MIT
#include "stats/hist.h"

#include "base/rng.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MS UINT64_C(1000000)
#define MANY 20000

static const double quantiles[] = {0, 0.001, 0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 0.9999, 1};
#define QUANTILES (sizeof quantiles / sizeof *quantiles)

// The greatest value that shares a bucket with ns at 3 digits: 2048 buckets of 1, then 1024 for each power of
// two.
static uint64_t bucket_top(uint64_t ns)
{
    int bits = 64 - __builtin_clzll(ns);
    uint64_t width = bits > 11 ? UINT64_C(1) << (bits - 11) : 1;
    return ns | (width - 1);
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

// The nearest rank in whole numbers: q is ten-thousandths.
static size_t rank_of(unsigned q, size_t n)
{
    size_t rank = (q * n + 9999) / 10000;
    return rank ? rank : 1;
}

static uint64_t uniform(struct rng *r)
{
    return 1 + rng_below(r, 5 * MS);
}

static uint64_t exponential(struct rng *r)
{
    return 1 + (uint64_t)(-log(rng_unit(r)) * 200e3);
}

static uint64_t heavy(struct rng *r) // Pareto, from 10 us to beyond seconds
{
    return (uint64_t)fmin(1e4 / rng_unit(r), 3e12);
}

static uint64_t two_humps(struct rng *r)
{
    return rng_below(r, 100) ? 50000 + rng_below(r, 1000) : 44 * MS + rng_below(r, 1000);
}

static uint64_t tiny(struct rng *r)
{
    return 1 + rng_below(r, 7);
}

static void check_against_sorted(uint64_t (*draw)(struct rng *), size_t n, uint64_t seed)
{
    struct rng rng = rng_init(seed, 0);
    uint64_t *values = malloc(n * sizeof *values);
    struct hist *h = hist_new(3);
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        values[i] = draw(&rng);
        sum += (double)values[i];
        hist_record(h, values[i], 1);
    }
    qsort(values, n, sizeof *values, by_value);
    uint64_t max = values[n - 1];
    assert_int_equal(hist_count(h), n);
    assert_int_equal(hist_min(h), values[0]);
    assert_int_equal(hist_max(h), max);
    assert_true(fabs(hist_mean(h) - sum / (double)n) <= 1e-9 * sum / (double)n);
    for (unsigned q = 1; q <= 10000; q += 33) { // 0.01 % to 100 %
        uint64_t top = bucket_top(values[rank_of(q, n) - 1]);
        assert_int_equal(hist_quantile(h, q / 10000.0), top < max ? top : max);
    }
    hist_free(h);
    free(values);
}

static void quantiles_are_those_of_the_sorted_values(void **state)
{
    (void)state;
    uint64_t (*const draws[])(struct rng *) = {uniform, exponential, heavy, two_humps, tiny};
    const size_t sizes[] = {1, 2, 3, 7, 100, 105, 999, 1000};
    for (size_t d = 0; d < sizeof draws / sizeof *draws; d++)
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
            check_against_sorted(draws[d], sizes[i], 10 * d + i);
}

static void large_samples_too(void **state)
{
    (void)state;
    struct rng rng = rng_init(7, 0);
    uint64_t *values = malloc(MANY * sizeof *values);
    struct hist *h = hist_new(3);
    for (size_t i = 0; i < MANY; i++) {
        values[i] = heavy(&rng);
        hist_record(h, values[i], 1);
    }
    qsort(values, MANY, sizeof *values, by_value);
    for (size_t i = 1; i < QUANTILES; i++) {
        uint64_t top = bucket_top(values[rank_of((unsigned)lround(quantiles[i] * 10000), MANY) - 1]);
        uint64_t expected = top < values[MANY - 1] ? top : values[MANY - 1];
        assert_int_equal(hist_quantile(h, quantiles[i]), expected);
    }
    assert_int_equal(hist_quantile(h, 0), values[0]);
    hist_free(h);
    free(values);
}

// Every percent of every n: ceil(p * n / 100), however badly p / 100 fits a double. Values stand for ranks.
static void no_rank_is_off_by_one(void **state)
{
    (void)state;
    struct hist *h = hist_new(3);
    for (unsigned n = 1; n <= 1000; n++) {
        hist_record(h, n, 1);
        for (unsigned p = 1; p <= 100; p++)
            assert_int_equal(hist_quantile(h, p / 100.0), (p * n + 99) / 100);
    }
    assert_int_equal(hist_quantile(h, 99.9 / 100), 999); // 99.9 / 100 is a double above 0.999
    assert_int_equal(hist_quantile(h, 1 - 0.07), 930);
    hist_free(h);
}

static void p60_of_105_is_63(void **state)
{
    (void)state;
    struct hist *h = hist_new(3);
    for (unsigned i = 1; i <= 105; i++)
        hist_record(h, i, 1);
    assert_int_equal(hist_quantile(h, 0.6), 63);
    assert_int_equal(hist_quantile(h, 0.61), 65);
    hist_free(h);
}

static void ranks_stay_right_in_huge_counts(void **state)
{
    (void)state;
    struct hist *h = hist_new(3);
    hist_record(h, 10, UINT64_C(999) * 1000000000); // 99.9 % and not one more
    hist_record(h, 20, UINT64_C(1000000000));
    assert_int_equal(hist_quantile(h, 0.999), 10);
    assert_int_equal(hist_quantile(h, 0.9990001), 20);
    hist_free(h);
}

static void nothing_gives_zeros(void **state)
{
    (void)state;
    struct hist *h = hist_new(3);
    assert_int_equal(hist_count(h), 0);
    assert_int_equal(hist_min(h), 0);
    assert_int_equal(hist_max(h), 0);
    assert_int_equal(hist_quantile(h, 0), 0);
    assert_int_equal(hist_quantile(h, 0.5), 0);
    assert_int_equal(hist_quantile(h, 1), 0);
    assert_int_equal(hist_count_upto(h, UINT64_MAX), 0);
    assert_true(hist_mean(h) == 0);
    hist_record(h, 5, 0);
    assert_int_equal(hist_count(h), 0);
    assert_int_equal(hist_max(h), 0);
    hist_free(h);
}

static void one_value_is_every_quantile(void **state)
{
    (void)state;
    struct hist *h = hist_new(3);
    hist_record(h, 1234567, 1);
    for (size_t i = 0; i < QUANTILES; i++)
        assert_int_equal(hist_quantile(h, quantiles[i]), 1234567); // its bucket reaches 1235967
    hist_free(h);
}

static void quantiles_outside_0_to_1_are_the_ends(void **state)
{
    (void)state;
    struct hist *h = hist_new(3);
    hist_record(h, 10, 1);
    hist_record(h, 20, 1);
    assert_int_equal(hist_quantile(h, -1), 10);
    assert_int_equal(hist_quantile(h, NAN), 10);
    assert_int_equal(hist_quantile(h, 0.5), 10);
    assert_int_equal(hist_quantile(h, 0.51), 20);
    assert_int_equal(hist_quantile(h, 2), 20);
    hist_free(h);
}

static void zero_counts_as_one(void **state)
{
    (void)state;
    struct hist *h = hist_new(3);
    hist_record(h, 0, 3);
    assert_int_equal(hist_count(h), 3);
    assert_int_equal(hist_min(h), 1);
    assert_int_equal(hist_max(h), 1);
    assert_true(hist_mean(h) == 1);
    hist_free(h);
}

static void above_the_top_is_counted_apart(void **state)
{
    (void)state;
    struct hist *h = hist_new(3);
    hist_record(h, 1000, 97);
    hist_record(h, HIST_TOP_NS, 1);
    hist_record(h, HIST_TOP_NS + 1, 1);
    hist_record(h, 3 * HIST_TOP_NS, 1);
    assert_int_equal(hist_count(h), 100);
    assert_int_equal(hist_overflow(h), 2);
    assert_int_equal(hist_max(h), 3 * HIST_TOP_NS);
    assert_true(fabs(hist_mean(h) - (97e3 + 5 * (double)HIST_TOP_NS) / 100) < 1);
    assert_int_equal(hist_quantile(h, 0.97), 1000);
    assert_in_range(hist_quantile(h, 0.98), HIST_TOP_NS, HIST_TOP_NS / 1000 * 1001);
    assert_int_equal(hist_quantile(h, 0.99), 3 * HIST_TOP_NS);
    assert_int_equal(hist_quantile(h, 1), 3 * HIST_TOP_NS);
    assert_int_equal(hist_count_upto(h, 3 * HIST_TOP_NS - 1), 98);
    assert_int_equal(hist_count_upto(h, 3 * HIST_TOP_NS), 100);
    hist_free(h);
}

static void only_above_the_top(void **state)
{
    (void)state;
    struct hist *h = hist_new(3);
    hist_record(h, UINT64_MAX, 2);
    assert_int_equal(hist_count(h), 2);
    assert_int_equal(hist_overflow(h), 2);
    assert_int_equal(hist_min(h), UINT64_MAX);
    assert_int_equal(hist_quantile(h, 0.5), UINT64_MAX);
    assert_true(hist_mean(h) == (double)UINT64_MAX); // the sum does not fit 64 bits
    hist_free(h);
}

static void merging_is_as_recording_together(void **state)
{
    (void)state;
    struct rng rng = rng_init(3, 0);
    struct hist *a = hist_new(3), *b = hist_new(3), *both = hist_new(3);
    for (int i = 0; i < 3000; i++) {
        uint64_t ns = heavy(&rng);
        hist_record(i % 3 ? a : b, ns, 1);
        hist_record(both, ns, 1);
    }
    hist_record(b, 2 * HIST_TOP_NS, 4);
    hist_record(both, 2 * HIST_TOP_NS, 4);
    hist_merge(a, b);
    assert_int_equal(hist_count(a), hist_count(both));
    assert_int_equal(hist_overflow(a), 4);
    assert_int_equal(hist_min(a), hist_min(both));
    assert_int_equal(hist_max(a), hist_max(both));
    assert_true(hist_mean(a) == hist_mean(both));
    for (size_t i = 0; i < QUANTILES; i++)
        assert_int_equal(hist_quantile(a, quantiles[i]), hist_quantile(both, quantiles[i]));
    hist_free(a);
    hist_free(b);
    hist_free(both);
}

static void merging_nothing_changes_nothing(void **state)
{
    (void)state;
    struct hist *a = hist_new(3), *nothing = hist_new(3);
    hist_record(a, 7, 2);
    hist_merge(a, nothing);
    assert_int_equal(hist_count(a), 2);
    assert_int_equal(hist_min(a), 7);
    assert_int_equal(hist_max(a), 7);
    hist_merge(nothing, a);
    assert_int_equal(hist_min(nothing), 7);
    hist_free(a);
    hist_free(nothing);
}

static void reset_forgets_all_but_the_digits(void **state)
{
    (void)state;
    struct hist *h = hist_new(4);
    hist_record(h, 500, 2);
    hist_record(h, 2 * HIST_TOP_NS, 1);
    hist_reset(h);
    assert_int_equal(hist_count(h), 0);
    assert_int_equal(hist_overflow(h), 0);
    assert_int_equal(hist_max(h), 0);
    assert_int_equal(hist_digits(h), 4);
    hist_record(h, 900, 1);
    assert_int_equal(hist_min(h), 900);
    assert_int_equal(hist_quantile(h, 0.5), 900);
    hist_free(h);
}

static void digits_are_the_precision(void **state)
{
    (void)state;
    for (int digits = 1; digits <= 5; digits++) {
        struct hist *h = hist_new(digits);
        hist_record(h, 123456789, 1);
        hist_record(h, 999999999, 1);
        uint64_t q = hist_quantile(h, 0.5);
        assert_true(q >= 123456789);
        assert_true((double)(q - 123456789) <= 123456789 * pow(10, -digits));
        hist_free(h);
    }
}

static void count_upto_takes_whole_buckets(void **state)
{
    (void)state;
    struct hist *h = hist_new(3);
    hist_record(h, 4096, 1); // shares a bucket with 4097 to 4099
    hist_record(h, 4098, 1);
    hist_record(h, 100000, 1); // its bucket reaches 100031, but it is the greatest
    assert_int_equal(hist_count_upto(h, 4095), 0);
    assert_int_equal(hist_count_upto(h, 4098), 0);
    assert_int_equal(hist_count_upto(h, 4099), 2);
    assert_int_equal(hist_count_upto(h, 99999), 2);
    assert_int_equal(hist_count_upto(h, 100000), 3);
    hist_free(h);
}

// HdrHistogram's own decoder; its header is not to be seen outside src/stats, its symbols are linked all the
// same.
struct hdr_histogram;
int hdr_log_decode(struct hdr_histogram **out, char *base64, size_t len);
int64_t hdr_value_at_percentile(const struct hdr_histogram *h, double percentile);
int64_t hdr_count_at_value(const struct hdr_histogram *h, int64_t value);
void hdr_close(struct hdr_histogram *h);

static void the_encoding_can_be_read_back(void **state)
{
    (void)state;
    struct hist *h = hist_new(3);
    hist_record(h, 7, 5);
    hist_record(h, 400000, 90);
    hist_record(h, 1800 * UINT64_C(1000000000), 5);
    char *base64 = hist_encode(h);
    assert_non_null(base64);
    assert_memory_equal(base64, "HISTF", 5); // the cookie of V2, compressed
    struct hdr_histogram *back = NULL;
    assert_int_equal(hdr_log_decode(&back, base64, strlen(base64)), 0);
    assert_int_equal(hdr_count_at_value(back, 7), 5);
    assert_int_equal(hdr_count_at_value(back, 400000), 90);
    assert_int_equal(hdr_value_at_percentile(back, 50), hist_quantile(h, 0.5));
    hdr_close(back);
    free(base64);
    hist_free(h);
}

static void nothing_can_be_encoded_too(void **state)
{
    (void)state;
    struct hist *h = hist_new(3);
    char *base64 = hist_encode(h);
    assert_non_null(base64);
    assert_memory_equal(base64, "HISTF", 5);
    free(base64);
    hist_free(h);
}

// What was recorded since a mark, put into a histogram of its own: how many, the least and the greatest.
static void expect_since(const struct hist *h, struct hist_mark *m, uint64_t n, uint64_t least, uint64_t most)
{
    struct buf cells = {0};
    struct hist *since = hist_new(3);
    assert_int_equal(hist_cells_since(h, m, &cells), 0);
    hist_add_cells(since, (struct slice){cells.at, cells.len});
    assert_int_equal(hist_count(since), n);
    assert_in_range(hist_min(since), least - least / 500, least + least / 500);
    assert_in_range(hist_max(since), most - most / 500, most + most / 500);
    hist_free(since);
    buf_free(&cells);
}

static void a_mark_knows_what_came_after_it(void **state)
{
    (void)state;
    struct hist *h = hist_new(3);
    struct hist_mark *m = hist_mark_new(h);
    expect_since(h, m, 0, 0, 0);
    hist_record(h, 5000, 2);
    hist_record(h, 900000, 1);
    expect_since(h, m, 3, 5000, 900000);
    expect_since(h, m, 0, 0, 0);
    hist_record(h, 100, 4);
    expect_since(h, m, 4, 100, 100);
    hist_mark_reset(m);
    expect_since(h, m, 7, 100, 900000);
    hist_reset(h);
    hist_mark_reset(m);
    expect_since(h, m, 0, 0, 0);
    hist_record(h, 5000, 1);
    expect_since(h, m, 1, 5000, 5000);
    hist_mark_free(m);
    hist_free(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mark_knows_what_came_after_it),
        cmocka_unit_test(quantiles_are_those_of_the_sorted_values),
        cmocka_unit_test(large_samples_too),
        cmocka_unit_test(no_rank_is_off_by_one),
        cmocka_unit_test(p60_of_105_is_63),
        cmocka_unit_test(ranks_stay_right_in_huge_counts),
        cmocka_unit_test(nothing_gives_zeros),
        cmocka_unit_test(one_value_is_every_quantile),
        cmocka_unit_test(quantiles_outside_0_to_1_are_the_ends),
        cmocka_unit_test(zero_counts_as_one),
        cmocka_unit_test(above_the_top_is_counted_apart),
        cmocka_unit_test(only_above_the_top),
        cmocka_unit_test(merging_is_as_recording_together),
        cmocka_unit_test(merging_nothing_changes_nothing),
        cmocka_unit_test(reset_forgets_all_but_the_digits),
        cmocka_unit_test(digits_are_the_precision),
        cmocka_unit_test(count_upto_takes_whole_buckets),
        cmocka_unit_test(the_encoding_can_be_read_back),
        cmocka_unit_test(nothing_can_be_encoded_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
