// SPDX-License-Identifier: MIT
// What was found of a server's capacity in one test: the trials, what each said, and the bounds.
#pragma once

#include "judge/saturation.h"
#include "stats/by_command.h"
#include "stats/slo.h"
#include "stats/verdict.h"

struct capacity_trial {
    double rate;
    enum saturation_phase phase;
    enum saturation_outcome outcome;
    bool early;          // ended as soon as it was clear that it would fail
    bool overheard;      // another promise of the same search asked for it
    double at_s, took_s; // since the start of the search
    double lead_s;       // as planned: before the part that is judged,
    double lasting_s;    // and that
    double rps;          // answered a second
    uint64_t due, errors, unfinished;
    double outage_s; // nobody was served, because connections broke: the trial is void
    double judged;   // requests due in the part that is judged
    struct slo_share late[SLO_MAX];
    struct quantile quantiles[QUANTILES];
    struct verdict verdict;
    struct by_command commands; // of a mix
};

struct capacity {
    char test[32];
    char *title;
    char note[320];   // why the search ended early, else ""
    struct load load; // of all trials, but for the rate, which is each one's own
    struct slo slo;
    double part[SLO_MAX]; // of all requests, those that a limit is about, as the closed loop had them; 0: all
    double peak_rps;      // of the closed loop that began the search
    double ceiling_rps;   // of the client; 0: unknown
    struct saturation search;
    double trial_s; // of the shortest trials
    struct capacity_trial *trials;
    size_t n, cap;
    double spent_s; // on all of it
    // Further promises of the same search: promise, search and trials of each, and no more
    struct capacity *others;
    unsigned others_n;
    // What was seen beside the trials, added up
    uint64_t hits, misses, evicted;
    uint64_t lost; // connections: the first loss ends the search
    bool aof, saved;
};

void capacity_free(struct capacity *c);

// Begins a search for these promises: the first is c's own. 0, or -1 when there is no memory.
int capacity_begin(struct capacity *c, const struct slo *promises, unsigned n);

// What was found of the promise at this place, from 0 to others_n.
const struct capacity *capacity_promise(const struct capacity *c, unsigned at);

// Fills what the summary of a trial says. An overheard one that ended early, for another promise, says only
// what would have ended it here as well.
void capacity_take(struct capacity_trial *t, const struct slo *slo, const struct summary *s,
                   const struct slo_window *window);

// The promise as a search sees it; answers its limits. What may be late of one command is a share of all
// requests there: a search knows no others.
unsigned capacity_limits(const struct capacity *c, struct saturation_limit out[SLO_MAX]);

// What part of the load each limit is about, by what was sent.
void capacity_take_parts(struct capacity *c, const struct summary *s);

// What the last trial says to the search.
struct saturation_reply capacity_reply(const struct capacity *c);

// Of the longest trials of this load the one in the middle, by the first limit's quantile; NULL: none.
const struct capacity_trial *capacity_typical(const struct capacity *c, double rate);

// The same of those that passed: latencies that held the promise.
const struct capacity_trial *capacity_compliant(const struct capacity *c, double rate);

// The capacity in one figure: the estimate or, where the search ended before the server did, the lower bound;
// 0: none.
double capacity_figure(const struct saturation_result *r);

// The answer in one sentence.
void capacity_sentence(const struct capacity *c, char dst[256]);
