// SPDX-License-Identifier: MIT
// What a user chooses among: each a closed list of ways.
#pragma once

enum pipeline_mode {
    PIPELINE_BATCH,  // write P, wait for all P, write again
    PIPELINE_WINDOW, // keep up to P outstanding, refill as replies arrive
};

// Of a cluster: who is asked to read.
enum read_from { READ_FROM_PRIMARY, READ_FROM_REPLICA, READ_FROM_ANY };

// CLIENT TRACKING: whether, and of which keys the server tells that they changed.
enum tracking {
    TRACKING_OFF,
    TRACKING_ON,    // those that the connection has read
    TRACKING_BCAST, // all
    TRACKING_OPTIN, // those that a read with CLIENT CACHING YES before it has read
};

// What becomes of a connection that breaks in mid-run.
enum disconnect {
    DISCONNECT_AUTO,      // dialled again in a run by time, and in the open loop
    DISCONNECT_RECONNECT, // dialled again
    DISCONNECT_STOP,      // lost: the others go on
};

// What a run is for, beside its load.
enum upkeep {
    UPKEEP_NONE,  // the load itself
    UPKEEP_FILL,  // writes the keys that it would read, and ends
    UPKEEP_CLEAN, // removes those that it writes, and ends
};
