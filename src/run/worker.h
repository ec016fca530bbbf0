// SPDX-License-Identifier: MIT
// What one thread has: its engine, connections, generator and recorder. Shares nothing with other workers but
// the plan, which nobody writes, and the crew's few flags. Runs nothing: loop, links and phases do.
#pragma once

#include "base/usage.h"
#include "net/health.h"
#include "run/crew.h"
#include "run/expiry.h"
#include "run/mixed.h"
#include "run/nap.h"
#include "run/node.h"
#include "run/plan.h"
#include "run/sampler.h"
#include "run/spots.h"
#include "run/starve.h"
#include "stats/gaps.h"
#include "stats/handshakes.h"
#include "stats/schedule.h"
#include "stats/series.h"
#include "stats/summary.h"

#include <pthread.h>
#include <stdatomic.h>

struct notes;
struct sight;
struct replaying;

// Aligned, so that no two of them share a cache line.
struct __attribute__((aligned(64))) worker {
    // Touched for each request
    uint64_t now_ns;      // as of the last event
    uint64_t left;        // requests still to ask; UINT64_MAX: by time
    uint64_t look_ns;     // when to look at what need not be seen at each request
    uint64_t awaited_ns;  // by when the next look comes, unless this program does not run
    uint64_t deadline_ns; // ask no more from here on
    uint64_t outstanding;
    uint64_t area_ns;         // outstanding requests times ns: when those answered ended, less when they left
    const struct ask *asks;   // of this phase, by kind
    struct expected expected; // of the reply that is looked at
    const struct engine_ops *ops;
    struct engine *io;
    uint32_t ring;                   // spans in a client's ring, less one
    uint32_t depth;                  // requests a client may have outstanding: most of client.depth
    bool keepalive, quickack, batch; // batch: ask a client only when it has answered everything
    bool skims;                      // large values that are read are passed over, not copied
    bool drains;                     // what was due before the deadline is asked after it
    bool eager;                      // a client with room asks at once: closed loop, one node, one kind
    bool mixing;                     // of several kinds
    bool special;                    // of several, or checked, or of messages:
    bool delivers;                   // each says when it was due
    bool looks;                      // into replies: those that are checked, or have a cursor
    bool scans;                      // cursors of replies are followed
    struct notes *verify;            // what is read is held against what was written; or NULL
    struct replaying *replaying;     // what is sent is of a trace; or NULL
    bool more, notes;                // to do before answers are taken; to note of them beside their latency
    struct nodes nodes;              // whom to ask
    unsigned idle;                   // clients in their pools
    uint32_t queued;                 // requests that wait for a connection to their node
    struct pace pace;
    struct nap nap;
    struct starve starve; // of connections
    struct sampler sampler;
    struct draw draw; // what requests are made of
    struct recorder rec;
    struct mixed mixed;
    uint64_t quiet_ns, served_ns;  // last answer, or first question after a pause; last answer
    struct gaps gaps;              // long times without one
    uint64_t heard_ns, part_bytes; // when an answer under way last came on; bytes of it since then
    struct series *rows;           // where this phase's go, or NULL
    uint64_t edge_ns;              // when the next row ends
    atomic_uint_fast64_t answered, answered_ns; // for the live line: how many, and as of when

    // The rest
    struct crew *crew;
    const struct plan *plan;
    unsigned part;
    const struct map *map; // of the cluster, that the nodes go by; NULL: one node
    unsigned maps_read;    // when that was taken
    uint32_t users;        // requests under way at most, closed loop of a cluster
    struct client *clients;
    unsigned clients_n;
    unsigned dialled, opening, live; // connections begun, not yet ready, and ready
    unsigned waiting;                // of those not yet ready, the ones in CLIENT_WAITING
    uint64_t redial_ns;              // when one of them is to be dialled, or a dial was too long under way
    struct rng chance;               // of the waits between dials
    struct expiry expiry;            // of requests
    uint64_t owes_ns, broke_ns;  // since when an answer is owed that a connection broke with; when one did
    uint64_t came, lost;         // connections that were ever ready, and that ended; in all phases
    void *slab;                  // the clients' buffers
    bool dialling, closing, met; // first time; no dialling again; answered before this phase
    bool skip, refused;          // the server does not know the command; its thread cannot have the engine
    bool stalled, overrun;       // gave up waiting for answers; though some still came
    uint64_t start_ns, last_ns, end_ns;     // of the measured window: its start, its last answer, its end
    uint64_t paused_ns, pauses, excused_ns; // this program did not run; of that, after the deadline
    struct spots spots;                     // requests that are looked at as they leave
    uint64_t left_before;                   // requests of the phases before this one that left,
    bool owed_before;                       // not all of which were answered
    uint64_t connect_ns, filled, filled_ns; // keys written before the load, and how long that took
    struct usage used;                      // of the processor, in the measured window
    struct health health;
    struct handshakes tls;          // of all its connections, in all phases; only with TLS
    struct connections connections; // opened in the measured window; only where they are renewed
    struct series warm, series;
    struct schedule *schedule;   // of the open loop, else NULL
    pthread_mutex_t series_lock; // whoever wants to see rows before the end
    struct sight *sight;         // beside them; NULL: nobody looks closely
    struct err err, parted; // the first thing that went wrong; the first that broke a connection for a time
    pthread_t thread;
};

// Prepares a worker's memory and engine. 0, or -1 with err. worker_close undoes it.
int worker_open(struct worker *w, struct crew *crew, unsigned part, struct err *err);
void worker_close(struct worker *w);

// The client has room: it waits in its node's pool.
static inline void worker_idles(struct worker *w, struct client *c)
{
    w->idle += !c->pooled;
    pool_push(&c->node->pool, c);
}

// The client of the node that has been idle longest. There must be one.
static inline struct client *worker_wakes(struct worker *w, struct node *node)
{
    w->idle--;
    return pool_pop(&node->pool);
}

// How many requests the client can take now.
static inline uint32_t worker_room(const struct worker *w, const struct client *c)
{
    if (c->conn.blocked || (w->batch && c->outstanding))
        return 0;
    return c->depth - c->outstanding;
}

// A request that was sent at sent_ns and due late_ns before that, wait_ns of them for want of a connection.
static inline void worker_left_late(struct worker *w, uint64_t late_ns, uint64_t wait_ns, uint32_t n)
{
    if (wait_ns > late_ns)
        wait_ns = late_ns;
    hist_record(w->rec.wait, wait_ns, n);
    hist_record(w->rec.lag, late_ns - wait_ns, n);
    nap_works(&w->nap);
}
