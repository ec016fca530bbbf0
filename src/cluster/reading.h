// SPDX-License-Identifier: MIT
// A reply of RESP2 or RESP3 that is there whole, read from its front. Keeps nothing; knows no command.
#pragma once

#include "base/slice.h"

#include <stdint.h>

// Once bad, all that is taken from it is nothing: who reads asks once, in the end.
struct reading {
    struct slice rest;
    bool bad;
};

int64_t reading_integer(struct reading *r);
int64_t reading_array(struct reading *r);       // how many elements follow; of a map, keys and values
struct slice reading_string(struct reading *r); // empty where there is none
void reading_pass(struct reading *r);           // any value, whatever is in it
