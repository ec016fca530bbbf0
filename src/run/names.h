// SPDX-License-Identifier: MIT
// Names of keys, as commands have them: "key:__rand_int__". Each stands there once, also where commands draw
// its number by other names: "key:__rand_2nd__" is the same.
#pragma once

#include "base/slice.h"

#include <stdint.h>

struct name {
    char *text;
    uint32_t hash;
    uint64_t keyspace; // how many keys it has
    bool once;         // it is always the same key
    bool spoilt;       // something else than a value that says whose it is is written there too
};

struct names {
    struct name *at;
    unsigned n;
};

// Where the name stands, which is added if it is new: once says whether it is always the same key, keyspace
// how many it has at least. -1 without memory.
int names_add(struct names *all, struct slice text, bool once, uint64_t keyspace);

void names_reset(struct names *all);
