// SPDX-License-Identifier: MIT
#include "stats/comparison_change.h"

#include "base/units.h"

#include <math.h>
#include <stdio.h>

#define TIMES_FROM 2.0 // a change this large is told as a multiple

// The end of the interval that is nearer to no change, and the other one.
static double near_end(const struct estimate *e)
{
    return e->ratio > 1 ? e->low : e->high;
}

static double far_end(const struct estimate *e)
{
    return e->ratio > 1 ? e->high : e->low;
}

bool comparison_change_times(const struct contrast *x)
{
    return x->estimate.ratio > 1 && (x->at_least ? x->bound : near_end(&x->estimate)) >= TIMES_FROM;
}

// A ratio as the number that is told of it.
static double told(const struct contrast *x, double ratio)
{
    return comparison_change_times(x) ? ratio : 100 * (x->estimate.ratio > 1 ? ratio - 1 : 1 - ratio);
}

char *comparison_change_far(const struct contrast *x, char dst[COMPARISON_CHANGE])
{
    const char *unit = comparison_change_times(x) ? "×" : "%";
    double near = told(x, x->at_least ? x->bound : near_end(&x->estimate));
    if (x->at_least)
        snprintf(dst, COMPARISON_CHANGE, "at least %s%s", UNITS_DIGITS(near), unit);
    else
        snprintf(dst, COMPARISON_CHANGE, "%s–%s%s", UNITS_DIGITS(near),
                 UNITS_DIGITS(told(x, far_end(&x->estimate))), unit);
    return dst;
}

char *comparison_change(const struct contrast *x, char dst[COMPARISON_CHANGE])
{
    char far[COMPARISON_CHANGE];
    snprintf(dst, COMPARISON_CHANGE, "%.*s %s", COMPARISON_CHANGE - 16, comparison_change_far(x, far),
             comparison_change_times(x) ? "as high"
             : x->estimate.ratio > 1    ? "higher"
                                        : "lower");
    return dst;
}

const char *comparison_change_by(const struct contrast *x)
{
    if (!x->at_least)
        return "95% CI";
    return x->bound == near_end(&x->estimate) ? "conservative end of the 95% CI"
                                              : "95% CI without the client's share";
}
