// SPDX-License-Identifier: MIT
// The form is promised in docs/json.md: a new or changed field goes there too.
#include "report/run/run_json.h"

#include "report/parts/document.h"
#include "report/parts/json.h"
#include "report/parts/value.h"
#include "report/run/client_json.h"
#include "report/run/delivery_json.h"
#include "report/run/generators.h"
#include "report/run/nodes_json.h"
#include "report/run/opened.h"
#include "report/run/outages_json.h"
#include "report/run/parts_json.h"
#include "report/run/replay_json.h"
#include "report/run/series_json.h"
#include "report/run/staleness.h"
#include "stats/doubt.h"
#include "stats/selfcheck.h"
#include "stats/validity.h"
#include "stats/verdict.h"

#include <errno.h>
#include <stdlib.h>

static json_t *run_config(const struct run_facts *f)
{
    return value_object(FIELDS{
        {"engine", value_text(f->engine)},
        {"wait", value_text_or_null(f->wait)},
        {"pipeline_mode", value_text(f->pipeline_mode)},
        {"seed", json_seed(f->seed)},
        {0},
    });
}

static json_t *test_config(const struct summary *s)
{
    return value_object(FIELDS{
        {"requests", value_number_if(s->requests_asked, s->requests_asked)},
        {"duration_s", value_real_if(s->duration_asked_ns, (double)s->duration_asked_ns * 1e-9)},
        {"warmup_s", value_seconds(s->warmup_ns)},
        {"loop", value_text(s->load.rate > 0 ? "open" : "closed")},
        {"rate", value_real_if(s->load.rate > 0, s->load.rate)},
        {"arrival", s->load.rate > 0 ? value_text(s->load.arrival) : json_null()},
        {"arrival_batch", value_number_if(s->load.rate > 0, load_batch(&s->load))},
        {"ramp_s", value_seconds(s->ramp_ns)},
        {"quickack", json_boolean(s->load.quickack)},
        {"tls", json_boolean(s->load.tls > 0)},
        {"protocol", value_number_if(s->load.protocol, s->load.protocol)},
        {"tracking", value_text_or_null(s->load.tracking[0] ? s->load.tracking : NULL)},
        {"reconnect_every", value_number_if(s->load.reconnect_every > 0, (uint64_t)s->load.reconnect_every)},
        {"interval_s", value_seconds(s->interval_ns)},
        {"engine", s->load.engine[0] ? value_text(s->load.engine) : json_null()},
        {"wait", value_text_or_null(s->waits_by)},
        {"clients", value_number(s->load.clients)},
        {"threads", value_number(s->load.threads)},
        {"pipeline", value_number(s->load.pipeline)},
        {"pipeline_mode", value_text(s->load.window ? "window" : "batch")},
        {"keepalive", json_boolean(s->load.keepalive)},
        {"payload_bytes", value_number((uint64_t)s->load.payload_bytes)},
        {"keyspace", value_number_if(s->load.keyspace >= 0, (uint64_t)s->load.keyspace)},
        {"sequential", json_boolean(s->load.sequential)},
        {"key_dist", value_text_or_null(s->load.key_dist[0] ? s->load.key_dist : NULL)},
        {"workload", value_text(s->load.workload)},
        {"prefilled", value_number(s->prefilled)},
        {"prefill_s", value_seconds(s->prefill_ns)},
        {0},
    });
}

static json_t *counts(const struct summary *s)
{
    return value_object(FIELDS{
        {"due", value_number(counts_due(&s->counts))},
        {"sent", value_number(s->counts.sent)},
        {"retries", value_number(s->counts.retries)},
        {"attempts", value_number(counts_attempts(&s->counts))},
        {"answered", value_number(summary_answered(s))},
        {"ok", value_number(s->counts.ok)},
        {"errors", value_number(s->counts.errors)},
        {"unexpected", value_number(s->counts.unexpected)},
        {"values_checked", value_number(s->counts.checked)},
        {"values_unchecked", value_number(s->counts.unchecked)},
        {"values_corrupted", value_number(s->counts.corrupted)},
        {"values_truncated", value_number(s->counts.truncated)},
        {"values_stale", value_number(s->counts.stale)},
        {"values_of_wrong_key", value_number(s->counts.wrong_key)},
        {"values_crossed", value_number(s->counts.crossed)},
        {"values_of_replicas", value_number(s->counts.replica_values)},
        {"values_stale_at_replicas", value_number(s->counts.replica_stale)},
        {"hits", value_number_if(s->reads, s->counts.hits)},
        {"misses", value_number_if(s->reads, s->counts.misses)},
        {"unfinished", value_number(counts_unfinished(&s->counts))},
        {"lost_requests", value_number(s->counts.lost)},
        {"timeouts", value_number(s->counts.timeouts)},
        {"in_flight", value_number(s->in_flight)},
        {"unsent", value_number(s->counts.unsent)},
        {"pushes", value_number(s->counts.pushes)},
        {"moved", value_number(s->counts.moved)},
        {"asked", value_number(s->counts.asked)},
        {"clusterdown", value_number(s->counts.down)},
        {"invalidations", value_number(s->counts.invalidations)},
        {"invalidated_keys", value_number(s->counts.invalidated)},
        {"attributes", value_number(s->counts.attributes)},
        {"lost_connections", value_number(s->lost)},
        {"broken_connections", value_number(s->counts.breaks)},
        {"reconnects", value_number(s->counts.reconnects)},
        {"connects", value_number(s->counts.connects)},
        {0},
    });
}

