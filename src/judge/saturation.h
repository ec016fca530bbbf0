// SPDX-License-Identifier: MIT
// Searches the highest load that a noisy server bears: says which load to try next and how long, is told
// whether it held, and narrows two bounds until they are confirmed. A load is judged by the time for which it
// held and failed in all of its trials, so that one bad trial fools nobody. Knows no clock and no server.
// Source: classification of loads as in MLRsearch (draft-ietf-bmwg-mlrsearch-15), exceed ratio 1/2.
#pragma once

#include <stdbool.h>

#define SATURATION_LOADS 64
#define SATURATION_TRIALS 160 // after which it gives up

enum saturation_outcome {
    SATURATION_HELD,
    SATURATION_FAILED,
    SATURATION_CLIENT, // failed, and it was the client that could do no more: says nothing of the server
};

// From rough to fine: each wants longer trials and bounds that are closer together.
enum saturation_phase {
    SATURATION_ROUGH,   // one trial a load, to 10 %
    SATURATION_FINER,   // most of three trials, 10/3 as long, to 3 %
    SATURATION_FINEST,  // most of three, 10 times as long, to 1 %
    SATURATION_CONFIRM, // lower and upper bound in turns, three more trials each, and most of six
    SATURATION_PHASES,
};

enum saturation_end {
    SATURATION_GOES_ON,
    SATURATION_FOUND,
    SATURATION_CEILING,  // the client gave out first, at `stopped_at`
    SATURATION_NOTHING,  // not even SATURATION_LEAST of the hint held
    SATURATION_UNSTEADY, // loads hold and fail by turns: the bounds are the best there is
    SATURATION_DISTURBED // the client was late at `stopped_at`, which is little for it: something else ran
                         // there
};

#define SATURATION_LEAST 0.001
// Trials of a load that the client spoils, before it is held to be at its end; and the share of the hint
// below which it cannot be, because it has shown more.
#define SATURATION_CLIENT_TRIES 3
#define SATURATION_LITTLE 0.5

struct saturation_load {
    double rate;
    unsigned held[SATURATION_PHASES], failed[SATURATION_PHASES]; // trials
    unsigned spoilt; // trials by the client, since the last that was not
};

struct saturation {
    double hint, ceiling;
    enum saturation_phase phase;
    enum saturation_end end;
    double stopped_at;
    unsigned trials, n;
    struct saturation_load loads[SATURATION_LOADS]; // by rising rate
    double asked;                                   // the load that the next answer is about
    bool stepping;                                  // it lies beyond all that this phase knows,
    unsigned steps;                                 // as did so many others before it
};

// hint: about where the server is at its end, as the throughput of a closed loop; > 0. ceiling: what the
// client can do at most; 0: unknown.
void saturation_init(struct saturation *s, double hint, double ceiling);

// Which load to try now. False once the search has ended: s->end says how.
bool saturation_next(struct saturation *s, double *rate);

// How many times as long as the shortest a trial is in this phase.
double saturation_length(enum saturation_phase phase);

// What became of the load that saturation_next named.
void saturation_answer(struct saturation *s, enum saturation_outcome outcome);

// The bounds as the finest phase that has them knows them; 0 where there is none.
struct saturation_bounds {
    double lower, upper;
    bool confirmed; // both by the last phase
};
struct saturation_bounds saturation_bounds(const struct saturation *s);

// Whether the search ended before the server did: what holds is a lower bound then.
bool saturation_goes_beyond(enum saturation_end end);

const char *saturation_end_name(enum saturation_end end);             // "found": stable, for machines
const char *saturation_phase_name(enum saturation_phase phase);       // "finer"
const char *saturation_outcome_name(enum saturation_outcome outcome); // "held"
