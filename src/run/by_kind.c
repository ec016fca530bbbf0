// SPDX-License-Identifier: MIT
#include "run/by_kind.h"

#include <errno.h>
#include <stdlib.h>

int by_kind(struct summary *s, const struct worker *workers, unsigned n)
{
    const struct mixed **of = calloc(n, sizeof(struct mixed *));
    for (unsigned i = 0; of && i < n; i++)
        of[i] = &workers[i].mixed;
    int rc = of ? mixed_sum(s, workers->plan, of, n) : -ENOMEM;
    free(of);
    return rc;
}
