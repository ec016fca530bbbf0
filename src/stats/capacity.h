// SPDX-License-Identifier: MIT
// What was found of a server's capacity in one test: the trials, what each said, and the bounds.
#pragma once

#include "judge/saturation.h"
#include "stats/slo.h"
#include "stats/verdict.h"

struct capacity_trial {
    double rate;
    enum saturation_phase phase;
    enum saturation_outcome outcome;
    bool early;          // ended as soon as it was clear that it would fail
    double at_s, took_s; // since the start of the search
    double lasting_s;    // as planned
    double rps;          // answered a second
    uint64_t due, errors, unfinished;
    struct slo_share late[SLO_MAX];
    struct quantile quantiles[QUANTILES];
    struct verdict verdict;
};

struct capacity {
    char test[32];
    const char *title;
    char note[320]; // why the search ended early, else ""
    unsigned clients, threads, pipeline;
    bool window;                     // --pipeline-mode window
    int64_t payload_bytes, keyspace; // -1: none
    const char *arrival;
    struct slo slo;
    double peak_rps;    // of the closed loop that began the search
    double ceiling_rps; // of the client; 0: unknown
    struct saturation search;
    struct capacity_trial *trials;
    size_t n, cap;
    double spent_s; // on all of it
    // What was seen beside the trials, added up
    uint64_t hits, misses, evicted;
    uint64_t lost; // connections: the first loss ends the search
    bool aof, saved;
};

// Fills what the summary of a trial says. lasting_ns: as planned.
void capacity_take(struct capacity_trial *t, const struct slo *slo, const struct summary *s,
                   uint64_t lasting_ns);

// Of the longest trials of this load the one in the middle, by the first limit's quantile; NULL: none.
const struct capacity_trial *capacity_typical(const struct capacity *c, double rate);

// The answer in one sentence.
void capacity_sentence(const struct capacity *c, char dst[256]);
