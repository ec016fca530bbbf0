// SPDX-License-Identifier: MIT
// A trace that is read while it is sent: a thread reads ahead into a bounded ring, from which each worker
// takes the next command, so that memory does not depend on the trace and each line is sent once.
#pragma once

#include "run/ask.h"
#include "stats/replayed.h"

#include "base/err.h"

struct replay;

// A request of the trace. Freed by whoever took it, with free().
struct replay_entry {
    uint64_t due_ns; // from the start of the trace, at the speed that was asked for
    size_t len;
    unsigned command; // of stats/replayed.h's
    char bytes[];
};

enum replay_next {
    REPLAY_TAKEN,
    REPLAY_NOT_YET, // it is still to be read
    REPLAY_OVER,    // there is no more
};

// What stands for the trace in a plan: its name, and one request for an engine that has no server. 0 or
// -ENOMEM; ask_reset in any case.
int replay_ask(struct ask *a, const struct run_conf *conf);

// Opens conf->replay.path and begins to read. 0, or -1 with err. replay_close undoes it, at any time.
int replay_open(struct replay **out, const struct run_conf *conf, struct err *err);
void replay_close(struct replay *r);

// The next of all; any worker may ask.
enum replay_next replay_take(struct replay *r, struct replay_entry **out);

// What was read so far. Once no worker asks any more.
void replay_tell(struct replay *r, struct replayed *out);
