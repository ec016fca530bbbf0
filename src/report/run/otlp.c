// SPDX-License-Identifier: MIT
#include "report/run/otlp.h"

#include "base/build.h"
#include "report/parts/json.h"
#include "report/parts/value.h"
#include "report/run/buckets.h"

#include <inttypes.h>

#define CUMULATIVE 2 // AGGREGATION_TEMPORALITY_CUMULATIVE
#define NUMBER 24

// 64 bits are text in OTLP/JSON.
static json_t *integer(uint64_t n)
{
    char text[NUMBER];
    snprintf(text, sizeof text, "%" PRIu64, n);
    return json_string(text);
}

static json_t *attribute(const char *key, const char *value)
{
    return value_object(FIELDS{
        {"key", json_string(key)},
        {"value", value_object(FIELDS{{"stringValue", value_text(value)}, {0}})},
        {0},
    });
}

struct span_of {
    uint64_t from_ns, to_ns; // since the epoch
};

static json_t *counter(const struct summary *s, struct span_of span, const char *result, uint64_t n)
{
    json_t *attributes =
        value_append(value_append(json_array(), attribute("test", s->test)), attribute("result", result));
    return value_object(FIELDS{
        {"attributes", attributes},
        {"startTimeUnixNano", integer(span.from_ns)},
        {"timeUnixNano", integer(span.to_ns)},
        {"asInt", integer(n)},
        {0},
    });
}

static json_t *histogram(const struct summary *s, struct span_of span)
{
    json_t *counts = json_array(), *bounds = json_array();
    uint64_t all = hist_count(s->latency), before = 0;
    for (int i = 0; i < BUCKETS; i++) {
        uint64_t upto = hist_count_upto(s->latency, buckets_ns[i]);
        counts = value_append(counts, integer(upto - before));
        bounds = value_append(bounds, json_real((double)buckets_ns[i] * 1e-9));
        before = upto;
    }
    return value_object(FIELDS{
        {"attributes", value_append(json_array(), attribute("test", s->test))},
        {"startTimeUnixNano", integer(span.from_ns)},
        {"timeUnixNano", integer(span.to_ns)},
        {"count", integer(all)},
        {"sum", value_real(all ? hist_mean(s->latency) * (double)all * 1e-9 : 0)},
        {"min", value_real((double)hist_min(s->latency) * 1e-9)},
        {"max", value_real((double)hist_max(s->latency) * 1e-9)},
        {"bucketCounts", value_append(counts, integer(all - before))},
        {"explicitBounds", bounds},
        {0},
    });
}

static json_t *metric(const char *name, const char *unit, const char *kind, json_t *points)
{
    bool sum = kind[0] == 's';
    json_t *data = value_object(FIELDS{
        {"dataPoints", points},
        {"aggregationTemporality", json_integer(CUMULATIVE)},
        {0},
    });
    if (sum)
        data = value_extend(data, FIELDS{{"isMonotonic", json_true()}, {0}});
    return value_object(FIELDS{{"name", json_string(name)}, {"unit", json_string(unit)}, {kind, data}, {0}});
}

static json_t *metrics(const struct run_facts *f, const struct summary *tests, size_t n)
{
    json_t *requests = json_array(), *latencies = json_array();
    uint64_t from_ns = (uint64_t)f->started_unix_ms * 1000000;
    for (const struct summary *s = tests; s < tests + n; s++) {
        struct span_of span = {from_ns, from_ns + s->wall_ns};
        if (s->ending == ENDING_SKIPPED)
            continue;
        requests = value_append(requests, counter(s, span, "ok", s->counts.ok));
        requests = value_append(requests, counter(s, span, "error", s->counts.errors));
        requests = value_append(requests, counter(s, span, "unanswered", counts_unanswered(&s->counts)));
        if (s->latency)
            latencies = value_append(latencies, histogram(s, span));
        from_ns = span.to_ns;
    }
    return value_append(
        value_append(json_array(), metric("hkv_bench.requests", "{request}", "sum", requests)),
        metric("hkv_bench.latency", "s", "histogram", latencies));
}

int otlp_write(FILE *out, const struct run_facts *f, const struct summary *tests, size_t n, struct err *err)
{
    json_t *attributes = value_append(json_array(), attribute("service.name", "hkv-bench"));
    attributes = value_append(attributes, attribute("service.version", build.version));
    attributes = value_append(attributes, attribute("server.address", f->target ? f->target : ""));
    json_t *scope = value_object(FIELDS{
        {"scope", value_object(FIELDS{{"name", json_string("hkv-bench")}, {0}})},
        {"metrics", metrics(f, tests, n)},
        {0},
    });
    json_t *resource = value_object(FIELDS{
        {"resource", value_object(FIELDS{{"attributes", attributes}, {0}})},
        {"scopeMetrics", value_append(json_array(), scope)},
        {0},
    });
    return json_write(
        out, value_object(FIELDS{{"resourceMetrics", value_append(json_array(), resource)}, {0}}), err);
}
