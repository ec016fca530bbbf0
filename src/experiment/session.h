// SPDX-License-Identifier: MIT
// What every experiment has, and the one way in which it begins and ends: the user's signals, who looks at it
// and who is told, what a report tells of the whole, and how it came out. Knows nothing of what is measured,
// nor where the result goes. It may not move once it has begun.
#pragma once

#include "experiment/outcome.h"
#include "run/run.h"
#include "stats/facts.h"

struct session {
    struct outcome outcome;
    struct stopper stop;
    struct watcher watch; // of the live line: the caller's to set
    struct run_facts facts;
    struct host host, host_end;
    uint64_t started_ns; // by the clock
    char label[96];      // what is measured now, for the live line
};

// tell: the user, who is told what goes wrong, and remarks.
void session_begin(struct session *s, void (*tell)(void *ctx, const char *sentence), void *ctx);

// From now on time counts: what facts already tell stays, and they learn the machine and the time.
void session_start(struct session *s);

double session_now_s(const struct session *s);         // since then
void session_pause(struct session *s, uint64_t ns);    // or until a signal
void session_see_host_again(struct session *s);        // facts learn of the machine at the end
void session_settle(struct session *s, bool measured); // all was judged: facts learn how it ended

void session_close(struct session *s);
