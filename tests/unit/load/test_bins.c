// SPDX-License-Identifier: MIT
#include "load/bins.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "law.h"

static const char *const laws[] = {"uniform",      "zipf:0.5",       "zipf:0.99", "zipf:1",
                                   "zipf:2.5",     "hotset:10%:90%", "gauss",     "gauss:50:500",
                                   "gauss:90%:1%", "latest:1.2",     "exp:3%",    "exp:2000"};

static struct bins bins_for(const char *text, uint64_t range)
{
    struct keylaw law = law_of(text);
    struct bins b;
    bins_of_keys(&b, &law, range);
    return b;
}

// By adding up the law's own terms, rank by rank.
static double exact(const char *text, uint64_t range, uint64_t from, uint64_t to)
{
    double all = 0, part = 0, s = atof(strchr(text, ':') + 1);
    for (uint64_t k = range; k >= 1; k--) {
        double term = pow((double)k, -s);
        all += term;
        part += k > from && k <= to ? term : 0;
    }
    return part / all;
}

static void shares_of_zipf_are_exact(void **state)
{
    (void)state;
    static const char *const zipfs[] = {"zipf:0.5", "zipf:0.99", "zipf:1", "zipf:2.5", "latest:1.2"};
    static const uint64_t ranges[] = {2, 10, 64, 65, 1000, 100000};
    for (size_t i = 0; i < 5; i++)
        for (size_t r = 0; r < 6; r++) {
            struct bins b = bins_for(zipfs[i], ranges[r]);
            assert_true(b.n > 1);
            for (unsigned k = 0; k < b.n; k++)
                assert_true(fabs(b.share[k] - exact(zipfs[i], ranges[r], k ? b.upto[k - 1] : 0, b.upto[k])) <
                            1e-11);
        }
}

static void bins_cover_the_law_once(void **state)
{
    (void)state;
    static const uint64_t ranges[] = {2, 3, 33, 1000, 1000000, UINT64_C(1000000000000)};
    for (size_t i = 0; i < sizeof laws / sizeof *laws; i++)
        for (size_t r = 0; r < sizeof ranges / sizeof *ranges; r++) {
            struct bins b = bins_for(laws[i], ranges[r] < 100 ? 200 * ranges[r] : ranges[r]);
            double all = 0;
            assert_true(b.n > 1 && b.n <= BINS_MAX);
            for (unsigned k = 0; k < b.n; k++) {
                assert_true(b.share[k] > 0 && (k == 0 || b.upto[k] > b.upto[k - 1]));
                assert_int_equal(bins_find(&b, b.upto[k] - 1), k);
                assert_int_equal(bins_find(&b, k ? b.upto[k - 1] : 0), k);
                all += b.share[k];
            }
            assert_true(fabs(all - 1) < 1e-9);
        }
    assert_int_equal(bins_for("seq", 1000).n, 0);
    assert_int_equal(bins_for("seq-parallel", 1000).n, 0);
    assert_int_equal(bins_for("uniform", 1).n, 0);
}

static void count(struct bins *b, const char *text, uint64_t range, unsigned *seen, uint64_t shifted_ns)
{
    struct keylaw law = law_of(text);
    law.shift_ns = shifted_ns ? 1000 : 0;
    struct keydist k = keydist_init(range, &law, 3, (struct deal){1, 1, 0});
    keydist_at(&k, shifted_ns);
    *b = bins_for(text, range);
    memset(seen, 0, BINS_MAX * sizeof *seen);
    for (int i = 0; i < 200000; i++)
        seen[bins_find(b, bins_place(law.kind, &k, keydist_next(&k, 0)))]++;
}

static void what_is_drawn_falls_into_them_by_their_shares(void **state)
{
    (void)state;
    unsigned seen[BINS_MAX];
    struct bins b;
    for (size_t i = 0; i < sizeof laws / sizeof *laws; i++) {
        count(&b, laws[i], 5000, seen, 0);
        law_holds(b.share, seen, b.n);
    }
    count(&b, "hotset:3%:80%", 5000, seen, 7000); // the set has moved
    law_holds(b.share, seen, b.n);
}

static void each_place_is_taken_back(void **state)
{
    (void)state;
    static const uint64_t ranges[] = {1, 2, 3, 5, 64, 1000, 65537};
    for (size_t r = 0; r < sizeof ranges / sizeof *ranges; r++) {
        struct scramble s = scramble_init(ranges[r]);
        for (uint64_t x = 0; x < ranges[r]; x++)
            assert_int_equal(scramble_undo(&s, scramble(&s, x)), x);
    }
    struct scramble s = scramble_init(UINT64_C(999999999989));
    for (uint64_t x = 0; x < 1000; x++)
        assert_int_equal(scramble_undo(&s, scramble(&s, x * 999331)), x * 999331);
}

static void sizes_fall_into_theirs(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "100-500", "1-2", "32:60,1024:30,65536:10", "lognormal:5:1.2", "lognormal:0.5:1", "10:1,10:2,20:3"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct sizes sizes;
        struct bins b;
        struct err err;
        unsigned seen[BINS_MAX] = {0};
        struct rng rng = rng_init(4, 0);
        assert_int_equal(sizes_parse("-d", texts[i], &sizes, &err), 0);
        bins_of_sizes(&b, &sizes);
        assert_true(b.n > 1 && b.upto[b.n - 1] == (uint64_t)sizes.hi + 1);
        for (int k = 0; k < 200000; k++)
            seen[bins_find(&b, sizes_draw(&sizes, &rng))]++;
        law_holds(b.share, seen, b.n);
    }
    struct bins none;
    bins_of_sizes(&none, &(struct sizes){.lo = 5, .hi = 5});
    assert_int_equal(none.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_of_zipf_are_exact),
        cmocka_unit_test(bins_cover_the_law_once),
        cmocka_unit_test(what_is_drawn_falls_into_them_by_their_shares),
        cmocka_unit_test(each_place_is_taken_back),
        cmocka_unit_test(sizes_fall_into_theirs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
