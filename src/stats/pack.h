// SPDX-License-Identifier: MIT
// A frozen result as bytes, for another process that merges it with its own: everything in it, without loss,
// the same on every machine. Refuses what is cut short, changed or of another version; reads and writes no
// file.
#pragma once

#include "base/err.h"
#include "stats/pack_frame.h"
#include "stats/summary.h"

// Appends s to out. 0 or -ENOMEM.
int pack_summary(const struct summary *s, struct buf *out);

// The result that was packed: summary_free it. -1 with err where the bytes are none, or without memory.
int pack_read(struct summary *s, struct slice all, struct err *err);

// The same without its quantiles, which summary_settle works out: a part of a sum needs none.
int pack_read_raw(struct summary *s, struct slice all, struct err *err);
