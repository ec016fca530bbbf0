// SPDX-License-Identifier: MIT
#include "judge/finding.h"

#include "base/err.h"

#include <math.h>

static enum finding by_interval(double low, double high, double margin)
{
    if (low > 1 + margin)
        return FINDING_HIGHER;
    if (high < 1 - margin)
        return FINDING_LOWER;
    if (low >= 1 - margin && high <= 1 + margin)
        return FINDING_EQUIVALENT;
    return low > 1 || high < 1 ? FINDING_DIFFERENT : FINDING_UNCLEAR;
}

enum finding finding_of(const struct estimate *result, double margin, double noise_floor)
{
    if (!(margin >= 0 && margin < 1 && noise_floor >= 0 && noise_floor < 1))
        BUG("margin and noise floor are shares");
    enum finding f = by_interval(result->low, result->high, margin);
    double told = f == FINDING_EQUIVALENT ? log1p(margin) : fabs(log(result->ratio));
    return told < noise_floor ? FINDING_UNCLEAR : f;
}

const char *finding_name(enum finding f)
{
    static const char *const names[] = {
        [FINDING_UNCLEAR] = "unclear",       [FINDING_HIGHER] = "higher",       [FINDING_LOWER] = "lower",
        [FINDING_EQUIVALENT] = "equivalent", [FINDING_DIFFERENT] = "different",
    };
    return names[f];
}
