// SPDX-License-Identifier: MIT
#include "stats/summary.h"

#include <stdlib.h>

void summary_free(struct summary *s)
{
    hist_free(s->latency);
    free(s->shares);
    s->latency = NULL;
    s->shares = NULL;
}

uint64_t summary_answered(const struct summary *s)
{
    return s->ok + s->errors;
}

static double ratio(double part, double whole)
{
    return whole > 0 ? part / whole : 0;
}

double summary_rps(const struct summary *s)
{
    return ratio((double)summary_answered(s), (double)s->wall_ns * 1e-9);
}

double summary_hit_ratio(const struct summary *s)
{
    return ratio((double)s->hits, (double)s->hits + (double)s->misses);
}

double summary_cpu_us(const struct summary *s)
{
    return ratio((s->user_s + s->system_s) * 1e6, (double)summary_answered(s));
}

bool summary_failed(const struct summary *s)
{
    return s->errors > 0 || s->lost > 0 || s->unfinished > 0;
}
