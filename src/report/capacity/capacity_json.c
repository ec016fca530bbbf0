// SPDX-License-Identifier: MIT
// The form is promised in docs/json.md: a new or changed field goes there too.
#include "report/capacity/capacity_json.h"

#include "report/parts/document.h"
#include "report/parts/json.h"
#include "report/parts/value.h"

static json_t *quantile(const struct quantile *x)
{
    return value_object(FIELDS{
        {"ns", value_number(x->ns)},
        {"low", value_number_if(x->has_interval, x->low_ns)},
        {"high", value_number_if(x->has_interval && !x->open_end, x->high_ns)},
        {"few", json_boolean(x->few)},
        {"unstable", json_boolean(x->unstable)},
        {"at_least", json_boolean(x->at_least)},
        {0},
    });
}

static json_t *quantiles(const struct capacity_trial *t)
{
    json_t *all = json_object();
    for (int i = 0; i < QUANTILES; i++)
        if (json_object_set_new(all, quantile_names[i].key, quantile(&t->quantiles[i])) != 0) {
            json_decref(all);
            return NULL;
        }
    return all;
}

static json_t *bound_by(const struct capacity *c, const struct saturation_result *r)
{
    const struct slo_limit *l = &c->slo.limit[r->limit];
    char name[SLO_NAME];
    snprintf(name, sizeof name, "%s%s%s", l->command, l->command[0] ? "." : "",
             quantile_names[l->quantile].key);
    return r->capacity > 0 ? value_text(name) : json_null();
}

// Quantiles at the highest load that passes.
static json_t *typical(const struct capacity *c, const struct saturation_result *r)
{
    const struct capacity_trial *t = r->pass > 0 ? capacity_compliant(c, r->pass) : NULL;
    return t ? quantiles(t) : json_null();
}

static json_t *late(const struct slo *slo, const struct capacity_trial *t)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < slo->n; i++)
        list = value_append(list, value_object(FIELDS{
                                      {"share", value_real(t->late[i].share)},
                                      {"low", value_real(t->late[i].low)},
                                      {"high", value_real(t->late[i].high)},
                                      {"allowed", value_real(slo_may_be_late(slo, i))},
                                      {0},
                                  }));
    return list;
}

// What a trial says of each promise.
static json_t *said(const struct capacity *c, size_t trial)
{
    json_t *list = json_array();
    for (unsigned i = 0; i <= c->others_n; i++) {
        const struct capacity *p = capacity_promise(c, i);
        const struct capacity_trial *t = &p->trials[trial];
        list = value_append(list, value_object(FIELDS{
                                      {"asked", json_boolean(!t->overheard)},
                                      {"outcome", value_text(saturation_outcome_name(t->outcome))},
                                      {"late", late(&p->slo, t)},
                                      {0},
                                  }));
    }
    return list;
}

static json_t *trial(const struct capacity *c, size_t at)
{
    const struct capacity_trial *t = &c->trials[at];
    json_t *all = value_object(FIELDS{
        {"rate", value_real(t->rate)},
        {"phase", value_text(saturation_phase_name(t->phase))},
        {"outcome", value_text(saturation_outcome_name(t->outcome))},
        {"ended_early", json_boolean(t->early)},
        {"at_s", value_real(t->at_s)},
        {"lead_s", value_real(t->lead_s)},
        {"asked_s", value_real(t->lasting_s)},
        {"took_s", value_real(t->took_s)},
        {"rps", value_real(t->rps)},
        {"due", value_number(t->due)},
        {"errors", value_number(t->errors)},
        {"unfinished", value_number(t->unfinished)},
        {"outage_s", value_real(t->outage_s)},
        {"late", late(&c->slo, t)},
        {"latency_ns", quantiles(t)},
        {"limited_by", value_text(verdict_name(t->verdict.limit))},
        {"why", value_text(t->verdict.why)},
        {"commands", json_commands(&t->commands)},
        {0},
    });
    return c->others_n ? value_extend(all, FIELDS{{"promises", said(c, at)}, {0}}) : all;
}

// What a search found of its promise.
static json_t *add_found(json_t *all, const struct capacity *c)
{
    char sentence[256];
    struct saturation_result r = saturation_result(&c->search);
    double capacity = capacity_figure(&r);
    capacity_sentence(c, sentence);
    return value_extend(all,
                        FIELDS{
                            {"end", value_text(saturation_end_name(c->search.end))},
                            {"capacity_rps", value_real_if(capacity > 0, capacity)},
                            {"at_least", json_boolean(r.at_least)},
                            {"low", value_real_if(r.capacity > 0 && !r.open_low, r.low)},
                            {"high", value_real_if(r.capacity > 0 && !r.open_high, r.high)},
                            {"bound_by", bound_by(c, &r)},
                            {"passes", value_real_if(r.pass > 0, r.pass)},
                            {"fails", value_real_if(r.fail > 0, r.fail)},
                            {"stopped_at", value_real_if(c->search.stopped_at > 0, c->search.stopped_at)},
                            {"latency_ns", typical(c, &r)},
                            {"verdict", value_text(sentence)},
                            {0},
                        });
}

// One of several.
static json_t *promise(const struct capacity *c)
{
    return add_found(value_object(FIELDS{{"slo", json_slo(&c->slo)}, {0}}), c);
}

static json_t *promises(const struct capacity *c)
{
    json_t *list = json_array();
    for (unsigned i = 0; i <= c->others_n; i++)
        list = value_append(list, promise(capacity_promise(c, i)));
    return list;
}

static json_t *test(const struct capacity *c)
{
    json_t *trials = json_array();
    for (size_t i = 0; i < c->n; i++)
        trials = value_append(trials, trial(c, i));
    json_t *all = value_object(FIELDS{
        {"test", value_text(c->test)},
        {"title", value_text(c->title)},
        {"note", value_text(c->note)},
        {"lost_connections", value_number(c->lost)},
        {"tls", json_boolean(c->load.tls > 0)},
        {"clients", value_number(c->load.clients)},
        {"threads", value_number(c->load.threads)},
        {"pipeline", value_number(c->load.pipeline)},
        {"pipeline_mode", value_text(c->load.window ? "window" : "batch")},
        {"payload_bytes", value_number_if(c->load.payload_bytes >= 0, (uint64_t)c->load.payload_bytes)},
        {"keyspace", value_number_if(c->load.keyspace >= 0, (uint64_t)c->load.keyspace)},
        {"slo", json_slo(&c->slo)},
        {"closed_loop_rps", value_real_if(c->peak_rps > 0, c->peak_rps)},
        {"ceiling_rps", value_real_if(c->ceiling_rps > 0, c->ceiling_rps)},
        {0},
    });
    all = add_found(all, c);
    all = value_extend(all, FIELDS{
                                {"trial_s", value_real_if(c->trial_s > 0, c->trial_s)},
                                {"spent_s", value_real(c->spent_s)},
                                {"trials", trials},
                                {0},
                            });
    return c->others_n ? value_extend(all, FIELDS{{"promises", promises(c)}, {0}}) : all;
}

int capacity_json(FILE *out, const struct run_facts *facts, const struct capacity *all, size_t n,
                  struct err *err)
{
    json_t *tests = json_array();
    for (size_t i = 0; i < n; i++)
        tests = value_append(tests, test(&all[i]));
    return document_write_trials(out, "saturate", facts, tests, err);
}
