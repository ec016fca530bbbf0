// SPDX-License-Identifier: MIT
// The keys that were named last, and what was read of them: where a fault takes a value from that nobody has
// asked for of late. Knows no command.
#pragma once

#include "base/buf.h"

#include <stdbool.h>

#define RECENT_KEPT 1024
#define RECENT_APART                                                                                         \
    512 // commands that a key must not have been named in: more than a connection has under way

struct recent {
    struct recent_one {
        struct buf key, value;
    } * ring;     // NULL: nothing was named yet
    size_t named; // so far
};

// value: an empty one where nothing was read. Without memory nothing is kept.
void recent_add(struct recent *r, struct slice key, struct slice value);

// A value of a key that was named before, and not among the last RECENT_APART. False where there is none.
bool recent_old(const struct recent *r, struct slice *value);

void recent_free(struct recent *r);
