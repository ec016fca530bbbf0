// SPDX-License-Identifier: MIT
// The trials of a search for a server's capacity: the closed loop that says where to look, and one rate at a
// time in the open loop. Decides neither which rate comes next nor what it means: judge and stats do.
#pragma once

#include "experiment/server.h"
#include "stats/capacity.h"

struct search {
    struct server *server;
    struct question question;
    const struct run_conf *conf; // as the user asked
    struct session *session;     // whose label tells the trial, or NULL
    uint64_t seed;               // of the first trial, beyond that of conf; each has one of its own
    uint64_t began_ns;           // trials are told by their time since then
    unsigned asks;               // the promise that the next trial is for: a place as of capacity_promise
    bool fill;                   // the next trial fills the server first
};

// The closed loop, which begins c. False when there is nothing to search:
// c->note or err says why.
bool search_peak(struct search *s, struct capacity *c, uint64_t lasting_ns, struct err *err);

// The lead of a trial that judges so long a time: long enough for queues to grow to their length. longest_ns:
// of the limits.
uint64_t search_lead_ns(const struct run_conf *conf, uint64_t longest_ns, uint64_t lasting_ns);

// One trial at this rate, added to the trials of each promise of c, in the phase of the one that asks;
// lasting_ns of it are judged. False when the search
// cannot go on: c->note or err says why.
bool search_try(struct search *s, struct capacity *c, double rate, uint64_t lasting_ns, struct err *err);
