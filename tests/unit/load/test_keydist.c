// SPDX-License-Identifier: MIT
#include "load/keydist.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "law.h"

static struct keydist sequential(uint64_t range, unsigned part, unsigned parts)
{
    struct keylaw law = law_of("seq");
    return keydist_init(range, &law, 1, (struct deal){parts, parts, part});
}

static struct keydist uniform(uint64_t range, uint64_t seed, unsigned part, unsigned parts)
{
    struct keylaw law = law_of("uniform");
    return keydist_init(range, &law, seed, (struct deal){parts, parts, part});
}

static void counts_up_and_round(void **state)
{
    (void)state;
    struct keydist k = sequential(3, 0, 1);
    for (uint64_t i = 0; i < 10; i++)
        assert_int_equal(keydist_next(&k, 0), i % 3);
    assert_int_equal(keydist_next(&k, 5), 0); // each kind on its own
}

static void workers_share_the_range(void **state)
{
    (void)state;
    enum { PARTS = 3, RANGE = 30 };
    unsigned seen[RANGE] = {0};
    for (unsigned part = 0; part < PARTS; part++) {
        struct keydist k = sequential(RANGE, part, PARTS);
        for (int i = 0; i < RANGE / PARTS; i++)
            seen[keydist_next(&k, 0)]++;
    }
    for (int i = 0; i < RANGE; i++)
        assert_int_equal(seen[i], 1);
}

static void a_run_starts_where_it_is_told(void **state)
{
    (void)state;
    struct keydist k = sequential(10, 1, 4);
    keydist_run(&k, 2, 18);
    assert_int_equal(keydist_next(&k, 2), 8);
    assert_int_equal(keydist_next(&k, 2), 9);
    assert_int_equal(keydist_next(&k, 2), 0);
    assert_int_equal(keydist_next(&k, 0), 1);
}

static void a_shift_goes_on_further_on(void **state)
{
    (void)state;
    struct keydist k = sequential(10, 1, 4);
    keydist_run(&k, 2, 8);
    keydist_shift(&k, 25);
    assert_int_equal(keydist_next(&k, 2), 3);
    assert_int_equal(keydist_next(&k, 2), 4);
    assert_int_equal(keydist_next(&k, 0), 6);
    assert_int_equal(keydist_next(&k, 0), 0);
}

static void uniform_over_the_range(void **state)
{
    (void)state;
    enum { RANGE = 10, DRAWS = 100000 };
    unsigned seen[RANGE] = {0};
    struct keydist k = uniform(RANGE, 42, 0, 1);
    for (int i = 0; i < DRAWS; i++)
        seen[keydist_next(&k, 0)]++;
    for (int i = 0; i < RANGE; i++) // 10000 expected, standard deviation 95: 5 of them
        assert_in_range(seen[i], 9525, 10475);
}

static void seeds_and_parts_differ(void **state)
{
    (void)state;
    struct keydist a = uniform(1000000, 7, 0, 2), again = uniform(1000000, 7, 0, 2);
    struct keydist other = uniform(1000000, 7, 1, 2), seed = uniform(1000000, 8, 0, 2);
    int alike_other = 0, alike_seed = 0;
    for (int i = 0; i < 100; i++) {
        uint64_t v = keydist_next(&a, 0);
        assert_int_equal(keydist_next(&again, 0), v);
        alike_other += keydist_next(&other, 0) == v;
        alike_seed += keydist_next(&seed, 0) == v;
    }
    assert_in_range(alike_other, 0, 2);
    assert_in_range(alike_seed, 0, 2);
}

static void no_range_is_one_key(void **state)
{
    (void)state;
    struct keydist k = uniform(0, 1, 0, 1);
    assert_int_equal(keydist_next(&k, 0), 0);
}

// --- the other laws ---

#define DRAWS 400000
#define MOST 1000

// Draws of all workers of `parts` together.
static void count(unsigned *seen, uint64_t range, const char *text, unsigned parts)
{
    struct keylaw law = law_of(text);
    memset(seen, 0, MOST * sizeof *seen);
    for (unsigned part = 0; part < parts; part++) {
        struct keydist k = keydist_init(range, &law, 5, (struct deal){parts, parts, part});
        for (unsigned i = 0; i < DRAWS / parts; i++) {
            uint64_t key = keydist_next(&k, 0);
            assert_true(key < range);
            seen[key]++;
        }
    }
}

// The draws of ranks, and not of the keys that they were scattered to.
static void by_rank(unsigned *ranks, const unsigned *keys, uint64_t range)
{
    struct scramble s = scramble_init(range);
    for (uint64_t r = 0; r < range; r++)
        ranks[r] = keys[scramble(&s, r)];
}

