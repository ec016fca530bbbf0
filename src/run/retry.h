// SPDX-License-Identifier: MIT
// --retry: what a connection took down with it is sent again on the one that takes its place, where asking
// twice does no harm. Waits for nothing: the client keeps its requests until it is ready again.
#pragma once

#include "run/worker.h"

// Whether all that c has not answered will be sent again; then it stays outstanding, of a cluster with the
// nodes (run/reroute.h). Else who asks abandons what c still has.
bool retry_keeps(struct worker *w, struct client *c);

// c is ready and has requests of before: sends them. 0 or -errno.
int retry_send(struct worker *w, struct client *c);
