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

struct version_key **notes_keys(const struct plan *p)
{
    struct version_key **keys = calloc(p->names.n + 1, sizeof(struct version_key *));
    bool whole = keys;
    for (unsigned i = 0; whole && i < p->names.n; i++) {
        keys[i] = calloc(keys_of(p, i), sizeof *keys[i]);
        whole = keys[i];
    }
    if (whole)
        return keys;
    notes_keys_free(keys, p);
    return NULL;
}

void notes_keys_free(struct version_key **keys, const struct plan *p)
{
    for (unsigned i = 0; keys && i < p->names.n; i++)
        free(keys[i]);
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

int notes_open(struct notes **out, const struct plan *p, struct version_key **keys, unsigned part,
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
    free(v);
}
