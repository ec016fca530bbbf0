// SPDX-License-Identifier: MIT
// The law by which keys are drawn, as a user writes it: "zipf:0.99", "hotset:10%:90%". Draws nothing.
#pragma once

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

enum keylaw_kind {
    KEYLAW_UNIFORM,
    KEYLAW_ZIPF,         // zipf:S
    KEYLAW_HOTSET,       // hotset:KEYS%:OPS%
    KEYLAW_GAUSS,        // gauss:MEAN:SD
    KEYLAW_LATEST,       // latest:S
    KEYLAW_EXP,          // exp:MEAN
    KEYLAW_SEQ,          // all workers together count through the keys
    KEYLAW_SEQ_PARALLEL, // each connection counts through a part of its own
};

#define KEYLAW_TEXT 56

struct keylaw {
    enum keylaw_kind kind;
    double a, b;            // its numbers, in the order in which they are written
    bool a_share, b_share;  // of the keys, as "50%"
    uint64_t shift_ns;      // --hotset-shift: how long a hot set lasts; 0: for ever
    char text[KEYLAW_TEXT]; // in full, with what was left out
};

// Text as of --key-dist. 0, or -1 with err.
int keylaw_parse(const char *text, struct keylaw *out, struct err *err);

// What of it can only be judged with the number of keys. 0, or -1 with err.
int keylaw_check(const struct keylaw *law, uint64_t keys, struct err *err);

static inline bool keylaw_counts(const struct keylaw *law)
{
    return law->kind == KEYLAW_SEQ || law->kind == KEYLAW_SEQ_PARALLEL;
}

// One of its numbers as keys.
static inline double keylaw_keys(double value, bool share, uint64_t keys)
{
    return share ? value / 100 * (double)keys : value;
}
