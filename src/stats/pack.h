// SPDX-License-Identifier: MIT
// A frozen result as bytes, for another process that merges it with its own: everything in it, without loss,
// the same on every machine. Refuses what is cut short, changed or of another version; reads and writes no
// file.
#pragma once

#include "base/err.h"
#include "stats/summary.h"

// A word and the version of the format, the length of the rest, the rest, and a sum over all before it.
#define PACK_VERSION 5 // another layout is another version
#define PACK_HEAD_BYTES 16
#define PACK_SUM_BYTES 8

// Appends s to out. 0 or -ENOMEM.
int pack_summary(const struct summary *s, struct buf *out);

// The result that was packed: summary_free it. -1 with err where the bytes are none, or without memory.
int pack_read(struct summary *s, struct slice all, struct err *err);

// A sum over bytes: each change of one byte changes it (FNV-1a).
uint64_t pack_sum(struct slice of);
