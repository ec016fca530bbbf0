// SPDX-License-Identifier: MIT
#include "report/compare/compare_json.h"

#include "report/parts/document.h"
#include "report/parts/json.h"
#include "report/parts/value.h"
#include "stats/comparison_end.h"
#include "stats/comparison_kinds.h"
#include "stats/comparison_noise.h"
#include "stats/remarks.h"

#include <stdlib.h>

static json_t *target(const struct compare_facts *f, unsigned t)
{
    double memory = f->each[t].memory_per_key;
    return value_object(FIELDS{
        {"name", value_text(f->each[t].name)},
        {"target", value_text(f->each[t].where)},
        {"server", value_text(f->each[t].server)},
        {"version", value_text(f->each[t].version)},
        {"tls", json_boolean(f->each[t].tls)},
        {"cluster_primaries", value_number_if(f->each[t].primaries > 0, f->each[t].primaries)},
        {"engine", value_text_or_null(f->each[t].engine)},
        {"wait", value_text_or_null(f->each[t].wait)},
        {"memory_bytes_per_key", value_real_if(memory > 0, memory)},
        {0},
    });
}

static json_t *value_of(const struct comparison *c, const struct comparison_slot *s, enum comparison_metric m)
{
    return value_real_if(comparison_has(c, m), s->value[m]);
}

static json_t *slot_doubts(const struct comparison_slot *s)
{
    json_t *list = json_array();
    for (unsigned rule = 0; rule < DOUBTS_MAX && doubt_name(rule); rule++)
        if (s->doubts >> rule & 1)
            list = value_append(list, value_text(doubt_name(rule)));
    return list;
}

static json_t *slot(const struct comparison *c, const struct comparison_slot *s)
{
    return value_object(FIELDS{
        {"target", value_text(c->names[s->target])},
        {"rps", value_of(c, s, COMPARISON_THROUGHPUT)},
        {"p50_ns", value_of(c, s, COMPARISON_P50)},
        {"p99_ns", value_of(c, s, COMPARISON_P99)},
        {"p99_9_ns", value_of(c, s, COMPARISON_P999)},
        {"capacity_rps", value_of(c, s, COMPARISON_CAPACITY)},
        {"limited_by", value_text(verdict_name(s->limited_by))},
        {"answered", value_number(s->answered)},
        {"errors", value_number(s->errors)},
        {"unfinished", value_number(s->unfinished)},
        {"hits", value_number(s->hits)},
        {"misses", value_number(s->misses)},
        {"client_idle", value_real_if(s->client_idle > 0, s->client_idle)},
        {"doubts", slot_doubts(s)},
        {"server_cpu_s", value_real_if(s->server_cpu_s >= 0, s->server_cpu_s)},
        {"outages", value_number(s->outages)},
        {"outage_s", value_real(s->outage_s)},
        {0},
    });
}

static json_t *blocks(const struct comparison *c, const struct comparison_block *all, unsigned n)
{
    json_t *list = json_array();
    for (unsigned k = 0; k < n; k++) {
        json_t *slots = json_array();
        for (unsigned i = 0; i < all[k].n; i++)
            slots = value_append(slots, slot(c, &all[k].slots[i]));
        list = value_append(list, slots);
    }
    return list;
}

static json_t *contrast(const struct comparison *c, enum comparison_metric m, const struct contrast *x)
{
    char word[96];
    comparison_word(c, m, x, word);
    return value_object(FIELDS{
        {"metric", value_text(comparison_metrics[m].key)},
        {"primary", json_boolean(m == c->primary)},
        {"reference", value_real_if(x->reference > 0, x->reference)},
        {"target", value_real_if(x->mine > 0, x->mine)},
        {"ratio", value_real_if(x->judged, x->estimate.ratio)},
        {"low", value_real_if(x->judged, x->estimate.low)},
        {"high", value_real_if(x->judged, x->estimate.high)},
        {"p", value_real_if(x->judged && !comparison_looks(c), x->adjusted_p)},
        {"blocks", value_number(c->n)},
        {"above", value_number_if(x->judged, x->estimate.won)},
        {"by_t", json_boolean(x->estimate.by_t)},
        {"margin", value_real(c->margins[m])},
        {"floor", value_real(c->floors[m])},
        {"finding", value_text(x->judged ? finding_name(x->finding) : "unclear")},
        {"better", json_integer(x->muddled ? 0 : x->better)},
        {"at_least", json_boolean(x->at_least)},
        {"bound", value_real_if(x->judged && x->at_least, x->bound)},
        {"client_limited", json_boolean(x->muddled)},
        {"blocks_more", value_number_if(x->blocks_more > 0, x->blocks_more)},
        {"verdict", value_text(word)},
        {0},
    });
}

