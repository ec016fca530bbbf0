// SPDX-License-Identifier: MIT
#include "judge/student.h"

#include "judge/normal.h"
#include "sample.h"

// P(T <= .975) and others as any table of the law has them, to the digits printed there.
static void quantiles_are_those_of_the_tables(void **state)
{
    (void)state;
    const struct {
        double p;
        unsigned df;
        double t;
    } table[] = {
        {0.975, 1, 12.7062}, {0.975, 2, 4.3027},  {0.975, 3, 3.1824},   {0.975, 4, 2.7764},
        {0.975, 5, 2.5706},  {0.975, 6, 2.4469},  {0.975, 7, 2.3646},   {0.975, 8, 2.3060},
        {0.975, 9, 2.2622},  {0.975, 10, 2.2281}, {0.975, 19, 2.0930},  {0.975, 29, 2.0452},
        {0.975, 30, 2.0423}, {0.975, 60, 2.0003}, {0.975, 120, 1.9799}, {0.95, 1, 6.3138},
        {0.95, 5, 2.0150},   {0.95, 30, 1.6973},  {0.99, 4, 3.7469},    {0.995, 1, 63.6567},
        {0.995, 9, 3.2498},  {0.995, 30, 2.7500}, {0.9995, 5, 6.8688},  {0.9995, 10, 4.5869},
        {0.75, 3, 0.7649},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        assert_near(student_quantile(table[i].p, table[i].df), table[i].t, 5.1e-5);
        assert_near(student_quantile(1 - table[i].p, table[i].df), -table[i].t, 5.1e-5);
        assert_true(student_quantile(0.5, table[i].df) == 0);
    }
}

// One, two and four degrees of freedom have a closed form.
static void quantiles_are_those_of_the_closed_forms(void **state)
{
    (void)state;
    for (int k = 0; k < 76; k++) {
        double p = 1e-9 * pow(1.3, k); // up to .35
        double one = -1 / tan(M_PI * p), a = 4 * p * (1 - p), two = (2 * p - 1) * sqrt(2 / a);
        double four = -2 * sqrt(cos(acos(sqrt(a)) / 3) / sqrt(a) - 1);
        assert_near(student_quantile(p, 1), one, 1e-6 * -one);
        assert_near(student_quantile(p, 2), two, 1e-6 * -two);
        assert_near(student_quantile(p, 4), four, 1e-6 * -four);
    }
}

static void p_undoes_the_quantile(void **state)
{
    (void)state;
    for (unsigned df = 1; df < 1000000; df += 1 + df / 3) {
        for (int k = 0; k < 15; k++) {
            double p = 1e-7 * pow(3, k); // up to .48
            assert_near(student_p(student_quantile(p, df), df), 2 * p, 1e-6 * p + 1e-8);
        }
        assert_true(student_p(0, df) == 1);
        assert_true(student_p(INFINITY, df) == 0);
        assert_true(student_p(-1e300, df) >= 0);
    }
}

// The sums and the expansion meet where one takes over from the other, and the normal law is the limit.
static void many_degrees_of_freedom_are_normal(void **state)
{
    (void)state;
    for (int k = 0; k < 99; k++) {
        double p = 1e-6 + 0.0101 * k;
        double summed = student_quantile(p, STUDENT_SUMMED),
               expanded = student_quantile(p, STUDENT_SUMMED + 1);
        assert_near(expanded, summed, 1e-6);
        assert_near(student_quantile(p, 4000000000), normal_quantile(p), 1e-7);
        assert_near(student_p(summed, STUDENT_SUMMED + 1), student_p(summed, STUDENT_SUMMED), 1e-6);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantiles_are_those_of_the_tables),
        cmocka_unit_test(quantiles_are_those_of_the_closed_forms),
        cmocka_unit_test(p_undoes_the_quantile),
        cmocka_unit_test(many_degrees_of_freedom_are_normal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
