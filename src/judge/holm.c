// SPDX-License-Identifier: MIT
#include "judge/holm.h"

#include <errno.h>
#include <math.h>

int holm_adjust(const double *p, unsigned m, double *adjusted)
{
    unsigned order[HOLM_MAX]; // indices by rising p
    if (m > HOLM_MAX)
        return -EINVAL;
    for (unsigned i = 0; i < m; i++) {
        if (!(p[i] >= 0 && p[i] <= 1))
            return -EINVAL;
        unsigned at = i;
        for (; at > 0 && p[order[at - 1]] > p[i]; at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
    double most = 0;
    for (unsigned i = 0; i < m; i++) {
        most = fmax(most, (m - i) * p[order[i]]);
        adjusted[order[i]] = fmin(most, 1);
    }
    return 0;
}
