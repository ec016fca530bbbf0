// SPDX-License-Identifier: MIT
#include "stats/freeze.h"

#include "stats/doubt.h"
#include "stats/validity.h"
#include "stats/verdict.h"

#include <errno.h>
#include <stdlib.h>

int freeze_summary(struct summary *s)
{
    struct doubt found[DOUBTS_MAX];
    verdict_of(s, &s->verdict);
    validity_of(s, &s->validity);
    int n = doubts_of(s, found);
    struct doubt *kept = malloc((size_t)(n + 1) * sizeof *kept);
    if (!kept)
        return -ENOMEM;
    memcpy(kept, found, (size_t)n * sizeof *kept);
    free(s->doubts);
    s->doubts = kept;
    s->ndoubts = (unsigned)n;
    return 0;
}
