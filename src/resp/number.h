// SPDX-License-Identifier: MIT
// The protocol's integers: an optional sign and up to 19 decimal digits, the whole slice of them.
#pragma once

#include "base/slice.h"

#include <stdint.h>

// False where s is no such number, or none that an int64_t can hold.
static inline bool number_read(struct slice s, int64_t *out)
{
    size_t i = s.len && (s.at[0] == '-' || s.at[0] == '+');
    if (i == s.len || s.len - i > 19)
        return false;
    uint64_t v = 0;
    for (; i < s.len; i++) {
        unsigned d = (unsigned char)s.at[i] - '0';
        if (d > 9)
            return false;
        v = v * 10 + d;
    }
    bool negative = s.at[0] == '-';
    if (v > (uint64_t)INT64_MAX + negative)
        return false;
    *out = negative ? (int64_t)(0 - v) : (int64_t)v;
    return true;
}
