// SPDX-License-Identifier: MIT
// What was seen beside the requests while a test ran, and helps to say what limited it. Whoever fills it in
// leaves at 0 (or false) what it could not see.
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct signals {
    // The client's machine
    double steal;       // share of CPU time that the hypervisor gave to others
    uint64_t throttled; // times that the cgroup's CPU limit stopped this process
    unsigned cpus;      // that the client may run on

    // The connections, by TCP_INFO of some of them at the end
    unsigned sampled;        // how many
    uint64_t segments;       // that they sent
    uint64_t retransmitted;  // of those, again
    double receiver_limited; // share of the time that the server's full receive buffer held sending up
    double sender_limited;   // the same of the client's send buffer
    double rtt_min_us;       // the least round trip that the kernel saw; 0: unknown

    // The server
    bool asked; // INFO was answered before and after: else all of this is unknown
    bool local; // its process was found on this machine
    bool cpu_known;
    double server_cores;  // CPUs' worth of work that it did in all
    double server_thread; // share of the time that its busiest thread ran; 0 where unknown
    double server_queued; // share of the time that its busiest thread was runnable but not scheduled; where
                          // local
    unsigned shared_cpus; // too few for both: how many there are for client and server together; else 0
    bool aof;             // it wrote an append-only file
    bool saved;           // it saved a snapshot meanwhile
    uint64_t evicted;     // keys that it threw out meanwhile
    uint64_t commands;    // that it counted meanwhile, its INFO not included; 0 where unknown
    bool calls_known;
    uint64_t calls;    // of the load's commands that it counted by their names
    bool alone;        // nobody else was connected to it before
    uint64_t accepted; // connections meanwhile, that of the last INFO not included

    double ceiling_rps; // of the same test with the null engine, all threads; 0: not weighed
};
