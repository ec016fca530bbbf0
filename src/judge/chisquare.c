// SPDX-License-Identifier: MIT
#include "judge/chisquare.h"

#include "base/err.h"

#include <math.h>

#define TERMS 10000
#define PRECISE 1e-15
#define TINY 1e-300

// e^-x x^a / Gamma(a)
static double front(double a, double x)
{
    return exp(a * log(x) - x - lgamma(a));
}

// The share below x of the gamma law of shape a, where x is not far beyond a.
static double lower_series(double a, double x)
{
    double term = 1 / a, sum = term;
    for (int i = 1; i < TERMS && term > sum * PRECISE; i++) {
        term *= x / (a + i);
        sum += term;
    }
    return sum * front(a, x);
}

// The share above, where it is: a continued fraction, by Lentz's method.
static double upper_fraction(double a, double x)
{
    double b = x + 1 - a, c = 1 / TINY, d = 1 / b, h = d;
    for (int i = 1; i < TERMS; i++) {
        double n = -i * (i - a);
        b += 2;
        d = n * d + b;
        d = 1 / (fabs(d) < TINY ? TINY : d);
        c = b + n / c;
        c = fabs(c) < TINY ? TINY : c;
        h *= d * c;
        if (fabs(d * c - 1) < PRECISE)
            break;
    }
    return h * front(a, x);
}

double chisquare_p(double x, unsigned df)
{
    double a = df / 2.0, half = x / 2;
    if (df < 1 || !(x >= 0))
        BUG("a chi-square has a degree of freedom at least and is not below 0");
    if (half == 0)
        return 1;
    double p = half < a + 1 ? 1 - lower_series(a, half) : upper_fraction(a, half);
    return fmin(1, fmax(0, p));
}

struct chisquare chisquare_of(const uint64_t *seen, const double *share, unsigned bins)
{
    struct chisquare out = {.p = 1};
    double expected = 0, found = 0, left = 1;
    unsigned cells = 0;
    for (unsigned i = 0; i < bins; i++)
        out.n += seen[i];
    double n = (double)out.n;
    for (unsigned i = 0; n > 0 && i < bins; i++) {
        expected += share[i] * n;
        found += (double)seen[i];
        left -= share[i];
        if (i + 1 < bins && (expected < CHISQUARE_EXPECTED || left * n < CHISQUARE_EXPECTED))
            continue;
        out.statistic += (found - expected) * (found - expected) / expected;
        cells++;
        expected = found = 0;
    }
    out.df = cells > 1 ? cells - 1 : 0;
    if (out.df)
        out.p = chisquare_p(out.statistic, out.df);
    return out;
}
