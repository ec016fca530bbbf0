// SPDX-License-Identifier: MIT
#include "run/evidence.h"

#include <string.h>

#define FOUND 0.9          // share of the reads that a load implies to find something,
#define FOUND_WRITTEN 0.99 // and where all of it was written before

// Those that are counted with what they contain, that come in the set-up too, or that end or forget counts.
static bool countable(const char *command)
{
    static const char *const others[] = {
        "eval",  "evalsha",  "eval_ro",   "evalsha_ro", "fcall",      "fcall_ro", "multi",  "exec",
        "hello", "auth",     "select",    "readonly",   "client",     "info",     "config", "reset",
        "quit",  "shutdown", "subscribe", "psubscribe", "ssubscribe", "monitor"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcmp(command, others[i]) == 0)
            return false;
    return command[0];
}

static bool add_name(const struct ask *a, const char *names[EVIDENCE_NAMES], unsigned *n)
{
    if (!countable(a->command))
        return false;
    for (unsigned i = 0; i < *n; i++)
        if (strcmp(names[i], a->command) == 0)
            return true;
    if (*n == EVIDENCE_NAMES)
        return false;
    names[(*n)++] = a->command;
    return true;
}

unsigned evidence_names(const struct plan *p, const char *names[EVIDENCE_NAMES])
{
    unsigned n = 0;
    bool all = (!p->target->cluster || p->target->cluster->lone) && plan_draws(p);
    for (unsigned i = 0; all && i < p->kinds; i++)
        all = add_name(&p->asks[i], names, &n);
    for (unsigned i = 0; all && i < p->upkeep.n; i++)
        all = add_name(&p->upkeep.at[i], names, &n);
    return all ? n : 0;
}

// What reads find is known where nothing takes keys away, and all were there: written beforehand, or named by
// a load that only reads. What --fill writes, and what is added meanwhile, it does not say.
static void imply_hits(struct evidence *e, const struct plan *p)
{
    bool reads = false, written = p->conf->prefill, writes = false;
    if (p->grows || p->conf->fills || !plan_draws(p))
        return;
    for (unsigned i = 0; i < p->kinds; i++) {
        const struct ask *a = &p->asks[i];
        if (a->takes || p->conf->upkeep)
            return;
        writes |= !a->only_reads && a->reply.reads == READS_NOTHING;
        reads |= a->reply.reads != READS_NOTHING;
        written &= a->reply.reads == READS_NOTHING || a->filled;
    }
    e->hits_known = reads && (written || !writes);
    e->hits_least = written ? FOUND_WRITTEN : FOUND;
}

// Requests of all phases that a server has counted, once all were answered.
static uint64_t commands(const struct plan *p, const struct worker *of, unsigned n)
{
    const char *names[EVIDENCE_NAMES];
    uint64_t all = 0;
    for (unsigned i = 0; i < n; i++) {
        if (of[i].owed_before)
            return 0;
        all += of[i].left_before + counts_attempts(&of[i].rec.counts);
    }
    return evidence_names(p, names) ? all : 0;
}

void evidence_sum(struct summary *s, const struct plan *p, const struct worker *of, unsigned n)
{
    struct evidence *e = &s->evidence;
    for (unsigned i = 0; i < n; i++) {
        e->connections += of[i].came;
        for (unsigned kind = 0; kind < s->nkinds; kind++)
            spots_add(&s->kinds[kind].evidence, &of[i].spots, kind);
        if (!s->nkinds)
            spots_add(e, &of[i].spots, 0);
    }
    e->commands = commands(p, of, n);
    imply_hits(e, p);
}
