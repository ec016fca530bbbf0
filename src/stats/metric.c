// SPDX-License-Identifier: MIT
#include "stats/metric.h"

#include "base/err.h"

#include <stdio.h>

static const struct {
    const char *name; // NULL: a quantile
    enum metric_kind kind;
} table[METRICS] = {
    [METRIC_RPS] = {"rps", METRIC_RATE},
    [METRIC_MEAN] = {"mean", METRIC_TIME},
    [METRIC_MIN] = {"min", METRIC_TIME},
    [METRIC_MAX] = {"max", METRIC_TIME},
    [METRIC_P50... METRIC_P9999] = {NULL, METRIC_TIME},
    [METRIC_ERRORS] = {"errors", METRIC_COUNT},
    [METRIC_UNFINISHED] = {"unfinished", METRIC_COUNT},
    [METRIC_HITS] = {"hits", METRIC_SHARE},
    [METRIC_KEPT] = {"kept", METRIC_SHARE},
    [METRIC_CPU_US] = {"cpu_us", METRIC_COST},
    [METRIC_CAPACITY] = {"capacity", METRIC_RATE},
    [METRIC_DELIVERY_P50] = {"delivery_p50", METRIC_TIME},
    [METRIC_DELIVERY_P99] = {"delivery_p99", METRIC_TIME},
    [METRIC_DELIVERY_P999] = {"delivery_p99.9", METRIC_TIME},
    [METRIC_DELIVERY_MAX] = {"delivery_max", METRIC_TIME},
    [METRIC_LOST_MESSAGES] = {"lost_messages", METRIC_COUNT},
    [METRIC_STALENESS_P50] = {"staleness_p50", METRIC_TIME},
    [METRIC_STALENESS_P99] = {"staleness_p99", METRIC_TIME},
    [METRIC_STALENESS_MAX] = {"staleness_max", METRIC_TIME},
    [METRIC_STALE_READS] = {"stale_reads", METRIC_COUNT},
};

const char *metric_name(enum metric m)
{
    return table[m].name ? table[m].name : quantile_names[m - METRIC_P50].text;
}

enum metric_kind metric_kind(enum metric m)
{
    return table[m].kind;
}

const char *metric_unit(enum metric m)
{
    static const char *const units[] = {[METRIC_RATE] = "req/s",
                                        [METRIC_TIME] = "ns",
                                        [METRIC_COUNT] = "count",
                                        [METRIC_SHARE] = "ratio",
                                        [METRIC_COST] = "us"};
    return units[table[m].kind];
}

bool metric_more_is_better(enum metric m)
{
    return table[m].kind == METRIC_RATE || table[m].kind == METRIC_SHARE;
}

static struct figure latency(enum metric m, const struct summary *s)
{
    if (!s->latency || hist_count(s->latency) == 0)
        return (struct figure){0};
    const struct hist *all = s->bounded ? s->bounded : s->latency;
    switch (m) {
    case METRIC_MEAN:
        return (struct figure){true, hist_mean(s->latency), s->bounded};
    case METRIC_MIN:
        return (struct figure){true, (double)hist_min(all), s->bounded};
    case METRIC_MAX:
        return (struct figure){true, (double)hist_max(all), s->bounded};
    default: {
        const struct quantile *q = &s->quantiles[m - METRIC_P50];
        return (struct figure){true, (double)q->ns, q->at_least};
    }
    }
}

static struct figure known_if(bool known, double value)
{
    return (struct figure){.known = known, .value = known ? value : 0};
}

static struct figure delivery(enum metric m, const struct delivery *d)
{
    if (m == METRIC_LOST_MESSAGES)
        return known_if(d->latency, (double)delivery_lost(d));
    if (!d->latency || hist_count(d->latency) == 0)
        return (struct figure){0};
    double q = m == METRIC_DELIVERY_P50   ? 0.5
               : m == METRIC_DELIVERY_P99 ? 0.99
               : m == METRIC_DELIVERY_MAX ? 1
                                          : 0.999;
    return (struct figure){true, (double)hist_quantile(d->latency, q), delivery_lost(d) > 0};
}

