// SPDX-License-Identifier: MIT
// What each rank had, in files that hkv-bench merge takes: where HKV_MPI_PARTS names a folder.
#pragma once

#include "stats/part.h"

// Rank `rank`'s share of a test, on the clock of all. What cannot be written is told on standard error.
void kept_write(const struct part *p, const struct summary *s, int rank);
