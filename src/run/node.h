// SPDX-License-Identifier: MIT
// A server as a worker sees it: where it is, and which of the worker's connections to it are idle. One is the
// common case; a cluster has several. Decides nothing.
#pragma once

#include "run/pool.h"

struct node {
    struct addr addr;
    struct pool pool;
    unsigned clients; // connections that are meant for it
};
