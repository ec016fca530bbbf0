// SPDX-License-Identifier: MIT
// Addresses of nodes as they are reached from here, where a cluster announces others: behind translation, in
// containers. No I/O.
#pragma once

#include "cluster/topology.h"

#define TRANSLATE_MAX 256

struct translate_place {
    char host[TOPOLOGY_HOST];
    uint16_t port; // 0: whatever it is
};

struct translate {
    unsigned n;
    struct translate_place from[TRANSLATE_MAX], to[TRANSLATE_MAX];
};

// Reads "FROM=TO,...", each HOST:PORT, or both HOST alone. NULL, or the word that is none.
const char *translate_parse(struct translate *t, const char *text);

// "HOST", "HOST:PORT", "[IPV6]:PORT", up to end. False where it is none.
bool translate_place(struct translate_place *p, const char *text, size_t len);

// Where host and port are reached. host has room for TOPOLOGY_HOST.
void translate(const struct translate *t, char *host, uint16_t *port);
