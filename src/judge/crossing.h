// SPDX-License-Identifier: MIT
// Where a share that rises with the load reaches what is allowed, with a 95 % interval: from trials at
// several loads, each a count of requests and how many of them were late. Near the crossing the logarithm of
// the share is taken to be linear in that of the load, as it is in theory for a queue (M/M/1: P(R > t) =
// exp(-(mu - lambda) t)); far from it a trial says only on which side it lies. Lateness comes in bunches: the
// spread within the trials and among them says how large those are. Plain arrays in; no clock, no heap.
// Source: quasi-likelihood, Wedderburn 1974; interval by inverting the ratio of likelihoods, with Student's
// t.
#pragma once

#include <stdbool.h>

#define CROSSING_TRIALS_MAX 160
#define CROSSING_FAR 6.0

#define CROSSING_STEEPEST 4000.0

struct crossing_trial {
    double load;     // > 0
    double requests; // > 0
    double share;    // late, from 0 to 1
    double variance; // of the number that is late, as the trial itself shows it; 0: unknown
};

struct crossing {
    double at, low, high;     // loads: the crossing and its interval; low <= at <= high
    double steepness;         // of the share there: d ln(share) / d ln(load)
    double bunch;             // late requests come in bunches of about this size; at least 1
    bool open_low, open_high; // the interval has no end there
    bool left_out;            // one trial, which no bunch explains beside all others
};

// What is known beforehand.
struct crossing_prior {
    double allowed; // share: from above 0 to below 1
    double steep;   // what the steepness is at least, from 1 to CROSSING_STEEPEST
    double bunch;   // what the size of a bunch is at least, from 1 to 1e12
};

// 0, or -EINVAL when a number is out of its range, n is 0 or greater than CROSSING_TRIALS_MAX, or no trial is
// above what is allowed, or none below.
int crossing_of(const struct crossing_trial *trials, unsigned n, const struct crossing_prior *prior,
                struct crossing *out);
