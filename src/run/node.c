// SPDX-License-Identifier: MIT
#include "run/node.h"

#include "stats/recorder.h"

#include <errno.h>
#include <stdlib.h>

#define NODES_MORE 64 // that may join while a run is on

static int open_node(struct nodes *n, const struct addr *addr)
{
    struct node *node = &n->at[n->n];
    *node = (struct node){.addr = *addr};
    if (n->owner) {
        node->latency = hist_new(RECORDER_COARSE_DIGITS);
        if (!node->latency)
            return -ENOMEM;
        gaps_reset(&node->lull.gaps);
        node->lull.owed_ns = GAPS_OPEN;
    }
    n->n++;
    return pool_init(&node->pool, n->clients);
}

int nodes_open(struct nodes *n, const struct plan *plan, unsigned clients)
{
    const struct map *map = plan->target->cluster;
    const struct run_conf *conf = plan->conf;
    size_t bytes_max = plan_request_bytes(plan);
    *n = (struct nodes){
        .max = map ? map->n + NODES_MORE : 1, .clients = clients, .bytes_max = bytes_max, .conf = conf};
    n->at = calloc(n->max, sizeof *n->at);
    if (n->at && !map)
        return open_node(n, &plan->target->addr);
    n->owner = malloc(SLOTS * sizeof *n->owner);
    if (!n->at || !n->owner)
        return -ENOMEM;
    int rc = 0;
    for (unsigned i = 0; rc == 0 && i < map->n; i++)
        rc = open_node(n, &map->nodes[i].addr);
    if (rc == 0)
        nodes_adopt(n, map);
    return rc;
}

static void empty(struct nodes *n, struct queue *q)
{
    while (q->n)
        nodes_done(n, node_queue_pop(q));
}

void nodes_reset(struct nodes *n)
{
    for (unsigned i = 0; n->owner && i < n->n; i++) {
        empty(n, &n->at[i].fresh);
        empty(n, &n->at[i].again);
        hist_reset(n->at[i].latency);
        n->at[i].counts = (struct counts){0};
    }
    empty(n, &n->strays);
}

void nodes_close(struct nodes *n)
{
    nodes_reset(n);
    while (n->spare) {
        struct ticket *t = n->spare;
        n->spare = t->next;
        free(t);
    }
    for (unsigned i = 0; i < n->n; i++) {
        pool_reset(&n->at[i].pool);
        hist_free(n->at[i].latency);
        gaps_free(&n->at[i].lull.gaps);
    }
    free(n->at);
    free(n->owner);
    *n = (struct nodes){0};
}

struct node *nodes_find(struct nodes *n, const struct addr *addr)
{
    for (unsigned i = 0; i < n->n; i++)
        if (strcmp(n->at[i].addr.text, addr->text) == 0)
            return &n->at[i];
    if (n->n == n->max || open_node(n, addr) < 0)
        return NULL;
    return &n->at[n->n - 1];
}

void nodes_give(struct nodes *n, uint16_t slot, const struct node *to)
{
    uint16_t was = n->owner[slot];
    if (was != TOPOLOGY_NOBODY)
        n->at[was].slots--;
    n->owner[slot] = to ? (uint16_t)(to - n->at) : TOPOLOGY_NOBODY;
    if (to)
        n->at[n->owner[slot]].slots++;
}

// Puts node into the ring of those that read for primary.
static void add_reader(struct nodes *n, struct node *primary, struct node *node)
{
    uint16_t at = (uint16_t)(node - n->at);
    if (primary->readers++ == 0) {
        primary->reads = node->reads_next = at;
        return;
    }
    node->reads_next = n->at[primary->reads].reads_next;
    n->at[primary->reads].reads_next = at;
}

// Who reads for whom. Who has nobody reads for itself.
static void find_readers(struct nodes *n, const struct map *map)
{
    enum read_from from = n->conf->read_from;
    for (unsigned i = 0; i < n->n; i++)
        n->at[i].readers = 0;
    for (unsigned i = 0; i < map->n; i++) {
        struct node *node = nodes_find(n, &map->nodes[i].addr);
        struct node *of = map->nodes[i].replica ? nodes_find(n, &map->nodes[map->nodes[i].of].addr) : node;
        if (node)
            node->replica = map->nodes[i].replica;
        if (node && of && (node->replica || (from != READ_FROM_REPLICA && !map->nodes[i].failed)))
            add_reader(n, of, node);
    }
}

#define PARTS 840 // of a slot, so that up to 8 readers share it evenly

void nodes_weigh(struct nodes *n)
{
    const struct run_conf *conf = n->conf;
    unsigned first = conf->first_slot, end = conf->slots ? first + conf->slots : SLOTS;
    for (unsigned i = 0; i < n->n; i++)
        n->at[i].weight = 0;
    for (unsigned slot = first; slot < end; slot++) {
        uint16_t owner = n->owner[slot];
        if (owner == TOPOLOGY_NOBODY)
            continue;
        struct node *primary = &n->at[owner];
        double reads = primary->readers ? n->reading : 0;
        uint16_t at = primary->reads;
        primary->weight += (unsigned)(PARTS * (1 - reads) + 0.5);
        for (unsigned i = 0; reads > 0 && i < primary->readers; i++, at = n->at[at].reads_next)
            n->at[at].weight += (unsigned)(PARTS * reads / primary->readers + 0.5);
    }
}

void nodes_adopt(struct nodes *n, const struct map *map)
{
    memset(n->owner, 0xff, SLOTS * sizeof *n->owner);
    for (unsigned i = 0; i < n->n; i++)
        n->at[i].slots = 0;
    for (unsigned i = 0; i < map->n; i++) {
        struct node *node = nodes_find(n, &map->nodes[i].addr);
        for (unsigned slot = 0; node && slot < SLOTS; slot++)
            if (map->owner[slot] == i)
                nodes_give(n, (uint16_t)slot, node);
    }
    find_readers(n, map);
    nodes_weigh(n);
}

struct ticket *nodes_ticket(struct nodes *n)
{
    struct ticket *t = n->spare;
    if (t)
        n->spare = t->next;
    else
        t = malloc(sizeof *t + n->bytes_max);
    return t;
}

void nodes_done(struct nodes *n, struct ticket *t)
{
    t->next = n->spare;
    n->spare = t;
}

struct node *nodes_owner(struct nodes *n, uint16_t slot)
{
    unsigned at = n->owner[slot];
    if (at == TOPOLOGY_NOBODY)
        at = n->n ? slot % n->n : 0;
    return &n->at[at];
}

struct node *nodes_asked(struct nodes *n, uint16_t slot, bool only_reads)
{
    struct node *owner = nodes_owner(n, slot);
    return only_reads && n->reading > 0 ? nodes_reader(n, owner) : owner;
}
