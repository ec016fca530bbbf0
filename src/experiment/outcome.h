// SPDX-License-Identifier: MIT
// How a command ends: all exit codes, and the one rule by which every subcommand comes to its own. A code is
// raised together with its sentence for the user, so that none is without one, whatever the format of the
// report. Nothing else may set a code; never prints, never exits.
#pragma once

#include "base/err.h"

#include <stdbool.h>

// docs/options.md lists them too (cli/options_doc.c).
enum outcome_code {
    OUTCOME_GOOD = 0,
    OUTCOME_RUN =
        1, // error replies, lost connections, no answer; what was asked for was not found or written
    OUTCOME_USAGE = 2,    // the command line asks for something that cannot be
    OUTCOME_CONNECT = 3,  // no connection, or none that could be set up
    OUTCOME_DOUBT = 4,    // --strict: something speaks against a result
    OUTCOME_VALUES = 5,   // --verify: values that were read are wrong
    OUTCOME_ASSERT = 10,  // --assert: a figure is not what was demanded
    OUTCOME_WORSE = 10,   // compare: the candidate is worse; history trend: a figure has become worse
    OUTCOME_OPEN = 11,    // compare --strict: neither better, worse nor equal
    OUTCOME_SIGNAL = 128, // and the number of the signal that ended it
};

// The code of an error: RUN, USAGE and CONNECT are those of the same name.
enum outcome_code outcome_of(const struct err *err);

struct outcome {
    void (*tell)(void *ctx, const char *sentence); // the user: there always is one who listens
    void *ctx;
    int code; // outcome.c's alone to set
};

// One sentence to the user.
void outcome_say(const struct outcome *o, const char *format, ...) __attribute__((format(printf, 2, 3)));

// One sentence to the user, and the code, unless what was raised before is worse: a signal, then wrong
// values, then whatever broke the run (of these the first), doubts, demands that do not hold, an open
// comparison.
void outcome_raise(struct outcome *o, enum outcome_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// The same for what an error says.
void outcome_fail(struct outcome *o, const struct err *err);

// Ended by a signal: 128 + number. Told once.
void outcome_interrupt(struct outcome *o, int signal, bool measured);
