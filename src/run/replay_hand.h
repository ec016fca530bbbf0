// SPDX-License-Identifier: MIT
// What a worker has in its hand of a trace: the next request, and the bytes of those that are under way.
#pragma once

#include "run/replay.h"

struct replaying {
    struct replay *from;
    struct replay_entry *next;  // or NULL
    struct replay_entry **sent; // by client, until its next one
    unsigned clients;
    bool timed;           // by the times of the trace; else as fast as answers come
    uint64_t last_due_ns; // of what was sent, from the start of the trace
    uint64_t commands[REPLAY_COMMANDS];
};

// NULL where there is no memory.
struct replaying *replay_hand_new(struct replay *from, const struct run_conf *conf, unsigned clients);
void replay_hand_free(struct replaying *r);
