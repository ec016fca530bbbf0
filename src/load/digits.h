// SPDX-License-Identifier: MIT
// A key's number as exactly 12 decimal digits, zero-padded, two at a time from a table. No division is left
// in it: the divisors are constants, and the compiler multiplies.
#pragma once

#include <stdint.h>
#include <string.h>

#define DIGITS_LEN 12
#define DIGITS_END UINT64_C(1000000000000) // the first number that has no 12 digits

extern const char digits_pairs[200];

static inline void digits_4(char *dst, uint32_t v)
{
    uint32_t high = v / 100;
    memcpy(dst, digits_pairs + (size_t)high * 2, 2);
    memcpy(dst + 2, digits_pairs + (size_t)(v - high * 100) * 2, 2);
}

// v < DIGITS_END.
static inline void digits_write(char dst[DIGITS_LEN], uint64_t v)
{
    uint32_t top = (uint32_t)(v / 100000000);
    uint32_t rest = (uint32_t)(v - (uint64_t)top * 100000000);
    uint32_t middle = rest / 10000;
    digits_4(dst, top);
    digits_4(dst + 4, middle);
    digits_4(dst + 8, rest - middle * 10000);
}
