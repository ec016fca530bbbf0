// SPDX-License-Identifier: MIT
// Whether what is read is what was written, as one worker sees it: what each request under way may find, and
// what its answer is held against. Only with --verify; a run without it has nothing of this.
#pragma once

#include "run/notes.h"
#include "run/worker.h"

// client_write, or client_write_mix, of what w asks.
void verify_write(struct worker *w, struct client *c, uint32_t n);

// Bytes of a reply that goes on.
void verify_part(struct worker *w, struct client *c, struct slice bytes);

// A reply has come, of which `bytes` are the last ones. False where it is not what it must be: counted as an
// error then, that took so long.
bool verify_reply(struct worker *w, struct client *c, struct slice bytes, const struct resp_reply *r,
                  uint64_t took_ns);

// A request that leaves by a client's connection.
struct verify_request {
    const struct ask *ask;
    struct slice bytes;
    uint64_t number, replaces; // as drawn
    uint32_t owner;            // in whose order it is: VERSIONS_MANY where that does not matter
};

// What its answer will be held against.
void verify_leaves(struct worker *w, struct client *c, const struct verify_request *r);

// Before a request is drawn: what its value is to say.
void verify_draws(const struct worker *w, const struct ask *a, uint32_t owner, struct draw *d);

// What the client has not answered will leave once more (run/retry.h).
void verify_again(struct worker *w, struct client *c);

// What the client has not answered never will be.
void verify_abandon(struct worker *w, struct client *c);
