// SPDX-License-Identifier: MIT
// How far a test is, as whoever looks on is told four times a second. Plain values.
#pragma once

#include "stats/glance.h"

enum phase {
    PHASE_DIAL,
    PHASE_FILL,
    PHASE_WARMUP,
    PHASE_MEASURE,
    PHASE_CLEAN,
};

struct live {
    uint64_t p50_ns, p99_ns; // of the last second; 0: not known
    uint64_t errors;         // of the phase
};

struct progress {
    const char *title;
    enum phase phase;
    uint64_t answered;    // in this phase; connections open where the plan is idle
    uint64_t requests;    // to be answered in this phase; 0: by time
    double rps, mean_rps; // answered a second: over the last one, and since the phase began
    struct live live;
    uint64_t elapsed_ns;         // of this phase
    uint64_t lasting_ns;         // of this phase; 0: by count
    const struct glance *glance; // all that is known of it; NULL where nobody asked (watcher.closely)
};

extern const char *const progress_phases[]; // "measuring"

// How much of the phase is done, 0 to 1, or less than 0 where it has no end.
double progress_done(const struct progress *p);