// Of replicas that were never behind it is 0.
static struct figure staleness(enum metric m, const struct summary *s)
{
    const struct staleness *st = &s->staleness;
    if (!st->age || s->counts.replica_values == 0)
        return (struct figure){0};
    if (m == METRIC_STALE_READS)
        return known_if(true, (double)s->counts.replica_stale);
    double q = m == METRIC_STALENESS_P50 ? 0.5 : m == METRIC_STALENESS_P99 ? 0.99 : 1;
    return (struct figure){true, (double)hist_quantile(st->age, q), st->at_least > 0};
}

struct figure metric_figure(enum metric m, const struct summary *s)
{
    if (s->ending == ENDING_SKIPPED)
        return (struct figure){0};
    switch (m) {
    case METRIC_RPS:
        return known_if(s->wall_ns, summary_rps(s));
    case METRIC_ERRORS:
        return known_if(true, (double)s->counts.errors);
    case METRIC_UNFINISHED:
        return known_if(true, (double)counts_unanswered(&s->counts));
    case METRIC_HITS:
        return known_if(s->reads && s->counts.hits + s->counts.misses, summary_hit_ratio(s));
    case METRIC_KEPT:
        return known_if(s->load.rate > 0, summary_kept(s));
    case METRIC_CPU_US:
        return known_if(summary_answered(s), summary_cpu_us(s));
    case METRIC_CAPACITY:
        return (struct figure){0};
    case METRIC_DELIVERY_P50:
    case METRIC_DELIVERY_P99:
    case METRIC_DELIVERY_P999:
    case METRIC_DELIVERY_MAX:
    case METRIC_LOST_MESSAGES:
        return delivery(m, &s->delivery);
    case METRIC_STALENESS_P50:
    case METRIC_STALENESS_P99:
    case METRIC_STALENESS_MAX:
    case METRIC_STALE_READS:
        return staleness(m, s);
    default:
        return latency(m, s);
    }
}

static int find(struct slice name)
{
    for (int m = 0; m < METRICS; m++)
        if (slice_is(name, metric_name(m)))
            return m;
    return -1;
}

bool metric_parse(struct slice text, struct metric_path *out)
{
    *out = (struct metric_path){0};
    int m = find(text);
    const char *dot = m < 0 ? slice_find(text, ".") : NULL; // the first: quantiles have one of their own
    if (dot) {
        out->test = (struct slice){text.at, (size_t)(dot - text.at)};
        m = find((struct slice){dot + 1, text.len - out->test.len - 1});
    }
    if (m < 0 || (dot && out->test.len == 0))
        return false;
    out->metric = m;
    return true;
}

bool metric_is_of(const struct metric_path *path, const char *test)
{
    return path->test.len == 0 || slice_is_nocase(path->test, test);
}

static char *rate_text(double rps, char dst[UNITS_TEXT])
{
    char rate[UNITS_TEXT];
    snprintf(dst, UNITS_TEXT, "%.25s req/s", units_rate(rps, rate));
    return dst;
}

char *metric_text(enum metric m, double value, char dst[UNITS_TEXT])
{
    switch (metric_kind(m)) {
    case METRIC_RATE:
        return rate_text(value, dst);
    case METRIC_TIME:
        return units_duration(value > 0 ? (uint64_t)(value + 0.5) : 0, dst);
    case METRIC_COUNT:
        return units_count(value > 0 ? (uint64_t)(value + 0.5) : 0, dst);
    case METRIC_SHARE:
        snprintf(dst, UNITS_TEXT, "%.2f%%", 100 * value);
        return dst;
    case METRIC_COST:
        snprintf(dst, UNITS_TEXT, "%.2fµs", value);
        return dst;
    }
    BUG("a metric of no kind");
}
