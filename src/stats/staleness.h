// SPDX-License-Identifier: MIT
// How far replicas are behind: of each value that one of them answered and that a newer one had replaced, the
// time from when the first newer one was acknowledged to when the read was sent. Counts only.
#pragma once

#include "stats/hist.h"

struct staleness {
    struct hist *age;  // in ns, of each stale value; NULL: no values of replicas are checked
    uint64_t at_least; // of them, those that may be older: what would tell is not remembered
    uint64_t behind;   // versions, at most
};

int staleness_init(struct staleness *s, int digits); // 0 or -ENOMEM
void staleness_free(struct staleness *s);
void staleness_reset(struct staleness *s); // also of one without a histogram

// A value that is so many versions behind. at_least: and may be older.
void staleness_add(struct staleness *s, uint64_t age_ns, uint64_t behind, bool at_least);

// The counts beside the histogram, and all.
void staleness_add_counts(struct staleness *s, const struct staleness *from);
void staleness_merge(struct staleness *s, const struct staleness *from);
