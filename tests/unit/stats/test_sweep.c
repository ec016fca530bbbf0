// SPDX-License-Identifier: MIT
#include "stats/sweep.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct sweep_point point(double x, unsigned pass, double rps, uint64_t p99_ns)
{
    struct sweep_point p = {.x = x, .pass = pass, .rps = rps, .kept_up = true, .answered = 1000};
    p.verdict.limit = LIMIT_SERVER;
    p.quantiles[QUANTILE_P99].ns = p99_ns;
    return p;
}

static void the_knee_is_found_over_all_passes(void **state)
{
    (void)state;
    struct sweep_point points[] = {
        point(300, 1, 300, 900), point(100, 0, 100, 100), point(200, 0, 200, 300),
        point(200, 1, 200, 100), point(300, 0, 300, 900), point(100, 1, 100, 100),
    };
    struct sweep s = {.kind = SWEEP_RATE, .points = points, .n = 6};
    struct knee knee;
    double rate;
    sweep_sort(&s);
    assert_true(points[0].x == 100 && points[1].x == 100 && points[0].pass == 0 && points[5].x == 300);
    assert_int_equal(sweep_knee(&s, &knee, &rate), 0);
    assert_true(rate == 200); // sqrt(300 * 100) = 173 is within twice 100
    assert_false(knee.open);
    points[2].kept_up = false;
    assert_int_equal(sweep_knee(&s, &knee, &rate), 0);
    assert_true(rate == 100);
}

static void what_the_client_limited_is_no_part_of_it(void **state)
{
    (void)state;
    struct sweep_point points[] = {point(100, 0, 100, 100), point(200, 0, 200, 150), point(300, 0, 300, 150)};
    struct sweep s = {.kind = SWEEP_RATE, .points = points, .n = 3};
    struct knee knee;
    double rate;
    points[2].verdict.limit = LIMIT_CLIENT;
    assert_int_equal(sweep_knee(&s, &knee, &rate), 0);
    assert_true(rate == 200);
    points[0].verdict.limit = points[1].verdict.limit = LIMIT_CLIENT;
    assert_int_equal(sweep_knee(&s, &knee, &rate), -ENODATA);
    s.kind = SWEEP_SIZE;
    assert_int_equal(sweep_knee(&s, &knee, &rate), -ENODATA);
}

static double law(double n)
{
    return 1000 * n / (1 + 0.05 * (n - 1) + 0.001 * n * (n - 1));
}

static void the_law_is_found_without_the_clients_points(void **state)
{
    (void)state;
    struct sweep_point points[8];
    struct sweep s = {.kind = SWEEP_CLIENTS, .points = points, .n = 8};
    struct usl fit;
    for (unsigned i = 0; i < 8; i++)
        points[i] = point(1 << i, 0, law(1 << i), 1);
    points[7].rps = 1;
    points[7].verdict.limit = LIMIT_CLIENT;
    assert_int_equal(sweep_usl(&s, 1, &fit), 0);
    assert_true(fabs(fit.alpha.value - 0.05) < 1e-6);
    assert_true(fabs(fit.beta.value - 0.001) < 1e-6);
    points[0].verdict.limit = points[1].verdict.limit = LIMIT_CLIENT;
    assert_int_equal(sweep_usl(&s, 1, &fit), -ENODATA);
    s.kind = SWEEP_RATE;
    assert_int_equal(sweep_usl(&s, 1, &fit), -ENODATA);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_knee_is_found_over_all_passes),
        cmocka_unit_test(what_the_client_limited_is_no_part_of_it),
        cmocka_unit_test(the_law_is_found_without_the_clients_points),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
