// SPDX-License-Identifier: MIT
#include "judge/normal.h"

#include "base/err.h"

#include <math.h>

double normal_p(double z)
{
    if (isnan(z))
        BUG("a z is a number");
    return erfc(fabs(z) * M_SQRT1_2);
}

// The tail is searched, never the body: 1 - p would lose the digits of a small p.
double normal_quantile(double p)
{
    if (!(p > 0 && p < 1))
        BUG("a probability is between 0 and 1");
    double tails = 2 * fmin(p, 1 - p);
    double low = 0, high = 40; // at 40 the tail is below the least double
    for (int i = 0; i < 60; i++) {
        double middle = (low + high) / 2;
        if (normal_p(middle) > tails)
            low = middle;
        else
            high = middle;
    }
    double z = p == 0.5 ? 0 : (low + high) / 2;
    return p < 0.5 ? -z : z;
}
