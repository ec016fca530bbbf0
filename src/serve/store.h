// SPDX-License-Identifier: MIT
// Keys and strings in memory, with times of expiry: a hash table with chains. One thread; no commands, no
// clock. A zeroed struct is an empty store.
#pragma once

#include "base/slice.h"

#include <stdint.h>

struct entry;

struct store {
    struct entry **slots;
    size_t slots_n; // a power of two, or 0
    size_t count;
};

// The value of key, good until the store changes. An entry that has expired by now_ms is gone by this look.
bool store_get(struct store *s, struct slice key, uint64_t now_ms, struct slice *value);

// Writes key and takes its expiry away. 0, or -ENOMEM with the store as it was.
int store_set(struct store *s, struct slice key, struct slice value);

bool store_delete(struct store *s, struct slice key, uint64_t now_ms);

// When key expires; 0: never. False where there is no such key.
bool store_expire(struct store *s, struct slice key, uint64_t now_ms, uint64_t at_ms);
bool store_expiry(struct store *s, struct slice key, uint64_t now_ms, uint64_t *at_ms);

void store_clear(struct store *s);
