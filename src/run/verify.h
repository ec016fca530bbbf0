// SPDX-License-Identifier: MIT
// Whether what is read is what was written, as one worker sees it: what each request under way may find, and
// what its answer is held against. Only with --verify; a run without it has nothing of this.
#pragma once

#include "base/buf.h"
#include "load/versions.h"
#include "run/worker.h"

// What is known of a request when it leaves.
struct verify_note {
    enum check check;
    unsigned name; // of the plan's
    uint64_t number;
    struct version_read may;
    uint64_t replaces;
};

struct verify_client {
    struct verify_note *notes; // a ring; those answered stay until they are overwritten
    uint32_t head, tail;
    struct buf part; // of a reply that goes on
};

struct verify {
    struct version_key **keys; // by name of the plan's: shared by all workers
    struct verify_client *clients;
    unsigned n;
    uint32_t ring; // notes in a client's ring, less one
    uint32_t writer;
    uint32_t owner; // of the first client
};

// The keys of all names, for all workers: an array as long as the plan has names. NULL without memory.
struct version_key **verify_keys(const struct plan *p);
void verify_keys_free(struct version_key **keys, const struct plan *p);

// For a worker of so many clients. 0 or -ENOMEM; verify_close in any case.
int verify_open(struct verify **out, const struct plan *p, struct version_key **keys, unsigned part,
                unsigned clients);
void verify_close(struct verify *v);

// client_write, or client_write_mix, of what w asks.
void verify_write(struct worker *w, struct client *c, uint32_t n);

// Bytes of a reply that goes on.
void verify_part(struct worker *w, struct client *c, struct slice bytes);

// A reply has come, of which `bytes` are the last ones. False where it is not what it must be: counted as an
// error then, that took so long.
bool verify_reply(struct worker *w, struct client *c, struct slice bytes, const struct resp_reply *r,
                  uint64_t took_ns);

// What the client has not answered never will be.
void verify_abandon(struct worker *w, struct client *c);
