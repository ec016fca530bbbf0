// SPDX-License-Identifier: MIT
// How long sampled answers lay in the client's sockets before they were read, and what their latencies are
// without that: by the kernel's stamps of when they arrived. In ns. Knows no socket and no clock.
#pragma once

#include "stats/hist.h"

struct readtimes {
    struct hist *delay;  // from the answer's arrival until the client had read it
    struct hist *whole;  // latencies of the same answers, as the client saw them
    struct hist *kernel; // and as the kernel did: without the delay
    uint64_t missed;     // sampled, and there was no stamp, or none that made sense
};

#define READTIMES_SHOWN 0.10 // share of p50 from which a report shows the kernel's latency too

int readtimes_init(struct readtimes *r); // 0 or -ENOMEM
void readtimes_reset(struct readtimes *r);
void readtimes_free(struct readtimes *r);
void readtimes_merge(struct readtimes *r, const struct readtimes *from);

// n answers of one latency that were read delay_ns after they had arrived.
void readtimes_record(struct readtimes *r, uint64_t latency_ns, uint64_t delay_ns, uint64_t n);

// How much of the latency at quantile q was the client's own reading. 0 of nothing.
double readtimes_share(const struct readtimes *r, double q);

// Whether there are enough samples to tell.
bool readtimes_known(const struct readtimes *r);
