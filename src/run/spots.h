// SPDX-License-Identifier: MIT
// Looks at some of the requests as they leave, so that it can be told afterwards whether keys and sizes
// followed their laws: some hundred in a row at the start of the load, and again after 0.1, 0.2, 0.4 seconds
// and so on. Which those are is decided before they are drawn, so that the sample favours none. Costs the
// others nothing: whoever asks takes another way while a sample is taken.
#pragma once

#include "load/bins.h"
#include "run/client.h"
#include "run/plan.h"
#include "stats/evidence.h"

#define SPOTS_IN_A_ROW 512

struct spots_kind {
    struct spot spot;
    struct bins keys, sizes;
    struct drawn seen_keys, seen_sizes;
    enum keylaw_kind law;
    bool counts;       // keys are counted through: the next one is known,
    uint64_t expected; // this, where there was one before
    bool begun;
};

struct spots {
    unsigned n;       // kinds; 0: nothing is looked at
    unsigned left;    // of the sample under way
    uint64_t next_ns; // since the start of the phase, when the next one begins; UINT64_MAX: never
    struct spots_kind *kinds;
};

// 0 or -ENOMEM.
int spots_open(struct spots *s, const struct plan *p);
void spots_close(struct spots *s);

// A phase begins, that is looked at or not.
void spots_begin(struct spots *s, bool looks);

// So long after the start: whether a sample is to be taken now. It is under way then.
bool spots_due(struct spots *s, uint64_t since_ns);

// n requests have just been written into the client's buffer, from that.
void spots_look(struct spots *s, const struct plan *p, const struct client *c, const struct draw *from,
                uint32_t n);

// Adds what was seen of a kind, or of a load's only one.
void spots_add(struct evidence *e, const struct spots *s, unsigned kind);
