// SPDX-License-Identifier: MIT
#include "load/sizes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "law.h"

#define DRAWS 200000
#define MOST 700

static struct sizes sizes_of(const char *text)
{
    struct sizes s;
    struct err err;
    if (sizes_parse("--value-size", text, &s, &err) < 0)
        fail_msg("%s", err.text);
    return s;
}

static void count(unsigned *seen, const struct sizes *s)
{
    struct rng rng = rng_init(21, 0);
    double sum = 0;
    memset(seen, 0, MOST * sizeof *seen);
    for (int i = 0; i < DRAWS; i++) {
        uint32_t n = sizes_draw(s, &rng);
        assert_in_range(n, s->lo, s->hi);
        assert_true(n < MOST);
        seen[n]++;
        sum += n;
    }
    assert_true(fabs(sum / DRAWS / sizes_mean(s) - 1) < 0.03);
}

static void a_range_is_uniform_to_its_ends(void **state)
{
    (void)state;
    unsigned seen[MOST];
    double weights[MOST] = {0};
    struct sizes s = sizes_of("100-500");
    count(seen, &s);
    for (int i = 100; i <= 500; i++)
        weights[i] = 1;
    law_holds(weights + 100, seen + 100, 401);
    assert_true(sizes_mean(&s) == 300 && sizes_vary(&s));
}

static void a_list_by_its_weights(void **state)
{
    (void)state;
    unsigned seen[MOST];
    struct sizes s = sizes_of("32:60,1:9,64:30,600B:1");
    count(seen, &s);
    const unsigned found[] = {seen[32], seen[1], seen[64], seen[600]};
    law_holds((const double[]){60, 9, 30, 1}, found, 4);
    assert_int_equal(found[0] + found[1] + found[2] + found[3], DRAWS);
    assert_true(s.lo == 1 && s.hi == 600);
}

static double below(double x, double mu, double sigma)
{
    return erfc((mu - log(x)) / sigma / sqrt(2)) / 2;
}

static void lognormal_by_its_logarithm(void **state)
{
    (void)state;
    unsigned seen[MOST];
    double weights[MOST] = {0};
    struct sizes s = sizes_of("lognormal:4:0.5");
    count(seen, &s);
    for (uint32_t i = s.lo; i <= s.hi; i++)
        weights[i] = below(i + 1, 4, 0.5) - below(fmax(i, 1), 4, 0.5);
    law_holds(weights + s.lo, seen + s.lo, s.hi - s.lo + 1);
}

static double pareto_above(double x)
{
    return pow(1 + 0.2 * x / 4, -1 / 0.2);
}

static void pareto_by_its_tail(void **state)
{
    (void)state;
    unsigned seen[MOST];
    double weights[MOST] = {0};
    struct sizes s = sizes_of("pareto:4:0.2");
    count(seen, &s);
    assert_true(s.lo == 1 && s.hi == 297); // what one in a million exceeds, in whole bytes
    for (uint32_t i = s.lo; i <= s.hi; i++)
        weights[i] = pareto_above(i - 1) - (i == s.hi ? 1e-6 : pareto_above(i));
    law_holds(weights + s.lo, seen + s.lo, s.hi - s.lo + 1);
}

static void one_size_is_one(void **state)
{
    (void)state;
    unsigned seen[MOST];
    struct sizes s = sizes_of("64");
    count(seen, &s);
    assert_int_equal(seen[64], DRAWS);
    assert_false(sizes_vary(&s));
    assert_int_equal(sizes_of("64KiB").hi, 65536);
}

static void no_sizes(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",
                                        "lognormal:0x5:1",
                                        "lognormal:5:0x1",
                                        "pareto:0x5:0.5",
                                        "lognormal:inf:1",
                                        "lognormal:5:-1",
                                        "0",
                                        "5-",
                                        "-5",
                                        "9-3",
                                        "x",
                                        "3:",
                                        "3:0",
                                        ":3",
                                        "3:1,",
                                        "3:1,,4:2",
                                        "3:-1",
                                        "1GiB",
                                        "3:1.5",
                                        "lognormal:",
                                        "lognormal:5",
                                        "3-4:1",
                                        "1-2-3",
                                        "0-5:10",
                                        "3:1 ",
                                        "lognormal:5:0",
                                        "lognormal:99:1",
                                        "lognormal:5:1x",
                                        "pareto:",
                                        "pareto:4",
                                        "pareto:4:0",
                                        "pareto:4:1",
                                        "pareto:0:0.5",
                                        "pareto:4:0.5x",
                                        "-"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct sizes s;
        struct err err = {0};
        if (sizes_parse("--value-size", wrong[i], &s, &err) == 0)
            fail_msg("'%s' was taken for sizes", wrong[i]);
        assert_int_equal(err.code, ERR_USAGE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_range_is_uniform_to_its_ends),
        cmocka_unit_test(a_list_by_its_weights),
        cmocka_unit_test(lognormal_by_its_logarithm),
        cmocka_unit_test(pareto_by_its_tail),
        cmocka_unit_test(one_size_is_one),
        cmocka_unit_test(no_sizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
