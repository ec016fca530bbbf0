// SPDX-License-Identifier: MIT
// A value that says of itself whose it is: its key, who wrote it, which version, how long it is, and two
// checksums. Knows no server and keeps nothing.
#pragma once

#include "base/slice.h"

#include <stdint.h>

#define PROOF_BYTES 40   // of such a value, at least
#define PROOF_WORKERS 10 // bits of a writer that say which thread of a run it is; the others say which run

struct proof {
    uint64_t number;  // of the key
    uint64_t version; // counts up; within a run no key has one twice
    uint32_t name;    // of what its key's name is made, beside the number: proof_name
    uint32_t writer;
};

enum proof_state {
    PROOF_WHOLE,
    PROOF_NONE,      // it is no such value
    PROOF_CORRUPT,   // it was one
    PROOF_TRUNCATED, // it begins as one
};

uint32_t proof_name(struct slice pattern);

// The first PROOF_BYTES of a value of len bytes, the others of which lie there already.
void proof_write(char *value, size_t len, const struct proof *p);

// What is known of it goes into out: all of it where it is whole or truncated.
enum proof_state proof_read(struct slice value, struct proof *out);
