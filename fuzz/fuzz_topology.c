// SPDX-License-Identifier: MIT
// Replies to CLUSTER SHARDS and CLUSTER SLOTS: refused, or a topology whose parts agree with each other.
#include "cluster/by_shards.h"
#include "cluster/by_slots.h"

#include <errno.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        __builtin_trap();
}

static void look(struct topology *t, int rc)
{
    static unsigned slots[TOPOLOGY_PRIMARIES_MAX];
    unsigned owned = 0;
    require(rc == 0 || rc == -EPROTO || t->n == 0);
    for (unsigned i = 0; i < t->n; i++) {
        require(t->primaries[i].is.port &&
                topology_find(t, t->primaries[i].is.host, t->primaries[i].is.port) == i);
        slots[i] = 0;
    }
    for (unsigned slot = 0; rc == 0 && slot < SLOTS; slot++) {
        require(t->owner[slot] == TOPOLOGY_NOBODY || t->owner[slot] < t->n);
        if (t->owner[slot] != TOPOLOGY_NOBODY)
            slots[t->owner[slot]]++;
    }
    for (unsigned i = 0; i < t->n; owned += slots[i++])
        require(slots[i] == t->primaries[i].slots);
    for (unsigned i = 0; i < t->nreplicas; i++)
        require(t->replicas[i].of < t->n && t->replicas[i].is.port);
    require(topology_unowned(t) == SLOTS - owned);
    topology_reset(t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct topology t;
    char *bytes = malloc(size + 1);
    memcpy(bytes, data, size);
    struct slice reply = {bytes, size};
    look(&t, by_slots(&t, reply, "asked"));
    look(&t, by_shards(&t, reply, "asked", false));
    look(&t, by_shards(&t, reply, "asked", true));
    free(bytes);
    return 0;
}
