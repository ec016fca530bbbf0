// SPDX-License-Identifier: MIT
// Removes the keys that a load writes, those and no others, when it is over. Measures nothing.
#pragma once

#include "experiment/server.h"
#include "experiment/suite.h"

// After all tests of the suite. Tells the user what was removed, and what stays because nobody can count
// through it.
void cleanup_run(struct server *s, const struct workload *w, struct suite suite, struct outcome *outcome);
