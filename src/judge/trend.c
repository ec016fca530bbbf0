// SPDX-License-Identifier: MIT
#include "judge/trend.h"

#include <math.h>
#include <stdlib.h>

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// Sorts the values.
static double median_of(double *x, size_t n)
{
    qsort(x, n, sizeof *x, by_value);
    return n % 2 ? x[n / 2] : (x[n / 2 - 1] + x[n / 2]) / 2;
}

static size_t thin(double *to, const double *y, size_t n)
{
    size_t m = n < TREND_MAX ? n : TREND_MAX;
    for (size_t i = 0; i < m; i++)
        to[i] = y[i * n / m];
    return m;
}

// How many equal values there are, weighted as the variance of S wants it. y: sorted.
static double ties(const double *y, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n;) {
        size_t j = i;
        while (j < n && y[j] == y[i])
            j++;
        double t = (double)(j - i);
        sum += t * (t - 1) * (2 * t + 5);
        i = j;
    }
    return sum;
}

// S counts the pairs that rise less those that fall.
static double p_of(double s, size_t n, double tied)
{
    double m = (double)n;
    double variance = (m * (m - 1) * (2 * m + 5) - tied) / 18;
    if (variance <= 0 || s == 0)
        return 1;
    double z = (fabs(s) - 1) / sqrt(variance);
    return erfc(z / sqrt(2));
}

static double slopes(const double *y, size_t n, double *slope, double *s)
{
    size_t k = 0;
    *s = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++) {
            slope[k++] = (y[j] - y[i]) / (double)(j - i);
            *s += (y[j] > y[i]) - (y[j] < y[i]);
        }
    return median_of(slope, k);
}

void trend_of(struct trend *out, const double *y, size_t n)
{
    double kept[TREND_MAX];
    size_t m = thin(kept, y, n);
    *out = (struct trend){.p = 1};
    double *slope = m >= 3 ? calloc(m * (m - 1) / 2, sizeof *slope) : NULL;
    if (!slope)
        return;
    double s;
    out->slope = slopes(kept, m, slope, &s) * (double)m / (double)n;
    free(slope);
    out->median = median_of(kept, m);
    out->p = p_of(s, m, ties(kept, m));
}

double trend_drift(const struct trend *t, size_t n)
{
    return t->median != 0 ? t->slope * (double)n / fabs(t->median) : 0;
}
