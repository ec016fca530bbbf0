// SPDX-License-Identifier: MIT
// What a command answers when all is well: the type of the reply, and how many elements. Never looks at
// payloads.
#pragma once

#include "resp/parse.h"

struct shape {
    char type;        // the first byte of the reply; 0: not known
    bool nullable;    // or a null
    int64_t elements; // of an array, exactly; -1: any number
};

// "$?" is a string or a null, "*10" an array of ten elements.
struct shape shape_of(const char *text);

// Whether a reply that is no error has the shape. Strings of all types are alike.
bool shape_fits(struct shape s, const struct resp_reply *r);

#define SHAPE_TEXT 128

// "array of 3 elements instead of array of 10 elements"; answers dst.
char *shape_differs(struct shape s, const struct resp_reply *r, char dst[SHAPE_TEXT]);
