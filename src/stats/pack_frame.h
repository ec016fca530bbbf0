// SPDX-License-Identifier: MIT
// What a packed result is put into, by which it is known whether it came whole. Knows nothing of what is in
// it.
#pragma once

#include "base/buf.h"
#include "base/err.h"

#include <stdint.h>

// A word and the version of the format, the length of the rest, the rest, and a sum over all before it.
#define PACK_VERSION 19 // another layout is another version
#define PACK_HEAD_BYTES 16
#define PACK_SUM_BYTES 8

// A number in 8 bytes, the lowest first.
void pack_frame_put(unsigned char at[8], uint64_t n);
uint64_t pack_frame_get(const char *from);

enum pack_kind { PACK_RESULT = 'R', PACK_PART = 'P' };

// A frame begins at the end of out, and is closed once what it holds stands behind its head. 0 or -ENOMEM.
int pack_frame_begin(struct buf *out, size_t *start);
int pack_frame_end(struct buf *out, size_t start, enum pack_kind kind);

// Whether bytes are a whole frame of this kind and version, and what it holds: 0, or -1 with err.
int pack_frame_check(struct slice all, enum pack_kind kind, struct slice *held, struct err *err);
int pack_frame_refuse(struct err *err, const char *why); // -1 with err: not what was expected, but this

// A sum over bytes: each change of one byte changes it (FNV-1a).
uint64_t pack_frame_sum(struct slice of);
