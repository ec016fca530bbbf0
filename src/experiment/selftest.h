// SPDX-License-Identifier: MIT
// What this client can measure on this machine: short trials with the null engine and with embedded servers,
// of which two have a planted fault. Never prints, and keeps nothing: what it means is stats/selftest.h.
#pragma once

#include "experiment/server.h"
#include "experiment/session.h"
#include "stats/selftest.h"

struct selftest_experiment {
    struct session session; // begun by the caller
    enum engine_choice engine;
    uint64_t lasting_ns; // all of it
    struct selftest found;
    struct server server; // the one that is asked now,
    struct run_conf conf; // how,
    struct trial trial;   // what came of it,
    struct err err;       // and what went wrong
};

// Measures all of it; what is wrong with it goes to the session's outcome.
void selftest_run(struct selftest_experiment *x);
