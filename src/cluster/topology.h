// SPDX-License-Identifier: MIT
// Who owns which slot of a cluster, whoever has told it. Reads no reply, looks up no name.
#pragma once

#include "base/slice.h"
#include "resp/slot.h"

#include <stdbool.h>
#include <stdint.h>

#define TOPOLOGY_HOST 256
#define TOPOLOGY_ID 48
#define TOPOLOGY_NOBODY UINT16_MAX // owns a slot that is not served
#define TOPOLOGY_PRIMARIES_MAX 1024

// A node as it is told.
struct topology_node {
    char host[TOPOLOGY_HOST];
    char id[TOPOLOGY_ID]; // "": it has told none
    uint16_t port;
};

struct primary {
    struct topology_node is;
    unsigned slots; // that it owns
    bool failed;    // it is known not to be there: others that have its keys can be read from
};

struct replica {
    struct topology_node is;
    uint16_t of; // index of primaries
};

// Primaries that own a slot, and who has copies of what they have.
struct topology {
    struct primary *primaries;
    struct replica *replicas;
    unsigned n, nreplicas;
    uint16_t owner[SLOTS]; // index of primaries, or TOPOLOGY_NOBODY
};

// Fills out: an id that is too long is cut. 0, or -EPROTO where there can be no such host or port.
int topology_told(struct topology_node *out, struct slice host, int64_t port, struct slice id);

void topology_begin(struct topology *t); // nobody owns anything
void topology_reset(struct topology *t);

// The primary, a new one where it is not known yet. TOPOLOGY_NOBODY where there is no room.
uint16_t topology_primary(struct topology *t, const struct topology_node *who);

// A replica of a primary, known once however often it is told. 0 or -ENOMEM.
int topology_replica(struct topology *t, uint16_t of, const struct topology_node *who);

// Slots first to last are the primary's. Of two that claim a slot the last has it.
void topology_own(struct topology *t, unsigned first, unsigned last, uint16_t who);

// Puts primaries into the order of their first slots, however they were told. 0 or -ENOMEM.
int topology_sort(struct topology *t);

// The primary at host and port, or TOPOLOGY_NOBODY.
uint16_t topology_find(const struct topology *t, const char *host, uint16_t port);

unsigned topology_unowned(const struct topology *t); // slots that nobody serves
