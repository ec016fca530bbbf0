// SPDX-License-Identifier: MIT
#include "stats/comparison_noise.h"

#include "judge/components.h"
#include "judge/sequential.h"

#include <math.h>

#define BLOCKS_MIN 3

// The variance of the mean logarithm of a target's two slots of a block; false where it has not two.
static bool within_of(const struct comparison *c, const struct comparison_block *b, unsigned target,
                      double *out)
{
    double levels[2];
    unsigned n = 0;
    for (unsigned i = 0; i < b->n; i++)
        if (b->slots[i].target == target && n++ < 2)
            levels[n - 1] = log(b->slots[i].value[c->primary]);
    if (n != 2)
        return false;
    *out = pow(levels[0] - levels[1], 2) / 4;
    return true;
}

double comparison_noise_between(const struct comparison *c, unsigned target)
{
    double d[COMPARISON_BLOCKS_MAX], within[COMPARISON_BLOCKS_MAX], mine, reference;
    if (c->baseline || c->n < BLOCKS_MIN)
        return -1;
    comparison_differences(c, target, c->primary, d);
    for (unsigned k = 0; k < c->n; k++) {
        if (!within_of(c, &c->blocks[k], target, &mine) || !within_of(c, &c->blocks[k], 0, &reference))
            return -1;
        within[k] = mine + reference;
    }
    return components_between(d, within, c->n);
}

double comparison_noise_smallest_of(const struct comparison *c, double spread, enum comparison_metric m,
                                    unsigned blocks)
{
    struct sequential_terms terms = {
        .family = c->targets - 1, .margin = c->margins[m], .floor = c->floors[m]};
    double ratio = sequential_smallest(spread, blocks < SEQUENTIAL_LAST ? blocks : SEQUENTIAL_LAST, &terms);
    return isfinite(ratio) ? ratio - 1 : -1;
}

double comparison_noise_smallest(const struct comparison *c, unsigned target, enum comparison_metric m,
                                 unsigned blocks)
{
    double d[COMPARISON_BLOCKS_MAX];
    if (c->baseline || c->n < BLOCKS_MIN)
        return -1;
    comparison_differences(c, target, m, d);
    return comparison_noise_smallest_of(c, sequential_spread(d, c->n), m, blocks);
}
