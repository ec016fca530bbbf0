// SPDX-License-Identifier: MIT
// One test measured along one setting: the points, and what the curve as a whole says. Points whose figures
// are the client's are marked, and are no part of any fit.
#pragma once

#include "judge/knee.h"
#include "judge/usl.h"
#include "stats/assertion.h"
#include "stats/by_command.h"
#include "stats/slo.h"
#include "stats/verdict.h"

#define SWEEP_POINTS 64 // different ones
#define SWEEP_PASSES 8

enum sweep_kind { SWEEP_RATE, SWEEP_CLIENTS, SWEEP_PIPELINE, SWEEP_SIZE, SWEEP_KEYS, SWEEP_KINDS };

extern const char *const sweep_kinds[SWEEP_KINDS + 1]; // "rate"; ends in NULL

// What a point was held against: as assertions judge it, but that its test has a name alone.
struct sweep_demand {
    struct assertion_result result;
    char test[32];
};

struct sweep_point {
    double x;       // requests a second, clients, bytes, keys
    unsigned pass;  // from 0
    unsigned order; // as it was measured, from 0
    bool kept_up;   // with the rate; true in the closed loop
    double rps;
    uint64_t answered, errors, unfinished, lost; // lost: connections, so that the load was another one
    bool stalled;                                // answers stopped coming
    double outage_s;                             // nobody was served, because connections broke
    struct quantile quantiles[QUANTILES];
    struct verdict verdict;
    struct by_command commands; // of a mix
    struct sweep_demand *demands;
    unsigned ndemands;
};

struct sweep {
    enum sweep_kind kind;
    char test[32];
    char *title;
    char note[320];             // why it ended early, else ""
    char lost[320];             // where connections were first lost, and why, else ""
    double peak_rps;            // of the closed loop that a sweep of rates began with; 0: there was none
    struct sweep_point *points; // by rising x, then by pass
    unsigned n;
    double lasting_s, spent_s;
};

void sweep_free(struct sweep *s);

void sweep_take(struct sweep_point *p, const struct summary *s);

// Holds the result of a point against what is demanded of its test. 0 or -ENOMEM.
int sweep_demand(struct sweep_point *p, const struct assertion *list, size_t n, const struct summary *s);

// How many of its points' demands were not met; their number goes into all.
unsigned sweep_broken(const struct sweep *s, unsigned *all);

// In the order of a report.
void sweep_sort(struct sweep *s);

// Whether it met what no load explains: errors, lost connections, a server that fell silent. That a rate is
// too much for a server is what a sweep of rates looks for, and no failure.
bool sweep_failed(const struct sweep *s, const struct sweep_point *p);

// Whether it counts for a fit.
bool sweep_counts(const struct sweep_point *p);

// The knee of a sweep of rates, and at which rate it is. 0, -ENODATA when nothing counts or it is no such
// sweep, -EINVAL.
int sweep_knee(const struct sweep *s, struct knee *knee, double *rate);

// The scalability law of a sweep of clients. 0, -ENODATA when too few points count or it is no such sweep,
// -EINVAL.
int sweep_usl(const struct sweep *s, uint64_t seed, struct usl *fit);
