// SPDX-License-Identifier: MIT
// How the number of a key becomes its name: text around digits, and filled up to a size. The same number has
// always the same name, and no two have one name. Draws nothing.
#pragma once

#include "base/err.h"
#include "base/slice.h"
#include "load/sizes.h"

#define KEYFORM_PREFIX_MAX 256
#define KEYFORM_DIGITS 12 // of the keys of redis-benchmark

struct keyform {
    char before[2 * KEYFORM_PREFIX_MAX], after[KEYFORM_PREFIX_MAX];
    uint32_t before_len, after_len;
    uint32_t width;     // digits at least, with zeros in front
    struct sizes sizes; // of the whole, where padded
    bool padded;
};

// "key:%012d", behind a prefix ("": none). 0, or -1 with err.
int keyform_parse(const char *prefix, const char *format, struct keyform *out, struct err *err);

// The whole of each key has a size of `sizes`, which are enough for all of `keys` keys. 0, or -1 with err.
int keyform_pad(struct keyform *f, const char *text, uint64_t keys, struct err *err);

// Whether all keys are text around 12 digits.
bool keyform_fixed(const struct keyform *f);

// Bytes of the longest name.
size_t keyform_most(const struct keyform *f);

// Writes the name of key n and answers its end.
char *keyform_write(const struct keyform *f, uint64_t n, char *dst);