static json_t *errors_by_prefix(const struct tally *t)
{
    json_t *list = json_array();
    for (int i = 0; i < TALLY_KINDS && t->kinds[i].prefix[0]; i++)
        list = value_append(list, value_object(FIELDS{
                                      {"prefix", value_text(t->kinds[i].prefix)},
                                      {"count", value_number(t->kinds[i].count)},
                                      {"first", value_text(t->kinds[i].first)},
                                      {0},
                                  }));
    return list;
}

static json_t *bytes(const struct summary *s)
{
    return value_object(FIELDS{
        {"sent", value_number(s->bytes_sent)},
        {"received", value_number(s->counts.bytes_received)},
        {0},
    });
}

static json_t *histogram(const struct hist *h)
{
    char *encoded = hist_encode(h);
    json_t *j = encoded ? json_string(encoded) : NULL;
    free(encoded);
    return j;
}

// How far each quantile can be trusted.
static json_t *intervals(const struct summary *s)
{
    json_t *all = json_object();
    for (int i = 0; i < QUANTILES; i++) {
        const struct quantile *x = &s->quantiles[i];
        json_t *one = value_object(FIELDS{
            {"low", value_number_if(x->has_interval, x->low_ns)},
            {"high", value_number_if(x->has_interval && !x->open_end, x->high_ns)},
            {"design_effect", value_real_if(x->has_interval, x->design_effect)},
            {"rows", value_number(x->rows)},
            {"at_least", json_boolean(x->at_least)},
            {"few", json_boolean(x->few)},
            {"unstable", json_boolean(x->unstable)},
            {0},
        });
        if (json_object_set_new(all, quantile_names[i].key, one) != 0) {
            json_decref(all);
            return NULL;
        }
    }
    return all;
}

static json_t *latency(const struct summary *s)
{
    const struct hist *h = s->latency, *all = s->bounded ? s->bounded : h;
    const struct quantile *q = s->quantiles;
    if (!h || hist_count(h) == 0)
        return json_null();
    return value_object(FIELDS{
        {"count", value_number(hist_count(h))},
        {"min", value_number(hist_min(all))},
        {"mean", value_real(hist_mean(h))},
        {"p50", value_number(q[QUANTILE_P50].ns)},
        {"p90", value_number(q[QUANTILE_P90].ns)},
        {"p95", value_number(q[QUANTILE_P95].ns)},
        {"p99", value_number(q[QUANTILE_P99].ns)},
        {"p99_9", value_number(q[QUANTILE_P999].ns)},
        {"p99_99", value_number(q[QUANTILE_P9999].ns)},
        {"max", value_number(hist_max(all))},
        {"overflow", value_number(hist_overflow(h))},
        {"digits", value_number((uint64_t)hist_digits(h))},
        {"intervals", intervals(s)},
        {"histogram", histogram(h)},
        {0},
    });
}

static json_t *finding(const struct summary *s)
{
    return value_object(FIELDS{
        {"limited_by", value_text(verdict_name(s->verdict.limit))},
        {"why", value_text(s->verdict.why)},
        {"client_busy", value_real(verdict_busy(s))},
        {"client_queued", value_real(verdict_queued(s))},
        {0},
    });
}

static json_t *signals(const struct signals *g)
{
    return value_object(FIELDS{
        {"steal", value_real(g->steal)},
        {"throttled", value_number(g->throttled)},
        {"connections_sampled", value_number(g->sampled)},
        {"segments", value_number(g->segments)},
        {"retransmitted", value_number(g->retransmitted)},
        {"receiver_limited", value_real(g->receiver_limited)},
        {"sender_limited", value_real(g->sender_limited)},
        {"rtt_min_us", value_real_if(g->rtt_min_us > 0, g->rtt_min_us)},
        {"server_local", value_boolean_if(g->asked, g->local)},
        {"server_cores", value_real_if(g->cpu_known, g->server_cores)},
        {"server_thread", value_real_if(g->cpu_known && g->server_thread > 0, g->server_thread)},
        {"server_queued", value_real_if(g->local, g->server_queued)},
        {"server_commands", value_number_if(g->commands > 0, g->commands)},
        {"server_aof", value_boolean_if(g->asked, g->aof)},
        {"server_saved", value_boolean_if(g->asked, g->saved)},
        {"server_evicted", value_number_if(g->asked, g->evicted)},
        {"shared_cpus", value_number(g->shared_cpus)},
        {"ceiling_rps", value_real_if(g->ceiling_rps > 0, g->ceiling_rps)},
        {0},
    });
}

