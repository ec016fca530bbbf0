// SPDX-License-Identifier: MIT
#include "stats/staleness.h"

#include <errno.h>

int staleness_init(struct staleness *s, int digits)
{
    *s = (struct staleness){.age = hist_new(digits)};
    return s->age ? 0 : -ENOMEM;
}

void staleness_free(struct staleness *s)
{
    hist_free(s->age);
    *s = (struct staleness){0};
}

void staleness_reset(struct staleness *s)
{
    if (s->age)
        hist_reset(s->age);
    s->at_least = s->behind = 0;
}

void staleness_add(struct staleness *s, uint64_t age_ns, uint64_t behind, bool at_least)
{
    hist_record(s->age, age_ns, 1);
    s->at_least += at_least;
    s->behind = behind > s->behind ? behind : s->behind;
}

void staleness_add_counts(struct staleness *s, const struct staleness *from)
{
    s->at_least += from->at_least;
    s->behind = from->behind > s->behind ? from->behind : s->behind;
}

void staleness_merge(struct staleness *s, const struct staleness *from)
{
    hist_merge(s->age, from->age);
    staleness_add_counts(s, from);
}
