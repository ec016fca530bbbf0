// SPDX-License-Identifier: MIT
// --wire-ts: asks the kernel for stamps of every so manieth request of a worker, and matches them. Only of a
// request that is the last of its write, on a connection that owes nothing else: else the stamps are
// another's.
#pragma once

#include "net/stamp.h"
#include "run/client.h"
#include "stats/wiretimes.h"

struct sampler {
    unsigned every; // 0: off
    unsigned until; // requests until the next sample
    struct sample *of_clients;
    struct wiretimes times;
};

int sampler_init(struct sampler *s, unsigned every, unsigned clients); // 0 or -ENOMEM
void sampler_free(struct sampler *s);

// A connection of the client at `index` stands. 0 or -errno.
int sampler_open(struct sampler *s, struct client *c, unsigned index);

// The client is about to write, at sent_ns.
void sampler_asks(struct sampler *s, struct client *c, uint64_t sent_ns);

// The client has read, at at_ns.
void sampler_answered(struct sampler *s, struct client *c, uint64_t at_ns);
