// SPDX-License-Identifier: MIT
#include "experiment/compare_tell.h"

#include "base/build.h"

#include <stdio.h>

static void tell_baseline(const struct compare_experiment *x, struct compare_facts *facts,
                          struct compare_baseline *told)
{
    const struct baseline *b = &x->baseline;
    char tool[96];
    *told = (struct compare_baseline){.path = x->conf.baseline_path, .run = b->run, .started = b->started};
    snprintf(tool, sizeof tool, "%s %s", build.version, build.git);
    fingerprint_note(&told->fingerprint, "hkv-bench", b->tool, tool);
    if (b->engine[0])
        fingerprint_note(&told->fingerprint, "engine", b->engine,
                         x->servers[x->conf.first].target.engine->name);
    facts->baseline = told;
    facts->each[0].where = b->where;
    facts->each[0].server = b->server;
    facts->each[0].tls = b->n && b->tests[0].found.load.tls > 0;
    facts->each[0].version = b->version;
}

static void tell_server(const struct compare_experiment *x, struct compare_facts *facts, unsigned t)
{
    const struct server *s = &x->servers[t];
    const struct probe *p = &s->before.probe;
    facts->each[t].where = s->target.addr.text;
    facts->each[t].server = s->who.name;
    facts->each[t].version = s->who.version;
    facts->each[t].engine = s->target.engine->name;
    facts->each[t].wait = s->wait;
    facts->each[t].tls = s->tls != NULL;
    facts->each[t].primaries = s->map && !s->map->lone ? s->map->primaries : 0;
    if (p->memory_bytes > 0 && p->keys > 0)
        facts->each[t].memory_per_key = (double)p->memory_bytes / (double)p->keys;
}

void compare_tell(const struct compare_experiment *x, struct compare_facts *facts,
                  struct compare_baseline *baseline)
{
    const struct compare_conf *conf = &x->conf;
    *facts = (struct compare_facts){.targets = conf->targets,
                                    .blocks = conf->blocks,
                                    .seed = x->session.facts.seed,
                                    .aa = conf->aa,
                                    .fresh = conf->fresh_command,
                                    .restart = conf->restart_command,
                                    .run = &x->session.facts};
    for (unsigned t = 0; t < conf->targets; t++)
        facts->each[t].name = conf->each[t].name;
    if (conf->first)
        tell_baseline(x, facts, baseline);
    for (unsigned t = conf->first; t < conf->targets; t++)
        tell_server(x, facts, t);
}
