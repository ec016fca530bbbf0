// SPDX-License-Identifier: MIT
#include "report/run/rows.h"

void rows_begin(struct rows *r, const struct summary *s)
{
    *r = (struct rows){.s = s, .of = &s->warm, .warm = true, .latency = hist_new(hist_digits(s->latency))};
    if (s->lag)
        r->lag = hist_new(hist_digits(s->lag));
}

bool rows_next(struct rows *r)
{
    if (r->warm && r->next >= r->of->n) {
        r->of = &r->s->series;
        r->warm = false;
        r->next = 0;
    }
    if (r->next >= r->of->n || !r->latency)
        return false;
    size_t group = r->s->interval_ns > r->of->step_ns ? r->s->interval_ns / r->of->step_ns : 1;
    r->row = series_group(r->of, r->next, group);
    r->start_ns = r->next * r->of->step_ns;
    r->next += group;
    r->length_ns = (r->next < r->of->n ? r->next * r->of->step_ns : r->of->total_ns) - r->start_ns;
    hist_reset(r->latency);
    hist_add_cells(r->latency, series_latency(r->of, &r->row));
    if (r->lag) {
        hist_reset(r->lag);
        hist_add_cells(r->lag, series_lag(r->of, &r->row));
    }
    return true;
}

void rows_end(struct rows *r)
{
    hist_free(r->latency);
    hist_free(r->lag);
}

uint64_t rows_outage_ns(const struct rows *r)
{
    return r->warm ? 0 : outages_within(&r->s->outages, r->start_ns, r->start_ns + r->length_ns);
}

uint64_t rows_node_outage_ns(const struct rows *r)
{
    return r->warm ? 0 : outages_within_nodes(&r->s->outages, r->start_ns, r->start_ns + r->length_ns);
}