static double below(double x, double mean, double sd)
{
    return erfc((mean - x) / sd / sqrt(2)) / 2;
}

static void scattered_laws_by_rank(void **state)
{
    (void)state;
    for (unsigned parts = 1; parts <= 3; parts += 2)
        for (uint64_t n = 10; n <= MOST; n *= 10) {
            double zipf[MOST], hot[MOST], expo[MOST];
            unsigned keys[MOST], ranks[MOST];
            const uint64_t tenth = n / 10;
            for (uint64_t r = 0; r < n; r++) {
                zipf[r] = pow((double)r + 1, -0.8);
                hot[r] = r < tenth ? 0.9 / (double)tenth : 0.1 / (double)(n - tenth);
                expo[r] = exp(-(double)r / ((double)n / 4)) - exp(-((double)r + 1) / ((double)n / 4));
            }
            count(keys, n, "zipf:0.8", parts);
            by_rank(ranks, keys, n);
            law_holds(zipf, ranks, n);
            count(keys, n, "hotset:10%:90%", parts);
            by_rank(ranks, keys, n);
            law_holds(hot, ranks, n);
            count(keys, n, "exp:25%", parts);
            by_rank(ranks, keys, n);
            law_holds(expo, ranks, n);
        }
}

static void laws_by_key(void **state)
{
    (void)state;
    for (unsigned parts = 1; parts <= 3; parts += 2)
        for (uint64_t n = 10; n <= MOST; n *= 10) {
            double flat[MOST], bell[MOST], edge[MOST], latest[MOST];
            unsigned keys[MOST];
            for (uint64_t k = 0; k < n; k++) {
                double x = (double)k, all = (double)n;
                flat[k] = 1;
                bell[k] = below(x + 1, all / 2, all / 10) - below(x, all / 2, all / 10);
                edge[k] = below(x + 1, all, all) - below(x, all, all);
                latest[k] = 1 / (all - x);
            }
            count(keys, n, "uniform", parts);
            law_holds(flat, keys, n);
            count(keys, n, "gauss:50%:10%", parts);
            law_holds(bell, keys, n);
            count(keys, n, "gauss:100%:100%", parts);
            law_holds(edge, keys, n);
            count(keys, n, "latest:1", parts);
            law_holds(latest, keys, n);
        }
}

static void hot_keys_differ_from_cold_ones(void **state)
{
    (void)state;
    unsigned keys[MOST];
    count(keys, 1, "hotset:1%:50%", 1); // none is cold
    assert_int_equal(keys[0], DRAWS);
    count(keys, 100, "hotset:2%:100%", 1);
    unsigned hot = 0;
    for (int i = 0; i < 100; i++)
        hot += keys[i] > 0;
    assert_int_equal(hot, 2);
}

// Which keys of 100 are hot so long after the start.
static void hot_at(bool *hot, uint64_t since_ns)
{
    struct keylaw law = law_of("hotset:10%:100%");
    law.shift_ns = 10;
    struct keydist k = keydist_init(100, &law, 3, (struct deal){1, 1, 0});
    keydist_at(&k, since_ns);
    memset(hot, 0, 100 * sizeof *hot);
    for (int i = 0; i < 2000; i++)
        hot[keydist_next(&k, 0)] = true;
}

static void a_hot_set_moves(void **state)
{
    (void)state;
    bool first[100], still[100], next[100], round[100];
    hot_at(first, 0);
    hot_at(still, 9);
    hot_at(next, 10);
    hot_at(round, 100);
    assert_memory_equal(first, still, sizeof first);
    assert_memory_equal(first, round, sizeof first);
    unsigned n = 0;
    for (int i = 0; i < 100; i++) {
        assert_false(first[i] && next[i]);
        n += next[i];
    }
    assert_int_equal(n, 10);
}

// Five connections of two workers: each counts through a fifth of the keys.
static void each_connection_through_a_part(void **state)
{
    (void)state;
    struct keylaw law = law_of("seq-parallel");
    struct keydist a = keydist_init(50, &law, 1, (struct deal){5, 2, 0});
    struct keydist b = keydist_init(50, &law, 1, (struct deal){5, 2, 1});
    static const uint64_t first[] = {0, 10, 1, 11}, second[] = {20, 30, 40, 21};
    unsigned seen[50] = {0};
    for (int i = 0; i < 20; i++) {
        uint64_t key = keydist_next(&a, 0);
        assert_true(i >= 4 || key == first[i]);
        seen[key]++;
    }
    for (int i = 0; i < 30; i++) {
        uint64_t key = keydist_next(&b, 0);
        assert_true(i >= 4 || key == second[i]);
        seen[key]++;
    }
    for (int i = 0; i < 50; i++)
        assert_int_equal(seen[i], 1);
    assert_int_equal(keydist_next(&a, 0), 0); // and round
    keydist_shift(&b, 12);
    assert_int_equal(keydist_next(&b, 0), 22);
}

