// SPDX-License-Identifier: MIT
// One result out of those that parts of one load had, each in a process of its own, at the same time: as if
// all had run in one. Neither measures nor judges.
#pragma once

#include "base/err.h"
#include "stats/summary.h"

// Parts in any order; they stay, though their rows may become coarser. 0 with out to be freed; -1 with err
// where they are no parts of one load, where one is missing or there twice, or without memory.
int merge_parts(struct summary *out, struct summary *const *parts, size_t n, struct err *err);
