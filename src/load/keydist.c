// SPDX-License-Identifier: MIT
#include "load/keydist.h"

struct keydist keydist_init(uint64_t range, bool sequential, uint64_t seed, unsigned part, unsigned parts)
{
    struct keydist k = {.range = range ? range : 1, .sequential = sequential, .rng = rng_init(seed, part)};
    for (unsigned i = 0; i < KEYDIST_NAMES; i++) {
        k.next[i] = part % k.range;
        k.step[i] = parts % k.range;
    }
    return k;
}

void keydist_run(struct keydist *k, unsigned kind, uint64_t first)
{
    k->next[kind] = first % k->range;
    k->step[kind] = 1 % k->range;
}

void keydist_shift(struct keydist *k, uint64_t by)
{
    for (unsigned i = 0; i < KEYDIST_NAMES; i++)
        k->next[i] = (k->next[i] + by % k->range) % k->range;
}
