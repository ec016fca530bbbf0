// SPDX-License-Identifier: MIT
// What a packed result is put into, by which it is known whether it came whole. Knows nothing of what is in
// it.
#pragma once

#include "base/err.h"
#include "base/slice.h"

#include <stdint.h>

// A word and the version of the format, the length of the rest, the rest, and a sum over all before it.
#define PACK_VERSION 9 // another layout is another version
#define PACK_HEAD_BYTES 16
#define PACK_SUM_BYTES 8

// A number in 8 bytes, the lowest first.
void pack_frame_put(unsigned char at[8], uint64_t n);
uint64_t pack_frame_get(const char *from);

// The head of a frame in which so many bytes follow it.
void pack_frame_head(unsigned char head[PACK_HEAD_BYTES], uint64_t rest);

// Whether bytes are a whole frame of this version: 0, or -1 with err.
int pack_frame_check(struct slice all, struct err *err);
int pack_frame_refuse(struct err *err, const char *why); // -1 with err: not what was expected, but this

// A sum over bytes: each change of one byte changes it (FNV-1a).
uint64_t pack_frame_sum(struct slice of);
