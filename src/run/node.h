// SPDX-License-Identifier: MIT
// The servers as a worker sees them: where each is, which of the worker's connections to it are idle, and
// what waits for one of them. One is the common case; a cluster has several. Decides nothing.
#pragma once

#include "run/map.h"
#include "run/plan.h"
#include "run/pool.h"
#include "stats/counts.h"
#include "stats/gaps.h"
#include "stats/hist.h"

// A request that was drawn and is not on its way: no connection was free, or it was redirected.
struct ticket {
    struct ticket *next;
    uint64_t from_ns;   // its latency counts from here; 0: from its write
    uint64_t queued_ns; // since when it waits for a connection, 0: it does not; once it was sent: when
    uint64_t late_ns;   // of the time before, that in which no connection at all was free
    uint16_t slot;
    uint16_t waited;           // whose queue it was taken from last, an index; TOPOLOGY_NOBODY: none's
    uint8_t hops;              // how often it was redirected
    uint8_t kind;              // of a mix
    uint8_t tries;             // how often it was sent once more by --retry
    bool lost;                 // had no answer, and is to be sent once more
    bool asking;               // ASKING goes before it
    uint32_t len;              // of its bytes
    uint64_t number, replaces; // with --verify: of its key, and what it replaces (load/versions.h)
    char bytes[];
};

struct queue {
    struct ticket *first, *last;
    uint32_t n;
};

// What is known of the silence of a node (run/node_lull.h).
struct node_lull {
    uint64_t served_ns, broke_ns; // its last answer; when a connection to it broke last
    uint64_t owed_ns;             // since when it owes an answer; GAPS_OPEN: it does not
    uint64_t due;                 // requests that were due to it since its last answer
    struct node *heir;            // who was given what waited for it; NULL: nobody
    bool inherits;                // is such a one
    struct gaps gaps;
};

struct node {
    struct addr addr;
    struct pool pool;
    // Of a cluster's node
    struct queue fresh, again; // never sent; redirected, or lost and to be sent once more
    unsigned slots;            // that it owns
    bool replica;
    uint16_t reads; // of a primary: whom to ask to read next; of each of these, who is after it
    uint16_t reads_next;
    unsigned readers;     // of a primary: how many there are
    unsigned weight;      // its part of the load, by the slots that are asked of it
    uint64_t tried_ns;    // when it was last given a connection in mid-run
    bool proven;          // a connection to it stood once
    bool refused;         // the last one that was tried in mid-run failed
    struct hist *latency; // of ok replies
    struct counts counts; // ok, errors, moved, asked
    struct node_lull lull;
};

struct nodes {
    struct node *at;
    unsigned n, max;
    unsigned clients; // that a pool has room for
    uint16_t *owner;  // of each slot an index of at, or TOPOLOGY_NOBODY; NULL: one node and no slots
    size_t bytes_max; // of a request
    bool varies;      // what is asked now differs in length or kind
    struct ticket *spare;
    struct queue strays; // redirected to a name that no map has had yet
    bool uneven;         // connections may have to move
    double reading;      // the share of what is asked now that may go to whoever reads
    const struct run_conf *conf;
};

// The nodes of the plan's target, of which one may have all `clients`. 0 or -ENOMEM; nodes_close either way.
int nodes_open(struct nodes *n, const struct plan *plan, unsigned clients);
void nodes_close(struct nodes *n);
void nodes_reset(struct nodes *n); // figures back to nothing; nothing waits

// The node, a new one where it is not known yet; NULL where there is no more room.
struct node *nodes_find(struct nodes *n, const struct addr *addr);

// Who owns which slot from now on. Nodes that are in the map no more own none.
void nodes_adopt(struct nodes *n, const struct map *map);

// What part of the load each node has, by the slots that it owns now.
void nodes_weigh(struct nodes *n);

void nodes_give(struct nodes *n, uint16_t slot, const struct node *to);

// Who owns the slot, and who is asked what belongs to it: of what only reads whoever reads for the owner. Of
// a slot that nobody owns any node: it says so.
struct node *nodes_owner(struct nodes *n, uint16_t slot);
struct node *nodes_asked(struct nodes *n, uint16_t slot, bool only_reads);

// A ticket with room for a request; NULL without memory.
struct ticket *nodes_ticket(struct nodes *n);
void nodes_done(struct nodes *n, struct ticket *t);

// Who is asked in the place of a primary: its readers in turn.
static inline struct node *nodes_reader(struct nodes *n, struct node *primary)
{
    if (!primary->readers)
        return primary;
    struct node *reader = &n->at[primary->reads];
    primary->reads = reader->reads_next;
    return reader;
}

// Whether it was never sent, and does not count yet.
static inline bool node_ticket_fresh(const struct ticket *t)
{
    return !t->hops && !t->tries;
}

static inline void node_queue_push(struct queue *q, struct ticket *t)
{
    t->next = NULL;
    *(q->first ? &q->last->next : &q->first) = t;
    q->last = t;
    q->n++;
}

static inline struct ticket *node_queue_pop(struct queue *q)
{
    struct ticket *t = q->first;
    q->first = t->next;
    q->n--;
    return t;
}
