// SPDX-License-Identifier: MIT
// What a frozen result says of itself beside its figures: what limited it, whether it is valid, and what to
// doubt about it. Plain values; how they are come to is for verdict.h, validity.h and doubt.h.
#pragma once

#include <stdbool.h>

enum limit {
    LIMIT_UNKNOWN, // nobody that was watched was at its end
    LIMIT_CLIENT,  // this program, or the machine under it: the figures are not the server's
    LIMIT_SERVER,
    LIMIT_NETWORK,
    LIMIT_RATE, // nothing: the rate asked for was kept up
};

struct verdict {
    enum limit limit;
    char why[256];
};

// Whether the load that was named is the load that was sent.
enum validity_check {
    VALID_SUMS,     // requests that were due, sent and answered add up
    VALID_HITS,     // reads found what the load implies
    VALID_COMMANDS, // the server counted what was sent
    VALID_KEYS,     // keys follow their law
    VALID_SIZES,    // sizes of values follow theirs
    VALID_ARRIVALS, // requests left when they were due
    VALIDITY_CHECKS
};

enum validity_state { VALIDITY_UNKNOWN, VALIDITY_PASS, VALIDITY_FAIL };

struct validity {
    bool known, invalid; // known: something was measured
    struct validity_result {
        enum validity_state state;
        double figure, limit; // what was found, and what it must not exceed, or fall below
        char reason[112];     // why it failed, or could not be made
    } checks[VALIDITY_CHECKS];
};

#define DOUBT_TEXT 320

struct doubt {
    const char *name; // "low-hit-ratio": stable, for machines
    unsigned rule;    // its place in the list of all, worst first; below DOUBTS_MAX
    bool mild;        // not worth a line of its own where a program reads the report
    bool failure;     // the run failed, whether doubts matter or not
    bool wrong;       // because values were
    char text[DOUBT_TEXT];
};

#define DOUBTS_MAX 35
