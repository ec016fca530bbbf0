// SPDX-License-Identifier: MIT
// What a worker does from its first connection to its end: dials, prefills, warms up, measures. Each of them
// is the loop with another load; no request is seen here.
#pragma once

// The thread: arg is a worker that is open.
void *phases_main(void *arg);
