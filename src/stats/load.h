// SPDX-License-Identifier: MIT
// A load: what was asked of a server, as far as it bears on the figures. Two results may be compared where
// their loads do not differ. Describes; neither how long a run was nor what came of it.
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct load {
    double rate;        // requests a second; 0: closed loop
    char arrival[16];   // "poisson", "constant"; "": closed loop, or unknown
    char key_dist[56];  // the law that keys are drawn by, in full: "zipf:0.99"; "": unknown
    char workload[256]; // what else is asked of keys and values, as options: "--value-size 100-500"; "":
                        // nothing
    char engine[16];    // who moved the bytes: "epoll"; "": unknown
    unsigned clients, pipeline;
    bool window;                         // --pipeline-mode window
    unsigned threads;                    // of the client; 0: unknown
    int keepalive, sequential, quickack; // -1: unknown
    int tls;                             // the same; 1: by TLS
    unsigned protocol;                   // of RESP: 2 or 3; 0: unknown
    char tracking[8];                    // "off", "on", "bcast", "optin"; "": unknown
    int64_t reconnect_every; // requests, after which a connection is opened anew; 0: never; -1: unknown
    int64_t payload_bytes;   // -1: none, or unknown
    int64_t keyspace;        // 0: one literal key; -1: the command draws none, or unknown
};

// Of which nothing is known.
#define LOAD_UNKNOWN                                                                                         \
    ((struct load){.keepalive = -1,                                                                          \
                   .sequential = -1,                                                                         \
                   .quickack = -1,                                                                           \
                   .tls = -1,                                                                                \
                   .reconnect_every = -1,                                                                    \
                   .payload_bytes = -1,                                                                      \
                   .keyspace = -1})

// Requests of an open loop that come due together.
static inline unsigned load_batch(const struct load *l)
{
    return l->window ? 1 : l->pipeline;
}

// Whether connections are closed and opened anew in the measured window.
static inline bool load_renews(const struct load *l)
{
    return l->keepalive == 0 || l->reconnect_every > 0;
}

// The first thing in which two loads differ, in words ("50 clients then, 20 now"). False where they do not;
// what is unknown of one differs from nothing.
#define LOAD_WHY 320
bool load_differs(const struct load *then, const struct load *now, char why[LOAD_WHY]);
