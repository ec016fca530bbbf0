// SPDX-License-Identifier: MIT
#include "judge/student.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void quantiles_are_those_of_the_tables(void **state)
{
    (void)state;
    const struct {
        double p;
        unsigned df;
        double t;
    } table[] = {{0.975, 1, 12.7062},  {0.975, 2, 4.30265}, {0.975, 5, 2.57058},      {0.975, 9, 2.26216},
                 {0.975, 29, 2.04523}, {0.95, 10, 1.81246}, {0.995, 4, 4.60409},      {0.975, 120, 1.97993},
                 {0.025, 9, -2.26216}, {0.5, 7, 0},         {0.975, 100000, 1.95999}, {0.75, 3, 0.76489}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        double t = student_quantile(table[i].p, table[i].df);
        assert_true(fabs(t - table[i].t) < 1e-5 * (1 + 10 * fabs(table[i].t)));
    }
}

static void a_quantile_has_its_share_below(void **state)
{
    (void)state;
    for (unsigned df = 1; df < 400; df += 7)
        for (double p = 0.001; p < 1; p += 0.037)
            assert_true(fabs(student_below(student_quantile(p, df), df) - p) < 1e-9);
}

// With one degree of freedom it is Cauchy's distribution, with two it has a closed form.
static void small_degrees_have_closed_forms(void **state)
{
    (void)state;
    for (double t = -20; t <= 20; t += 0.7) {
        assert_true(fabs(student_below(t, 1) - (0.5 + atan(t) / 3.14159265358979323846)) < 1e-12);
        assert_true(fabs(student_below(t, 2) - (0.5 + t / (2 * sqrt(2 + t * t)))) < 1e-12);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(quantiles_are_those_of_the_tables),
                                       cmocka_unit_test(a_quantile_has_its_share_below),
                                       cmocka_unit_test(small_degrees_have_closed_forms)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
