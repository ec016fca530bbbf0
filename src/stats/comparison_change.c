// SPDX-License-Identifier: MIT
#include "stats/comparison_change.h"

#include <math.h>
#include <stdio.h>

#define TIMES_FROM 2.0 // a change this large is told as a multiple

char *comparison_change(const struct contrast *x, char dst[COMPARISON_CHANGE])
{
    const struct estimate *e = &x->estimate;
    bool above = e->ratio > 1, times = above && (x->at_least ? x->bound : e->low) >= TIMES_FROM;
    const char *way = above ? "higher" : "lower";
    double near = above ? e->low : e->high, far = above ? e->high : e->low;
    if (x->at_least && times)
        snprintf(dst, COMPARISON_CHANGE, "at least %.3g× as high", x->bound);
    else if (x->at_least)
        snprintf(dst, COMPARISON_CHANGE, "at least %.3g%% %s", 100 * fabs(x->bound - 1), way);
    else if (times)
        snprintf(dst, COMPARISON_CHANGE, "%.3g–%.3g× as high", near, far);
    else
        snprintf(dst, COMPARISON_CHANGE, "%.3g–%.3g%% %s", 100 * (above ? near - 1 : 1 - near),
                 100 * (above ? far - 1 : 1 - far), way);
    return dst;
}
