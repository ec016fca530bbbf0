// SPDX-License-Identifier: MIT
#include "judge/isotonic.h"

#include "judge/order.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

struct pool { // neighbours that share their weighted mean
    double weight, mean;
    unsigned n;
};

static bool weights_sound(const double *weight, unsigned n)
{
    for (unsigned i = 0; weight && i < n; i++) {
        if (!(weight[i] >= ISOTONIC_LIGHT && weight[i] <= 1 / ISOTONIC_LIGHT))
            return false;
    }
    return true;
}

static struct pool joined(struct pool a, struct pool b)
{
    double weight = a.weight + b.weight;
    return (struct pool){
        .weight = weight, .mean = a.mean + (b.mean - a.mean) * (b.weight / weight), .n = a.n + b.n};
}

int isotonic_fit(double *y, const double *weight, unsigned n)
{
    unsigned count = 0;
    if (n > ISOTONIC_MAX || !order_sound(y, n) || !weights_sound(weight, n))
        return -EINVAL;
    struct pool *pools = calloc(n + 1, sizeof *pools);
    if (!pools)
        return -ENOMEM;
    for (unsigned i = 0; i < n; i++) {
        pools[count++] = (struct pool){.weight = weight ? weight[i] : 1, .mean = y[i], .n = 1};
        for (; count > 1 && pools[count - 2].mean > pools[count - 1].mean; count--)
            pools[count - 2] = joined(pools[count - 2], pools[count - 1]);
    }
    for (unsigned i = 0, k = 0; k < count; k++) {
        for (unsigned end = i + pools[k].n; i < end; i++)
            y[i] = pools[k].mean;
    }
    free(pools);
    return 0;
}
