// SPDX-License-Identifier: MIT
// What one node of a cluster had of a test. Plain values.
#pragma once

#include "stats/counts.h"

#include <stdbool.h>
#include <stddef.h>

struct hist;

#define NODE_ADDR 128

struct node_share {
    char addr[NODE_ADDR]; // as it was reached
    bool replica;
    unsigned slots;       // that it owned at the end
    double due;           // its part of the load by slots, of 1
    struct counts counts; // ok, errors, moved, asked, abandoned alone
    struct hist *latency; // of ok replies, coarse
};

struct node_shares {
    struct node_share *at;
    unsigned n;
};

// Adds what a part of a run, or one worker, found of a node: to the share of the same address, a new one
// where there is none. 0 or -ENOMEM.
int node_shares_add(struct node_shares *s, const struct node_share *found);

void node_shares_free(struct node_shares *s);

double node_shares_part(const struct node_shares *s, const struct node_share *n); // of all answers, by it

// The node with most answers, or NULL where there are not several.
const struct node_share *node_shares_hottest(const struct node_shares *s);
