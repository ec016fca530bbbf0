// SPDX-License-Identifier: MIT
// A key's number as exactly 12 decimal digits, zero-padded. No division is left in it: the divisors are
// constants, and the compiler multiplies.
#pragma once

#include <endian.h>
#include <stdint.h>
#include <string.h>

#define DIGITS_LEN 12
#define DIGITS_END UINT64_C(1000000000000) // the first number that has no 12 digits

// v < 10^8. All eight digits at once, in lanes of one word: two of four digits, four of two, eight of one. A
// lane is divided by multiplying with a reciprocal that is exact for what a lane can hold (10486/2^20 below
// 10000, 103/2^10 below 100).
static inline void digits_8(char dst[8], uint32_t v)
{
    uint64_t high = v / 10000;
    uint64_t x = high | (v - high * 10000) << 32;
    uint64_t hundreds = x * 10486 >> 20 & UINT64_C(0x0000007f0000007f);
    x = hundreds | (x - hundreds * 100) << 16;
    uint64_t tens = x * 103 >> 10 & UINT64_C(0x000f000f000f000f);
    x = tens | (x - tens * 10) << 8;
    x = htole64(x | UINT64_C(0x3030303030303030));
    memcpy(dst, &x, 8);
}

static inline uint64_t digits_read(const char at[DIGITS_LEN])
{
    uint64_t v = 0;
    for (int i = 0; i < DIGITS_LEN; i++)
        v = 10 * v + (uint64_t)(at[i] - '0');
    return v;
}

// v < DIGITS_END.
static inline void digits_write(char dst[DIGITS_LEN], uint64_t v)
{
    uint32_t top = (uint32_t)(v / 100000000);
    char eight[8] = "00000000";
    if (top)
        digits_8(eight, top);
    memcpy(dst, eight + 4, 4);
    digits_8(dst + 4, (uint32_t)(v - (uint64_t)top * 100000000));
}
