// SPDX-License-Identifier: MIT
#include "judge/normal.h"

#include "sample.h"

static void quantiles_are_those_of_the_tables(void **state)
{
    (void)state;
    assert_true(normal_quantile(0.5) == 0);
    assert_near(normal_quantile(0.8413447460685429), 1, 1e-12);
    assert_near(normal_quantile(0.9), 1.2815515655446004, 1e-12);
    assert_near(normal_quantile(0.975), 1.959963984540054, 1e-12);
    assert_near(normal_quantile(0.995), 2.5758293035489004, 1e-12);
    assert_near(normal_quantile(0.025), -1.959963984540054, 1e-12);
    assert_near(normal_quantile(1e-9), -5.997807015007687, 1e-9);
    assert_true(isfinite(normal_quantile(5e-324)));
}

static void p_is_two_sided_and_undoes_the_quantile(void **state)
{
    (void)state;
    assert_true(normal_p(0) == 1);
    assert_near(normal_p(1.959963984540054), 0.05, 1e-12);
    assert_near(normal_p(-2.5758293035489004), 0.01, 1e-12);
    for (int k = 0; k < 50; k++) {
        double p = 1e-12 * pow(1.7, k);
        assert_near(normal_p(normal_quantile(p)), 2 * p, 1e-10 * p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantiles_are_those_of_the_tables),
        cmocka_unit_test(p_is_two_sided_and_undoes_the_quantile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
