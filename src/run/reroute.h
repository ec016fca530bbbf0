// SPDX-License-Identifier: MIT
// --retry on a cluster: what a connection took down with it goes the way of what is redirected.
#pragma once

#include "run/worker.h"

// What c has not answered and may be asked once more waits for whoever owns its slot, still outstanding; c
// keeps the rest.
void reroute_lost(struct worker *w, struct client *c);