static json_t *against_first(const struct comparison *c, unsigned t)
{
    struct contrast all[COMPARISON_METRICS];
    struct comparison_total total;
    json_t *list = json_array();
    char doubtful[REMARKS_QUALIFIED];
    bool qualified = remarks_qualify(c, t, doubtful);
    comparison_judge(c, t, all);
    comparison_total(c, t, &total);
    double between = comparison_noise_between(c, t),
           smallest = comparison_noise_smallest(c, t, c->primary, c->n);
    for (int m = 0; m < COMPARISON_METRICS; m++)
        if (comparison_has(c, (enum comparison_metric)m))
            list = value_append(list, contrast(c, (enum comparison_metric)m, &all[m]));
    return value_object(FIELDS{
        {"target", value_text(c->names[t])},
        {"reference", value_text(c->names[0])},
        {"server_cpu_s_per_million", value_real_if(total.cpu_s_per_million >= 0, total.cpu_s_per_million)},
        {"restart_share", value_real_if(c->restarts && between >= 0, between)},
        {"smallest_difference", value_real_if(smallest >= 0, smallest)},
        {"doubtful", qualified ? value_text(doubtful) : json_null()},
        {"contrasts", list},
        {0},
    });
}

static json_t *remarks(const struct comparison *c)
{
    char(*list)[REMARK_TEXT] = calloc(REMARKS_MAX, sizeof *list); // too large for a stack
    int n = list ? remarks_of(c, list) : 0;
    json_t *all = list ? json_array() : NULL;
    for (int i = 0; i < n; i++)
        all = value_append(all, value_text(list[i]));
    free(list);
    return all;
}

static json_t *doubts(const struct comparison *c)
{
    struct remarks_doubt list[DOUBTS_MAX];
    json_t *all = json_array();
    for (unsigned t = 0; t < c->targets; t++) {
        int n = remarks_doubts(c, t, list);
        for (const struct remarks_doubt *d = list; d < list + n; d++)
            all = value_append(all, value_object(FIELDS{
                                        {"target", value_text(c->names[t])},
                                        {"name", value_text(d->name)},
                                        {"slots", value_number(d->slots)},
                                        {"of", value_number(d->of)},
                                        {"text", value_text(d->text)},
                                        {0},
                                    }));
    }
    return all;
}

// Of a mix: each of its commands by the same blocks.
static json_t *commands(const struct comparison *c)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < c->nkinds; i++) {
        const struct comparison *kind = comparison_kinds_one(c, i);
        json_t *pairs = json_array();
        for (unsigned t = 1; kind && t < c->targets; t++)
            pairs = value_append(pairs, against_first(kind, t));
        list = value_append(list, value_object(FIELDS{
                                      {"command", value_text(c->kinds[i].test)},
                                      {"title", value_text(c->kinds[i].title)},
                                      {"comparisons", pairs},
                                      {"blocks", kind ? blocks(kind, kind->blocks, kind->n) : json_array()},
                                      {0},
                                  }));
    }
    return list;
}

