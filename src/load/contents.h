// SPDX-License-Identifier: MIT
// What bytes values are made of: a pool that each value is a piece of. Reads no file.
#pragma once

#include "base/err.h"
#include "base/slice.h"

#include <stdint.h>

enum contents_kind {
    CONTENTS_CONSTANT, // the same bytes in each value, those of redis-benchmark
    CONTENTS_RANDOM,   // others in each; no compression shrinks them
    CONTENTS_COMPRESS, // others in each, that shrink to 1 / ratio
    CONTENTS_FILE,     // any piece of a file
    CONTENTS_SELF,     // random bytes behind what says whose value it is (load/proof.h)
};

struct contents {
    enum contents_kind kind;
    double ratio;
    const char *path;  // of the file, as the user gave it
    struct slice file; // its bytes, once they were read
};

// "constant", "random", "self", "compress:3", "file:PATH", whose path is left in text. 0, or -1 with err.
int contents_parse(const char *text, struct contents *out, struct err *err);

// Bytes that a value may be taken from, anywhere but for constant ones, which are at the start.
struct contents_pool {
    char *at; // on the heap
    size_t len;
};

// Room for values of up to `most` bytes. 0 or -ENOMEM.
int contents_fill(const struct contents *c, size_t most, uint64_t seed, struct contents_pool *out);
