// SPDX-License-Identifier: MIT
// Searches a server's capacity: the load at which a promise about latencies is only just kept. Says which
// load to try next and for how long, is told what share of the requests was late, and ends with an estimate
// and its 95 % interval (judge/crossing.h). Knows no clock and no server.
#pragma once

#include "judge/crossing.h"

#define SATURATION_LOADS 96
#define SATURATION_TRIALS 120 // after which it gives up
#define SATURATION_LIMITS 4   // of a promise

enum saturation_outcome {
    SATURATION_PASS,
    SATURATION_FAIL,
    SATURATION_VOID, // failed, and the client was the bottleneck: says nothing about the server
};

// From short trials far from the capacity to long ones near it.
enum saturation_phase {
    SATURATION_ROUGH, // brackets it, one trial a load, to 15 %
    SATURATION_NEAR,  // 10/3 as long: measures both bounds anew, to 6 %, then around the estimate
    SATURATION_LONG, // 10 times as long: just below and just above the estimate, until the interval is narrow
    SATURATION_PHASES,
};

enum saturation_end {
    SATURATION_GOES_ON,
    SATURATION_FOUND,
    SATURATION_CEILING,   // the client gave out first, at `stopped_at`
    SATURATION_NOTHING,   // not even SATURATION_LEAST of the hint passed
    SATURATION_UNSTEADY,  // the interval stays wide, however many trials
    SATURATION_DISTURBED, // the client was late at `stopped_at`, which is little for it: something else ran
                          // there
    SATURATION_SPENT,     // the time that it had is used up
};

#define SATURATION_LEAST 0.001
// Void trials in a row, before a load is held to be too much for the client; and before the search gives up
// where it cannot be, because the client has shown more: that, or this share of the hint.
#define SATURATION_VOID_TRIES 3
#define SATURATION_DISTURBED_TRIES 10
#define SATURATION_LITTLE 0.5

struct saturation_limit {
    double allowed;  // share that may be late
    double within_s; // beyond which it is
};

// What a trial says.
struct saturation_reply {
    enum saturation_outcome outcome;
    double requests;                 // that were due
    double share[SATURATION_LIMITS]; // of them late, for each limit
    double
        variance[SATURATION_LIMITS]; // of the number that was late, as the trial itself shows it; 0: unknown
};

struct saturation_trial {
    double load;
    enum saturation_phase phase;
    bool overheard; // asked by the search for another promise
    struct saturation_reply reply;
};

struct saturation_load {
    double rate;
    unsigned pass, fail, spoilt; // trials
};

struct saturation {
    double hint;
    unsigned limits;
    struct saturation_limit limit[SATURATION_LIMITS];
    double ceiling; // of the client; 0: unknown
    bool walled;    // it was met: trials there are void
    enum saturation_phase phase;
    enum saturation_end end;
    double stopped_at;
    unsigned trials, n;
    struct saturation_trial trial[SATURATION_TRIALS];
    struct saturation_load loads[SATURATION_LOADS]; // by rising rate
    double asked;                                   // the load that the next answer is about
    unsigned spoilt;                                // void trials of it in a row
    unsigned steps;                                 // beyond all that this phase knows, in a row
};

// hint: about where the server is saturated, as the throughput of a closed loop; > 0. ceiling: what the
// client can do at most; 0: unknown. limits: 1 to SATURATION_LIMITS.
void saturation_init(struct saturation *s, double hint, double ceiling, const struct saturation_limit *limit,
                     unsigned limits);

// Which load to try now. False once the search has ended: s->end says how.
bool saturation_next(struct saturation *s, double *rate);

// Seconds of the shortest trials: at least, to see the promise at all; and as they should be, so that the
// long ones together tell the capacity to about 1 %. hint: as above.
double saturation_least_s(const struct saturation_limit *limit, unsigned limits, double hint);
double saturation_shortest_s(const struct saturation_limit *limit, unsigned limits, double hint);

// How many times as long as the shortest a trial is in this phase.
double saturation_length(enum saturation_phase phase);

// There is no time for another trial. A search that has ended stays as it is.
void saturation_spent(struct saturation *s);

// What became of the load that saturation_next named.
void saturation_answer(struct saturation *s, const struct saturation_reply *reply);

// The same of a trial that the search for another promise asked for, about the same server and from the same
// hint. A search that has ended takes nothing of it, nor is
// anything told by a trial that is void, or once half of the room is taken: the rest is for its own.
void saturation_overhear(struct saturation *s, double load, enum saturation_phase phase,
                         const struct saturation_reply *reply);

// What is known so far; 0 where it is not.
struct saturation_result {
    double capacity, low,
        high; // the estimate with its 95 % interval; only where trials passed and failed near it
    bool open_low, open_high; // the interval has no end there: no more was tried
    unsigned limit;           // the one that decides
    double pass, fail;        // the highest load whose trials pass, and none below it fails; the lowest above
                              // that fails: all trials of a load taken together
    bool at_least;            // the search ended before the server did: what passes is a lower bound
};
struct saturation_result saturation_result(const struct saturation *s);

const char *saturation_end_name(enum saturation_end end);             // "found": stable, for machines
const char *saturation_phase_name(enum saturation_phase phase);       // "near"
const char *saturation_outcome_name(enum saturation_outcome outcome); // "pass"
