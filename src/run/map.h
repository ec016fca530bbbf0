// SPDX-License-Identifier: MIT
// A cluster at one moment: its nodes by address, and which primary owns which slot. Never changes; a newer
// one takes its place.
#pragma once

#include "cluster/topology.h"
#include "net/addr.h"

struct map_node {
    struct addr addr;
    char id[TOPOLOGY_ID]; // "": it has told none
    unsigned slots;       // that it owns
    bool replica;
    bool failed; // a primary that others are read in the place of
    uint16_t of; // of a replica: its primary, an index of nodes
};

struct map {
    struct map_node *nodes; // primaries first; replicas only where something is read from them
    unsigned n, primaries;
    bool lone;             // a server that is no cluster
    uint16_t owner[SLOTS]; // index of nodes, or TOPOLOGY_NOBODY
    struct map *older;     // whose place it took: workers may still look at that
};

// Of one server that owns all slots. NULL without memory.
struct map *map_of_one(const struct addr *addr);

void map_free(struct map *m); // and all older ones

bool map_same(const struct map *a, const struct map *b);

// Clients dealt to nodes by the slots that they own, to each that owns some one at least, and none to the
// others. More clients than there are where there are fewer than such nodes.
void map_deal(const unsigned *slots, unsigned n, unsigned clients, unsigned *dealt);
