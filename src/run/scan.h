// SPDX-License-Identifier: MIT
// The cursor that a connection's SCAN answers is the one that it asks with next. Knows of a reply only how it
// begins.
#pragma once

#include "base/slice.h"

#include <stdint.h>

#define SCAN_HEAD 48 // bytes that a cursor is within

struct scan {
    uint64_t cursor;
    uint8_t n; // bytes of the reply under way, as far as they are kept
    char head[SCAN_HEAD];
};

// Bytes of the reply under way, not its last ones.
void scan_part(struct scan *s, struct slice bytes);

// The last bytes of a reply; scans: it is one of SCAN, and has a cursor.
void scan_reply(struct scan *s, struct slice bytes, bool scans);
