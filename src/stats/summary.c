// SPDX-License-Identifier: MIT
#include "stats/summary.h"

#include <math.h>
#include <stdlib.h>

#define KEPT_MIN 0.99 // of the offered load

void summary_free(struct summary *s)
{
    struct hist **hists[] = {&s->latency, &s->bounded, &s->service, &s->lag, &s->wait};
    for (size_t i = 0; i < sizeof hists / sizeof *hists; i++) {
        hist_free(*hists[i]);
        *hists[i] = NULL;
    }
    wiretimes_free(&s->wire);
    series_free(&s->warm);
    series_free(&s->series);
    free(s->shares);
    s->shares = NULL;
}

void summary_settle(struct summary *s)
{
    const struct hist *all = s->bounded ? s->bounded : s->latency;
    for (int i = 0; i < QUANTILES; i++) {
        struct quantile *x = &s->quantiles[i];
        quantile_of(x, quantile_names[i].q, all, s->latency, &s->series);
        x->at_least = s->bounded && s->bound_min_ns <= x->ns;
    }
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

double summary_kept(const struct summary *s)
{
    return ratio((double)summary_answered(s), (double)s->due);
}

bool summary_kept_up(const struct summary *s)
{
    if (s->rate_asked <= 0)
        return true;
    double due = (double)s->due;
    double planned_ns = s->duration_asked_ns ? (double)s->duration_asked_ns
                                             : (due + 5 * sqrt(due)) / s->rate_asked * 1e9; // chance included
    double last_ns =
        s->service ? 2 * (double)hist_quantile(s->service, 0.99) : 0; // the last answers' own time
    return summary_kept(s) >= KEPT_MIN && (double)s->wall_ns <= planned_ns / KEPT_MIN + last_ns;
}

bool summary_failed(const struct summary *s)
{
    return s->errors > 0 || s->lost > 0 || s->unfinished > 0;
}
