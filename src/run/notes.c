// SPDX-License-Identifier: MIT
#include "run/notes.h"

#include "load/proof.h"

#include <errno.h>
#include <stdlib.h>

#define NOTES_MIN 16   // requests that a value may have been meant for, where it is another's
#define OWNERS_BITS 20 // clients of a worker

static uint64_t keys_of(const struct plan *p, unsigned name)
{
    return p->names.at[name].once ? 1 : p->names.at[name].keyspace;
}

// Whether replicas are read, whose values may be older than the primary's.
static bool reads_replicas(const struct plan *p)
{
    return p->target->cluster && p->conf->read_from != READ_FROM_PRIMARY;
}

static bool make_keys(struct notes_keys *keys, const struct plan *p)
{
    bool whole = keys->versions && (keys->moments || !reads_replicas(p));
    for (unsigned i = 0; whole && i < p->names.n; i++) {
        keys->versions[i] = calloc(keys_of(p, i), sizeof *keys->versions[i]);
        if (keys->moments)
            keys->moments[i] = calloc(keys_of(p, i), sizeof *keys->moments[i]);
        whole = keys->versions[i] && (!keys->moments || keys->moments[i]);
    }
    return whole;
}

struct notes_keys *notes_keys(const struct plan *p)
{
    struct notes_keys *keys = calloc(1, sizeof *keys);
    if (!keys)
        return NULL;
    keys->versions = calloc(p->names.n + 1, sizeof(struct version_key *));
    if (reads_replicas(p))
        keys->moments = calloc(p->names.n + 1, sizeof(struct moments *));
    if (make_keys(keys, p))
        return keys;
    notes_keys_free(keys, p);
    return NULL;
}

static void free_moments(struct moments *all, uint64_t n)
{
    for (uint64_t i = 0; all && i < n; i++)
        moments_free(&all[i]);
    free(all);
}

void notes_keys_free(struct notes_keys *keys, const struct plan *p)
{
    if (!keys)
        return;
    for (unsigned i = 0; i < p->names.n; i++) {
        if (keys->versions)
            free(keys->versions[i]);
        if (keys->moments)
            free_moments(keys->moments[i], keys_of(p, i));
    }
    free(keys->versions);
    free(keys->moments);
    free(keys);
}

static unsigned reads_most(const struct plan *p)
{
    unsigned most = 0;
    for (unsigned i = 0; i < p->kinds; i++)
        if (p->asks[i].check == CHECK_READS && p->asks[i].reads > most)
            most = p->asks[i].reads;
    return most;
}

int notes_open(struct notes **out, const struct plan *p, const struct notes_keys *keys, unsigned part,
               unsigned clients)
{
    struct notes *v = *out = calloc(1, sizeof *v);
    uint32_t notes = NOTES_MIN, depth = plan_upkeep_depth(p);
    if (!v)
        return -ENOMEM;
    while (notes < 2 * (uint64_t)depth)
        notes *= 2;
    uint64_t run = p->conf->seed ^ proof_name(slice_of(p->test));
    v->keys = keys;
    v->ring = notes - 1;
    v->owner = part << OWNERS_BITS;
    v->writer = (uint32_t)(rng_splitmix64(&run) << PROOF_WORKERS) | (part & ((1u << PROOF_WORKERS) - 1));
    v->clients = calloc(clients, sizeof *v->clients);
    v->n = v->clients ? clients : 0;
    bool whole = v->clients;
    v->most = reads_most(p);
    for (unsigned i = 0; whole && i < clients; i++) {
        struct notes_client *c = &v->clients[i];
        c->notes = calloc(notes, sizeof *c->notes);
        c->keys = calloc((size_t)notes * v->most + 1, sizeof *c->keys);
        whole = c->notes && c->keys;
    }
    if (whole && keys->moments)
        return staleness_init(&v->stale, p->conf->digits);
    return whole ? 0 : -ENOMEM;
}

void notes_close(struct notes *v)
{
    if (!v)
        return;
    for (unsigned i = 0; i < v->n; i++) {
        free(v->clients[i].notes);
        free(v->clients[i].keys);
        buf_free(&v->clients[i].part);
    }
    free(v->clients);
    staleness_free(&v->stale);
    free(v);
}