static void more_connections_than_keys(void **state)
{
    (void)state;
    struct keylaw law = law_of("seq-parallel");
    struct keydist k = keydist_init(3, &law, 1, (struct deal){10, 1, 0});
    for (int i = 0; i < 100; i++)
        assert_true(keydist_next(&k, 0) < 3);
}

// --- keys that are added ---

static struct keydist growing(struct growth *g, const char *law, double inserts, struct deal deal)
{
    struct keylaw l = law_of(law);
    struct keydist k = keydist_init(100, &l, 9, deal);
    keydist_grow(&k, g, inserts);
    return k;
}

static void workers_add_keys_of_their_own(void **state)
{
    (void)state;
    unsigned seen[130] = {0};
    for (unsigned part = 0; part < 3; part++) {
        struct growth g = {0};
        struct keydist k = growing(&g, "zipf", 1, (struct deal){3, 3, part});
        for (int i = 0; i < 10; i++)
            seen[keydist_next(&k, 0)]++;
        assert_int_equal(g.added, 10);
    }
    for (unsigned i = 0; i < 130; i++)
        assert_int_equal(seen[i], i >= 100);
}

static void a_share_of_draws_adds(void **state)
{
    (void)state;
    struct growth g = {0};
    struct keydist k = growing(&g, "zipf", 0.25, (struct deal){1, 1, 0});
    unsigned seen[2] = {0};
    for (unsigned i = 0; i < DRAWS; i++)
        seen[keydist_next(&k, 0) >= 100]++; // this law stays with the keys of the range
    law_holds((const double[]){3, 1}, seen, 2);
    assert_int_equal(g.added, seen[1]);
}

// The youngest is the most frequent, of all that there are by now but for those that may be under way.
static void latest_over_keys_that_were_added(void **state)
{
    (void)state;
    enum { ADDED = 60, PENDING = 10, KNOWN = 150 };
    static unsigned seen[MOST];
    double weights[KNOWN];
    struct growth g = {.added = ADDED, .pending = PENDING};
    struct keydist k = growing(&g, "latest:1.1", 0, (struct deal){4, 2, 1});
    memset(seen, 0, sizeof seen);
    for (unsigned i = 0; i < DRAWS; i++) {
        uint64_t key = keydist_next(&k, 0);
        assert_true(key < 100 || (key - 100) % 2 == 1);
        seen[key < 100 ? key : 100 + (key - 100) / 2]++;
    }
    for (unsigned i = 0; i < KNOWN; i++)
        weights[i] = pow(KNOWN - i, -1.1);
    law_holds(weights, seen, KNOWN);
}

static void uniform_over_keys_that_were_added(void **state)
{
    (void)state;
    static unsigned seen[MOST];
    double weights[140];
    struct growth g = {.added = 40};
    struct keydist k = growing(&g, "uniform", 0, (struct deal){1, 1, 0});
    memset(seen, 0, sizeof seen);
    for (unsigned i = 0; i < DRAWS; i++)
        seen[keydist_next(&k, 0)]++;
    for (unsigned i = 0; i < 140; i++)
        weights[i] = 1;
    law_holds(weights, seen, 140);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_up_and_round),
        cmocka_unit_test(workers_share_the_range),
        cmocka_unit_test(uniform_over_the_range),
        cmocka_unit_test(a_run_starts_where_it_is_told),
        cmocka_unit_test(a_shift_goes_on_further_on),
        cmocka_unit_test(seeds_and_parts_differ),
        cmocka_unit_test(no_range_is_one_key),
        cmocka_unit_test(scattered_laws_by_rank),
        cmocka_unit_test(laws_by_key),
        cmocka_unit_test(hot_keys_differ_from_cold_ones),
        cmocka_unit_test(a_hot_set_moves),
        cmocka_unit_test(each_connection_through_a_part),
        cmocka_unit_test(more_connections_than_keys),
        cmocka_unit_test(workers_add_keys_of_their_own),
        cmocka_unit_test(a_share_of_draws_adds),
        cmocka_unit_test(latest_over_keys_that_were_added),
        cmocka_unit_test(uniform_over_keys_that_were_added),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
