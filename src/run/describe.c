// SPDX-License-Identifier: MIT
#include "run/describe.h"

#include <stdio.h>
#include <string.h>

// The one place where a load is described: whatever tells of it later carries this.
static struct load load_of(const struct plan *p)
{
    const struct run_conf *conf = p->conf;
    struct load l = {.rate = conf->rate,
                     .clients = p->clients,
                     .threads = p->threads,
                     .pipeline = conf->pipeline,
                     .window = conf->pipeline_mode == PIPELINE_WINDOW,
                     .keepalive = conf->keepalive,
                     .reconnect_every = (int64_t)conf->reconnect_every,
                     .sequential = conf->keys.kind == KEYLAW_SEQ || conf->upkeep,
                     .quickack = conf->quickack,
                     .tls = p->target->filter != NULL,
                     .protocol = conf->resp3 ? 3 : 2,
                     .payload_bytes = (int64_t)p->payload_bytes,
                     .keyspace = p->delivery_run || conf->replay.path ? -1 : (int64_t)conf->keyspace};
    snprintf(l.tracking, sizeof l.tracking, "%s", login_tracking_names[conf->tracking]);
    if (conf->rate > 0)
        snprintf(l.arrival, sizeof l.arrival, "%s", pace_name(conf->arrival));
    snprintf(l.workload, sizeof l.workload, "%s", conf->workload);
    snprintf(l.key_dist, sizeof l.key_dist, "%s",
             conf->upkeep                           ? "seq"
             : p->delivery_run || conf->replay.path ? ""
                                                    : conf->keys.text);
    snprintf(l.engine, sizeof l.engine, "%s", p->target->engine->name);
    return l;
}

void describe(struct summary *s, const struct plan *p)
{
    const struct run_conf *conf = p->conf;
    memcpy(s->test, p->test, sizeof s->test);
    s->title = p->title;
    s->load = load_of(p);
    s->requests_asked = conf->requests;
    s->duration_asked_ns = conf->duration_ns;
    s->warmup_ns = conf->warmup_ns;
    s->ramp_ns = conf->ramp_ns;
    s->interval_ns = conf->interval_ns;
    s->until_precise = conf->until_error > 0;
    s->reads = plan_reads(p);
    s->verified = conf->verify;
    if (p->kinds == 1 && p->asks->cure)
        snprintf(s->cure, sizeof s->cure, "%s", p->asks->cure);
}
