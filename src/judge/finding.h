// SPDX-License-Identifier: MIT
// What may be said about a ratio: the interval of a comparison against a margin that matters and a floor
// below which the same program differs from itself. Decides by the interval alone, never by p, and does not
// know whether more is better.
// Source: an interval against a region of practical equivalence, as in Schuirmann 1987.
#pragma once

#include "judge/estimate.h"

enum finding {
    FINDING_UNCLEAR,    // the interval holds 1 and more than the margin, or the floor forbids a claim
    FINDING_HIGHER,     // all of the interval is above 1 + margin
    FINDING_LOWER,      // all of it is below 1 - margin
    FINDING_EQUIVALENT, // all of it is within 1 - margin and 1 + margin, both included; it may exclude 1
    FINDING_DIFFERENT,  // it excludes 1 and lies on both sides of the margin: different, size unclear
};

// margin: relative, 0.01 for 1 %. noise_floor: |ln ratio| that an A/A run reached (0 when there was none): a
// ratio closer to 1 is no difference, and a margin below it no equivalence. Both in [0, 1), else a BUG.
enum finding finding_of(const struct estimate *result, double margin, double noise_floor);

const char *finding_name(enum finding f); // "higher": stable, for machines
