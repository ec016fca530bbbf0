// SPDX-License-Identifier: MIT
// What is asked of one server, as plain values. Filled by the command line; no handles, nothing derived.
#pragma once

#include "run/conf.h"
#include "run/plan.h"

struct workload {
    struct run_conf run;
    bool embedded;        // the server is one of our own, started for this
    bool calibrate;       // weigh a busy client after each test
    const char *tests;    // as -t, or NULL: all
    struct words command; // the user's own, in their place; of no words: none
};
