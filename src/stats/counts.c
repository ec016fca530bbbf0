// SPDX-License-Identifier: MIT
#include "stats/counts.h"

#include <string.h>

#define COUNTERS (sizeof(struct counts) / sizeof(uint64_t))

void counts_add(struct counts *c, const struct counts *more)
{
    uint64_t sum[COUNTERS], part[COUNTERS];
    memcpy(sum, c, sizeof sum);
    memcpy(part, more, sizeof part);
    for (size_t i = 0; i < COUNTERS; i++)
        sum[i] += part[i];
    memcpy(c, sum, sizeof sum);
}
