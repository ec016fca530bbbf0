// SPDX-License-Identifier: MIT
// When versions of a key were replaced: what tells how old a value is that a replica still answers with. The
// caller has the key's lock (load/versions.h) and says what time it is. Knows no values and no clock.
//
// Only where replicas are read, and only as many as are needed: a key has nothing until it is written, then
// room for a few moments, which doubles while the oldest would be overwritten that is younger than
// MOMENTS_KEPT_NS, up to MOMENTS_MOST (64 KiB). So a key that is written often reaches as far back as one
// that is not, and all of them together have as many as there were writes in that time, twice at most. Of a
// value that is older than all of them it is known that it is that old at least.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define MOMENTS_KEPT_NS UINT64_C(10000000000)
#define MOMENTS_MOST 4096

// All versions below `below` were replaced at_ns, and not before.
struct moment {
    uint64_t below, at_ns;
};

struct moments {
    struct moment *at;      // a ring
    uint64_t gone;          // below of the last one that was overwritten
    uint32_t first, n, cap; // cap: a power of two, or 0
};

// `below` rises from call to call.
void moments_add(struct moments *m, uint64_t below, uint64_t at_ns);
void moments_free(struct moments *m);

struct moments_since {
    uint64_t at_ns; // 0: it is not known at all
    bool earlier;   // or earlier than that: what would tell was overwritten
};

// Since when the version is replaced, which it is.
struct moments_since moments_since(const struct moments *m, uint64_t version);
