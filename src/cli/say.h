// SPDX-License-Identifier: MIT
// A sentence for the user, on stderr: the one place that writes them, so that nothing of what others said can
// write to the terminal through them. Sets no exit code (experiment/outcome.h does).
#pragma once

#include "base/err.h"

// In whose name.
struct speaker {
    const char *who; // the subcommand, or NULL
};

// "hkv-bench WHO: sentence". speaker is a struct speaker: this is what an outcome tells its sentences to.
void say(void *speaker, const char *sentence);

// The one sentence of a subcommand that measures nothing. Answers the exit code.
int say_error(const char *who, const struct err *err);
int say_no_memory(const char *who);
