// SPDX-License-Identifier: MIT
// What the kernel's stamps say of requests. On every run over TCP: how long the answers of some connections
// lay unread. With --wire-ts: stamps of every so manieth request of a worker, as it leaves and as its answer
// comes; only of a request that is the last of its write, on a connection that owes nothing else, else the
// stamps are another's.
#pragma once

#include "net/stamp.h"
#include "run/client.h"
#include "stats/readtimes.h"
#include "stats/wiretimes.h"

#define SAMPLER_APART 16 // one connection in so many tells how long its answers lay: a stamp costs time

struct sampler {
    bool on;
    unsigned every; // --wire-ts; 0: off
    unsigned until; // requests until the next sample
    struct sample *of_clients;
    struct wiretimes times;
    struct readtimes read;
    uint64_t real_ns;  // the clock that the kernel stamps with, less that of the run: as of the last look
    uint64_t delay_ns; // of what is being read; SAMPLER_UNKNOWN: no stamp
};

#define SAMPLER_UNKNOWN UINT64_MAX

// every: of --wire-ts, or 0. 0 or -ENOMEM.
int sampler_init(struct sampler *s, unsigned every, unsigned clients);
void sampler_free(struct sampler *s);

// A new phase begins.
void sampler_reset(struct sampler *s);

// Compares the clocks: every now and then, because one of them may be set.
void sampler_look(struct sampler *s);

// The client at `index` has been dialled. 0, or -errno where the kernel gives no stamps to --wire-ts.
int sampler_open(struct sampler *s, struct client *c, unsigned index);

// The client is about to write, at sent_ns. With --wire-ts alone.
void sampler_asks(struct sampler *s, struct client *c, uint64_t sent_ns);

// Bytes of a client that has stamps were read, at at_ns.
void sampler_read(struct sampler *s, const struct client *c, uint64_t at_ns);

// n ok answers among them, of this latency.
static inline void sampler_record(struct sampler *s, uint64_t latency_ns, uint64_t n)
{
    if (s->delay_ns == SAMPLER_UNKNOWN)
        s->read.missed += n;
    else
        readtimes_record(&s->read, latency_ns, s->delay_ns, n);
}

// The client has read, at at_ns. With --wire-ts alone.
void sampler_answered(struct sampler *s, struct client *c, uint64_t at_ns);