static json_t *test(const struct comparison *c)
{
    json_t *pairs = json_array();
    for (unsigned t = 1; t < c->targets; t++)
        pairs = value_append(pairs, against_first(c, t));
    return value_object(FIELDS{
        {"test", value_text(c->test)},
        {"title", value_text(c->title)},
        {"note", value_text(c->note)},
        {"loop", value_text(c->load.rate > 0 || c->slo ? "open" : "closed")},
        {"rate", value_real_if(c->load.rate > 0, c->load.rate)},
        {"slo", c->slo ? json_slo(c->slo) : json_null()},
        {"clients", value_number(c->load.clients)},
        {"pipeline", value_number(c->load.pipeline)},
        {"pipeline_mode", value_text(c->load.window ? "window" : "batch")},
        {"threads", value_number_if(c->load.threads > 0, c->load.threads)},
        {"keepalive", json_boolean(c->load.keepalive)},
        {"sequential", json_boolean(c->load.sequential)},
        {"key_dist", value_text_or_null(c->load.key_dist[0] ? c->load.key_dist : NULL)},
        {"workload", value_text(c->load.workload)},
        {"quickack", json_boolean(c->load.quickack)},
        {"tls", json_boolean(c->load.tls > 0)},
        {"protocol", value_number_if(c->load.protocol, c->load.protocol)},
        {"tracking", value_text_or_null(c->load.tracking[0] ? c->load.tracking : NULL)},
        {"reconnect_every", value_number_if(c->load.reconnect_every > 0, (uint64_t)c->load.reconnect_every)},
        {"arrival", c->load.arrival[0] ? value_text(c->load.arrival) : json_null()},
        {"engine", value_text(c->load.engine)},
        {"payload_bytes", value_number_if(c->load.payload_bytes >= 0, (uint64_t)c->load.payload_bytes)},
        {"keyspace", value_number_if(c->load.keyspace >= 0, (uint64_t)c->load.keyspace)},
        {"slot_s", value_seconds(c->slot_ns)},
        {"warmup_s", value_seconds(c->warmup_ns)},
        {"duet_cpus", value_number_if(c->duet_cpus > 0, c->duet_cpus)},
        {"design", value_text(comparison_looks(c) ? "sequential" : "fixed")},
        {"blocks_asked", value_number_if(c->blocks_asked > 0, c->blocks_asked)},
        {"budget_s", value_real_if(c->budget_s > 0, c->budget_s)},
        {"looks", value_number(comparison_end_looks_taken(c))},
        {"ended", value_text(comparison_end_name(c->end))},
        {"error_spent", value_real(comparison_end_error_spent(c))},
        {"spent_s", value_real(c->spent_s)},
        {"block_s", value_real_if(c->block_s > 0, c->block_s)},
        {"partial_block", c->partial ? blocks(c, c->blocks, 1) : json_null()},
        {"remarks", remarks(c)},
        {"doubts", doubts(c)},
        {"comparisons", pairs},
        {"commands", commands(c)},
        {"blocks", blocks(c, c->blocks, c->n)},
        {"baseline_blocks", c->baseline ? blocks(c, c->baseline->blocks, c->baseline->n) : json_null()},
        {0},
    });
}

static json_t *baseline(const struct compare_baseline *p)
{
    if (!p)
        return json_null();
    json_t *differences = json_array();
    for (unsigned i = 0; i < p->fingerprint.n; i++)
        differences = value_append(differences, value_object(FIELDS{
                                                    {"name", value_text(p->fingerprint.list[i].name)},
                                                    {"was", value_text(p->fingerprint.list[i].was)},
                                                    {"is", value_text(p->fingerprint.list[i].is)},
                                                    {0},
                                                }));
    return value_object(FIELDS{
        {"file", value_text(p->path)},
        {"run", value_number((uint64_t)p->run)},
        {"started", value_text(p->started)},
        {"differences", differences},
        {0},
    });
}

int compare_json(FILE *out, const struct compare_facts *facts, const struct comparison *all, size_t n,
                 struct err *err)
{
    json_t *targets = json_array(), *tests = json_array();
    for (unsigned t = 0; t < facts->targets; t++)
        targets = value_append(targets, target(facts, t));
    for (size_t i = 0; i < n; i++)
        tests = value_append(tests, test(&all[i]));
    return document_write(
        out, facts->run,
        &(struct document){.kind = facts->aa ? "aa" : "compare",
                           .setup = FIELDS{{"tags", json_tags(facts->run)},
                                           {"seed", json_seed(facts->seed)},
                                           {"fresh", value_text(facts->fresh)},
                                           {"restart", value_text_or_null(facts->restart)},
                                           {0}},
                           .servers =
                               FIELDS{{"baseline", baseline(facts->baseline)}, {"targets", targets}, {0}},
                           .tests = tests},
        err);
}
