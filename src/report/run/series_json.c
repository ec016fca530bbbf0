// SPDX-License-Identifier: MIT
#include "report/run/series_json.h"

#include "report/parts/value.h"
#include "report/run/rows.h"

#include <math.h>

#define HEAT_FIRST 20 // what is shorter than 100 ns counts in the first
#define HEAT_DECADE 10

struct heat {
    json_t *list;
    uint64_t passed;
    int bucket; // of which the edge that comes is the top, less 1
};

static uint64_t heat_next(uint64_t edge)
{
    int k = edge ? (int)lround(HEAT_DECADE * log10((double)edge)) : HEAT_FIRST;
    return (uint64_t)llround(pow(10, (double)(k + 1) / HEAT_DECADE));
}

static bool heat_see(void *ctx, const struct hist_step *step)
{
    struct heat *h = ctx;
    uint64_t n = step->cumulative - h->passed;
    if (n && !h->passed)
        h->list = value_append(h->list, value_number((uint64_t)h->bucket));
    if (step->cumulative)
        h->list = value_append(h->list, value_number(n));
    h->passed = step->cumulative;
    h->bucket++;
    return true;
}

// The first bucket that holds something, and the counts from there on; bucket k is up to 10^((k + 1) / 10)
// ns.
static json_t *heat(const struct hist *latency)
{
    struct heat h = {.list = json_array(), .bucket = HEAT_FIRST};
    hist_walk_linear(latency, heat_next, heat_see, &h);
    return h.list;
}

static json_t *row(const struct rows *r)
{
    const struct hist *h = r->latency;
    bool any = hist_count(h) > 0;
    double answered = (double)(r->row.ok + r->row.errors), length_s = (double)r->length_ns * 1e-9;
    return value_object(FIELDS{
        {"phase", value_text(r->warm ? "warmup" : "measure")},
        {"start_s", value_seconds(r->start_ns)},
        {"length_s", value_seconds(r->length_ns)},
        {"due", value_number(r->row.due)},
        {"sent", value_number(r->row.sent)},
        {"ok", value_number(r->row.ok)},
        {"errors", value_number(r->row.errors)},
        {"invalidations", value_number(r->row.invalidations)},
        {"rps", value_real_if(length_s > 0, answered / (length_s > 0 ? length_s : 1))},
        {"p50", value_number_if(any, hist_quantile(h, 0.5))},
        {"p99", value_number_if(any, hist_quantile(h, 0.99))},
        {"p99_9", value_number_if(any, hist_quantile(h, 0.999))},
        {"max", value_number_if(any, hist_max(h))},
        {"lag_p99", value_number_if(r->lag && hist_count(r->lag), r->lag ? hist_quantile(r->lag, 0.99) : 0)},
        {"client_cpu_s", value_real(r->row.cpu_s)},
        {"heat", heat(h)},
        {"outage_s", value_seconds(rows_outage_ns(r))},
        {"node_outage_s", value_seconds(rows_node_outage_ns(r))},
        {0},
    });
}

json_t *series_json(const struct summary *s)
{
    json_t *list = json_array();
    struct rows r;
    if (!s->latency)
        return list;
    rows_begin(&r, s);
    while (rows_next(&r))
        list = value_append(list, row(&r));
    rows_end(&r);
    return list;
}
