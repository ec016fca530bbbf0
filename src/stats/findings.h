// SPDX-License-Identifier: MIT
// What a frozen result says of itself beside its figures: what limited it, and what to doubt about it. Plain
// values; how they are come to is for verdict.h and doubt.h.
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

#define DOUBT_TEXT 320

struct doubt {
    const char *name; // "low-hit-ratio": stable, for machines
    unsigned rule;    // its place in the list of all, worst first; below DOUBTS_MAX
    bool mild;        // not worth a line of its own where a program reads the report
    bool failure;     // the run failed, whether doubts matter or not
    bool wrong;       // because values were
    char text[DOUBT_TEXT];
};

#define DOUBTS_MAX 31
