// SPDX-License-Identifier: MIT
#include "judge/sample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void sample_sort(double *v, unsigned n)
{
    if (n > 1)
        qsort(v, n, sizeof *v, by_value);
}

bool sample_within(const double *v, unsigned n, double far)
{
    for (unsigned i = 0; i < n; i++) {
        if (!(fabs(v[i]) <= far))
            return false;
    }
    return true;
}

bool sample_sound(const double *v, unsigned n)
{
    return sample_within(v, n, SAMPLE_HUGE);
}

double sample_mean(const double *v, unsigned n)
{
    double sum = 0;
    for (unsigned i = 0; i < n; i++)
        sum += v[i];
    return sum / n;
}

double sample_squares(const double *v, unsigned n)
{
    double mean = sample_mean(v, n), squares = 0;
    for (unsigned i = 0; i < n; i++)
        squares += (v[i] - mean) * (v[i] - mean);
    return squares;
}

double sample_median(const double *sorted, unsigned n)
{
    double low = sorted[(n - 1) / 2], high = sorted[n / 2];
    return low + (high - low) / 2;
}

// Merges the runs [from, middle) and [middle, to) into out; each value of the second that overtakes what is
// left of the first was an inversion with all of it.
static unsigned long merge(const double *v, double *out, unsigned from, unsigned middle, unsigned to)
{
    unsigned long inversions = 0;
    unsigned a = from, b = middle;
    for (unsigned i = from; i < to; i++) {
        if (b == to || (a < middle && v[a] <= v[b])) {
            out[i] = v[a++];
        } else {
            out[i] = v[b++];
            inversions += middle - a;
        }
    }
    return inversions;
}

unsigned long sample_inversions(double *v, double *scratch, unsigned n)
{
    unsigned long inversions = 0;
    for (unsigned run = 1; run < n; run *= 2) {
        for (unsigned from = 0; from < n; from += 2 * run) {
            unsigned middle = from + run < n ? from + run : n, to = middle + run < n ? middle + run : n;
            inversions += merge(v, scratch, from, middle, to);
        }
        memcpy(v, scratch, n * sizeof *v);
    }
    return inversions;
}
