// SPDX-License-Identifier: MIT
// How a command ends: the one rule by which every subcommand comes to its exit code (enum err_code in
// base/err.h lists them). A code is raised together with its sentence on stderr, so that none is without one,
// whatever the format of the report. Nothing else may set a code; never exits.
#pragma once

#include "base/err.h"
#include "run/run.h"

struct outcome {
    const char *who;             // the subcommand, or NULL
    const struct watcher *watch; // whose live line makes way for a sentence, or NULL
    int code;                    // outcome.c's alone to set
};

// One sentence to stderr, and the code, unless what was raised before is worse: a signal, then whatever broke
// the run (of these the first), doubts, demands that do not hold, an open comparison.
void outcome_raise(struct outcome *o, enum err_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// The same for what an error says.
void outcome_fail(struct outcome *o, const struct err *err);

// Ended by a signal: 128 + number. Told once.
void outcome_interrupt(struct outcome *o, int signal, bool measured);

// Whether stdout took all that was written; raises ERR_RUN where it did not.
bool outcome_flush(struct outcome *o);
