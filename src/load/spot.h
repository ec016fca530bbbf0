// SPDX-License-Identifier: MIT
// Reads out of a request, as it lies there to be sent, which key it names and how long its value is: what was
// really written, and not what was meant to be. Draws nothing.
#pragma once

#include "base/slice.h"
#include "load/keyform.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Where to look.
struct spot {
    unsigned key, data;      // arguments, 0: none can be read
    uint32_t before, digits; // of the key: bytes before its number; digits of that, 0: as many as there are
    unsigned named;          // what kind of number that is: 0, or 1 to 9
};

struct spot_words {
    const struct slice *at;
    size_t n;
    const struct keyform *key; // what __key__ becomes
    bool digits;               // __rand_int__ and its like are filled
};

// Of a command with its placeholders.
struct spot spot_of(const struct spot_words *words);

// The numbers of all keys of a request, whose arguments but the first are keys of one form, up to `most` of
// them. Answers how many.
size_t spot_numbers(const struct spot *s, struct slice bytes, uint64_t *out, size_t most);

// What one request says.
struct spot_seen {
    uint64_t key, bytes;
    bool has_key, has_data;
};

// Of the request that bytes begin with. Answers its length, 0 where it is not whole: a value may lie
// elsewhere. What comes before that is read all the same.
size_t spot_read(const struct spot *s, struct slice bytes, struct spot_seen *out);
