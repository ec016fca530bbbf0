// SPDX-License-Identifier: MIT
#include "judge/student.h"

#include <math.h>
#include <stdbool.h>

#define STEPS_MAX 500
#define TINY 1e-300

// The continued fraction of the incomplete beta function (Abramowitz and Stegun 26.5.8), by Lentz's method.
static double fraction(double x, double a, double b)
{
    double c = 1, d = 1 - (a + b) * x / (a + 1);
    d = 1 / (fabs(d) < TINY ? TINY : d);
    double value = d;
    for (int m = 1; m <= STEPS_MAX; m++) {
        const double numerators[] = {m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
                                     -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))};
        double change = 1;
        for (int i = 0; i < 2; i++) {
            d = 1 + numerators[i] * d;
            c = 1 + numerators[i] / c;
            d = 1 / (fabs(d) < TINY ? TINY : d);
            c = fabs(c) < TINY ? TINY : c;
            change *= c * d;
        }
        value *= change;
        if (fabs(change - 1) < 1e-15)
            break;
    }
    return value;
}

// I_x(a, b), 0 <= x <= 1.
static double beta_below(double x, double a, double b)
{
    if (x <= 0 || x >= 1)
        return x <= 0 ? 0 : 1;
    bool swapped = x > (a + 1) / (a + b + 2); // where the fraction converges slowly, the other end is taken
    double front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x));
    double part = swapped ? front * fraction(1 - x, b, a) / b : front * fraction(x, a, b) / a;
    return swapped ? 1 - part : part;
}

double student_below(double t, unsigned df)
{
    double tail = beta_below(df / (df + t * t), df / 2.0, 0.5) / 2;
    return t > 0 ? 1 - tail : tail;
}

double student_quantile(double p, unsigned df)
{
    double low = -1, high = 1;
    while (student_below(low, df) > p)
        low *= 2;
    while (student_below(high, df) < p)
        high *= 2;
    for (int i = 0; i < 200 && high - low > 1e-12 * (fabs(low) + fabs(high)); i++) {
        double mid = (low + high) / 2;
        if (student_below(mid, df) < p)
            low = mid;
        else
            high = mid;
    }
    return (low + high) / 2;
}
