// SPDX-License-Identifier: MIT
// The form is promised in docs/json.md: a new or changed field goes there too.
#include "report/sweep/sweep_json.h"

#include "report/parts/document.h"
#include "report/parts/json.h"
#include "report/parts/value.h"

static json_t *demand(const struct sweep_demand *d)
{
    const struct assertion_result *r = &d->result;
    return value_object(FIELDS{
        {"assertion", value_text(r->of->text)},
        {"test", r->figure.known ? value_text(d->test) : json_null()},
        {"value", value_real_if(r->figure.known, r->figure.value)},
        {"at_least", json_boolean(r->figure.at_least)},
        {"held", json_boolean(r->held)},
        {0},
    });
}

static json_t *demands(const struct sweep_point *p)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < p->ndemands; i++)
        list = value_append(list, demand(&p->demands[i]));
    return list;
}

static json_t *point(const struct sweep_point *p)
{
    const struct quantile *q = p->quantiles;
    json_t *all = value_object(FIELDS{
        {"value", value_real(p->x)},
        {"pass", value_number(p->pass + 1)},
        {"order", value_number(p->order + 1)},
        {"rps", value_real(p->rps)},
        {"p50_ns", value_number_if(q[QUANTILE_P50].ns > 0, q[QUANTILE_P50].ns)},
        {"p99_ns", value_number_if(q[QUANTILE_P99].ns > 0, q[QUANTILE_P99].ns)},
        {"p99_low_ns", value_number_if(q[QUANTILE_P99].has_interval, q[QUANTILE_P99].low_ns)},
        {"p99_high_ns",
         value_number_if(q[QUANTILE_P99].has_interval && !q[QUANTILE_P99].open_end, q[QUANTILE_P99].high_ns)},
        {"p99_9_ns", value_number_if(q[QUANTILE_P999].ns > 0, q[QUANTILE_P999].ns)},
        {"answered", value_number(p->answered)},
        {"errors", value_number(p->errors)},
        {"unfinished", value_number(p->unfinished)},
        {"lost_connections", value_number(p->lost)},
        {"outage_s", value_real(p->outage_s)},
        {"kept_up", json_boolean(p->kept_up)},
        {"counts", json_boolean(sweep_counts(p))},
        {"limited_by", value_text(verdict_name(p->verdict.limit))},
        {"why", value_text(p->verdict.why)},
        {"commands", json_commands(&p->commands)},
        {0},
    });
    return p->ndemands ? value_extend(all, FIELDS{{"assertions", demands(p)}, {0}}) : all;
}

static json_t *knee(const struct sweep *s)
{
    struct knee k;
    double rate;
    if (sweep_knee(s, &k, &rate) < 0)
        return json_null();
    return value_object(FIELDS{
        {"rate", value_real(rate)},
        {"open", json_boolean(k.open)},
        {"ragged", json_boolean(k.ragged)},
        {0},
    });
}

static json_t *fitted(const struct usl_value *v)
{
    return value_object(FIELDS{
        {"value", value_real(v->value)},
        {"low", value_real(v->low)},
        {"high", value_real(v->high)},
        {0},
    });
}

static json_t *law(const struct sweep *s, uint64_t seed)
{
    struct usl fit;
    if (sweep_usl(s, seed, &fit) < 0)
        return json_null();
    return value_object(FIELDS{
        {"approximate", json_true()},
        {"gamma", fitted(&fit.gamma)},
        {"alpha", fitted(&fit.alpha)},
        {"beta", fitted(&fit.beta)},
        {"error", value_real(fit.error)},
        {"peak", fit.peaked ? fitted(&fit.peak) : json_null()},
        {0},
    });
}

static json_t *test(const struct sweep *s, uint64_t seed)
{
    json_t *points = json_array();
    for (unsigned i = 0; i < s->n; i++)
        points = value_append(points, point(&s->points[i]));
    return value_object(FIELDS{
        {"test", value_text(s->test)},
        {"title", value_text(s->title)},
        {"note", value_text(s->note)},
        {"by", value_text(sweep_kinds[s->kind])},
        {"point_s", value_real(s->lasting_s)},
        {"closed_loop_rps", value_real_if(s->peak_rps > 0, s->peak_rps)},
        {"spent_s", value_real(s->spent_s)},
        {"points", points},
        {"knee", knee(s)},
        {"usl", law(s, seed)},
        {0},
    });
}

int sweep_json(FILE *out, const struct run_facts *facts, const struct sweep *all, size_t n, struct err *err)
{
    json_t *tests = json_array();
    for (size_t i = 0; i < n; i++)
        tests = value_append(tests, test(&all[i], facts->seed));
    return document_write_trials(out, "sweep", facts, tests, err);
}