static json_t *checks(const struct summary *s)
{
    struct selfcheck c;
    selfcheck_of(s, &c);
    return value_object(FIELDS{
        {"consistent", json_boolean(c.consistent)},
        {"text", value_text(c.text)},
        {"little_error", value_real_if(c.little_known, c.little_error)},
        {0},
    });
}

static json_t *validity(const struct validity *v)
{
    if (!v->known)
        return json_null();
    json_t *list = json_array();
    for (int i = 0; i < VALIDITY_CHECKS; i++) {
        const struct validity_result *r = &v->checks[i];
        bool made = r->state != VALIDITY_UNKNOWN;
        list = value_append(list, value_object(FIELDS{
                                      {"name", value_text(validity_check(i))},
                                      {"status", value_text(validity_state(r->state))},
                                      {"figure", value_real_if(made, r->figure)},
                                      {"limit", value_real_if(made, r->limit)},
                                      {"reason", value_text(r->reason)},
                                      {0},
                                  }));
    }
    return value_object(FIELDS{{"verdict", value_text(validity_verdict(v))}, {"checks", list}, {0}});
}

static json_t *doubts(const struct summary *s)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < s->ndoubts; i++)
        list = value_append(list, value_object(FIELDS{
                                      {"name", value_text(s->doubts[i].name)},
                                      {"text", value_text(s->doubts[i].text)},
                                      {0},
                                  }));
    return list;
}

// What came of each command of a mix.
static json_t *commands(const struct summary *s)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < s->nkinds; i++) {
        const struct summary *k = &s->kinds[i];
        bool reads = k->reads && k->counts.hits + k->counts.misses;
        list = value_append(list, value_object(FIELDS{
                                      {"command", value_text(k->test)},
                                      {"title", value_text(k->title)},
                                      {"counts", counts(k)},
                                      {"hit_ratio", value_real_if(reads, summary_hit_ratio(k))},
                                      {"rps", value_real_if(k->wall_ns, summary_rps(k))},
                                      {"latency_ns", latency(k)},
                                      {"chain_ns", parts_json(k->chain)},
                                      {"series", series_json(k)},
                                      {0},
                                  }));
    }
    return list;
}

static json_t *test(const struct summary *s)
{
    return value_object(FIELDS{
        {"test", value_text(s->test)},
        {"title", value_text(s->title)},
        {"status", value_text(summary_ending(s->ending))},
        {"note", value_text(s->note)},
        {"config", test_config(s)},
        {"counts", counts(s)},
        {"errors_by_prefix", errors_by_prefix(&s->tally)},
        {"hit_ratio", value_real_if(s->reads && s->counts.hits + s->counts.misses, summary_hit_ratio(s))},
        {"seconds", value_seconds(s->wall_ns)},
        {"connect_seconds", value_seconds(s->connect_ns)},
        {"rps", value_real_if(s->wall_ns, summary_rps(s))},
        {"goodput_rps", value_real_if(s->wall_ns, summary_goodput(s))},
        {"amplification", value_real_if(counts_due(&s->counts), counts_amplification(&s->counts))},
        {"bytes", bytes(s)},
        {"kept", value_real_if(s->load.rate > 0, summary_kept(s))},
        {"latency_ns", latency(s)},
        {"service_ns", parts_json(s->service)},
        {"wait_ns", parts_json(s->wait)},
        {"lag_ns", parts_json(s->lag)},
        {"schedule", parts_json_schedule(s)},
        {"delivery", delivery_json(s)},
        {"staleness", staleness_json(s)},
        {"replay", replay_json(s)},
        {"read_delay", parts_json_read_delay(s)},
        {"wire", parts_json_wire(s)},
        {"tls", parts_json_tls(&s->tls)},
        {"connections", opened_json(s)},
        {"commands", commands(s)},
        {"client_cpu", client_json_cpu(s)},
        {"client_pauses", client_json_pauses(s)},
        {"threads", client_json_threads(s)},
        {"generators", generators_json(s)},
        {"nodes", nodes_json(s)},
        {"hottest_node", nodes_json_hottest(s)},
        {"topologies_read", value_number(s->topologies)},
        {"series", series_json(s)},
        {"outages", outages_json(s)},
        {"finding", finding(s)},
        {"signals", signals(&s->signals)},
        {"checks", checks(s)},
        {"validity", validity(&s->validity)},
        {"doubts", doubts(s)},
        {0},
    });
}

static json_t *late(const struct run_facts *f)
{
    return value_real_if(f->start_at_ns > 0, (double)f->start_late_ns * 1e-6);
}

int run_json(FILE *out, const struct run_facts *facts, const struct summary *tests, size_t ntests,
             struct err *err)
{
    json_t *list = json_array();
    for (size_t i = 0; i < ntests; i++)
        list = value_append(list, test(&tests[i]));
    return document_write(
        out, facts,
        &(struct document){.kind = "run",
                           .setup =
                               FIELDS{{"start_late_ms", late(facts)}, {"config", run_config(facts)}, {0}},
                           .servers = FIELDS{{"server", json_server(facts)}, {"tags", json_tags(facts)}, {0}},
                           .tests = list,
                           .judged = FIELDS{{"assertions", json_assertions(facts)}, {0}}},
        err);
}
