// SPDX-License-Identifier: MIT
// Who owns which slot of a cluster, as CLUSTER SLOTS tells it. No I/O: the caller has asked, and looks up the
// names.
#pragma once

#include "base/slice.h"
#include "resp/slot.h"

#include <stdint.h>

#define TOPOLOGY_HOST 256
#define TOPOLOGY_ID 48
#define TOPOLOGY_NOBODY UINT16_MAX // owns a slot that is not served
#define TOPOLOGY_PRIMARIES_MAX 1024

struct primary {
    char host[TOPOLOGY_HOST];
    char id[TOPOLOGY_ID]; // "": it has told none
    uint16_t port;
    unsigned slots; // that it owns
};

struct replica {
    char host[TOPOLOGY_HOST];
    char id[TOPOLOGY_ID];
    uint16_t port;
    uint16_t of; // index of primaries
};

// Primaries that own a slot, in the order of their first one, and who has copies of what they have.
struct topology {
    struct primary *primaries;
    struct replica *replicas;
    unsigned n, nreplicas;
    uint16_t owner[SLOTS]; // index of primaries, or TOPOLOGY_NOBODY
};

// Reads the reply to CLUSTER SLOTS, RESP2 or RESP3. A node that does not know its own address is where it was
// asked. 0, or -EPROTO where the reply is no such thing, or -ENOMEM; then there is nothing to reset.
int topology_read(struct topology *t, struct slice reply, const char *asked_host);

void topology_reset(struct topology *t);

// The primary at host and port, or TOPOLOGY_NOBODY.
uint16_t topology_find(const struct topology *t, const char *host, uint16_t port);

unsigned topology_unowned(const struct topology *t); // slots that nobody serves
