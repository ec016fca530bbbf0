// SPDX-License-Identifier: MIT
#include "judge/components.h"

#include "base/err.h"
#include "judge/sample.h"

#include <math.h>

double components_between(const double *d, const double *within, unsigned n)
{
    if (n < 2 || !sample_sound(d, n) || !sample_sound(within, n))
        BUG("a spread is that of two finite values or more");
    double all = sample_squares(d, n) / (n - 1);
    return all > 0 ? fmin(fmax(1 - sample_mean(within, n) / all, 0), 1) : 0;
}
