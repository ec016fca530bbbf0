// SPDX-License-Identifier: MIT
#include "judge/paired.h"

#include "base/err.h"
#include "judge/sample.h"
#include "judge/signrank.h"
#include "judge/student.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#define WALSH_MAX (PAIRED_MAX * (PAIRED_MAX + 1) / 2)
#define TAIL 0.025

_Static_assert(PAIRED_MAX <= SIGNRANK_MAX, "the exact law reaches as far as the blocks");

// The means of all pairs i <= j, ascending; how many.
static unsigned walsh(const double *d, unsigned n, double *w)
{
    unsigned m = 0;
    for (unsigned j = 0; j < n; j++) {
        for (unsigned i = 0; i <= j; i++)
            w[m++] = (d[i] + d[j]) / 2;
    }
    sample_sort(w, m);
    return m;
}

static double deviation_of(const double *d, unsigned n)
{
    return sqrt(sample_squares(d, n) / (n - 1));
}

// w: room for all pairs.
static int estimate(const double *d, unsigned n, const struct paired_level *level, double *w,
                    struct estimate *result)
{
    double low, high;
    unsigned m = walsh(d, n, w);
    struct estimate r = {.n = n, .by_t = level->critical < 0, .ratio = exp(sample_median(w, m))};
    if (r.by_t) {
        double mean = sample_mean(d, n),
               half = student_quantile(1 - level->tail, n - 1) * deviation_of(d, n) / sqrt(n);
        low = mean - half;
        high = mean + half;
    } else {
        low = w[level->critical];
        high = w[m - 1 - (unsigned)level->critical];
    }
    r.low = exp(low);
    r.high = exp(high);
    for (unsigned i = 0; i < n; i++)
        r.won += d[i] > 0;
    *result = r;
    return signrank_p(d, n, &result->p);
}

int paired_at(const double *d, unsigned n, const struct paired_level *level, struct estimate *result)
{
    if (n < 2 || n > PAIRED_MAX || !sample_within(d, n, ESTIMATE_FAR))
        return -EINVAL;
    if (2 * (long)level->critical >= (long)(n * (n + 1) / 2) || !(level->tail > 0 && level->tail < 0.5))
        BUG("an interval leaves less than half of the sums out at each end");
    double *w = malloc(WALSH_MAX * sizeof *w);
    int rc = w ? estimate(d, n, level, w, result) : -ENOMEM;
    free(w);
    return rc;
}

int paired_of(const double *d, unsigned n, struct estimate *result)
{
    struct paired_level level = {.critical = -1, .tail = TAIL};
    if (n >= PAIRED_EXACT && n <= PAIRED_MAX) {
        level.critical = signrank_critical(n, TAIL);
        if (level.critical < 0)
            return -ENOMEM;
    }
    return paired_at(d, n, &level, result);
}

unsigned paired_blocks_needed(const double *d, unsigned n, double margin)
{
    if (n < 2 || !sample_sound(d, n) || !(margin > 0))
        BUG("the spread of one block is not known, and no number of blocks suffices for a margin of nothing");
    double root = 2.2 * deviation_of(d, n) / log1p(margin);
    double blocks = ceil(root * root - 1e-9); // what is whole but for rounding stays whole
    return (unsigned)fmin(fmax(blocks, PAIRED_EXACT), PAIRED_BLOCKS_MOST);
}
