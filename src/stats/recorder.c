// SPDX-License-Identifier: MIT
#include "stats/recorder.h"

#include <errno.h>

int recorder_init(struct recorder *r, int digits)
{
    *r = (struct recorder){.latency = hist_new(digits)};
    return r->latency ? 0 : -ENOMEM;
}

void recorder_reset(struct recorder *r)
{
    struct hist *latency = r->latency;
    hist_reset(latency);
    *r = (struct recorder){.latency = latency};
}

void recorder_free(struct recorder *r)
{
    hist_free(r->latency);
    *r = (struct recorder){0};
}

void recorder_merge(struct recorder *r, const struct recorder *from)
{
    hist_merge(r->latency, from->latency);
    r->sent += from->sent;
    r->ok += from->ok;
    r->errors += from->errors;
    r->hits += from->hits;
    r->misses += from->misses;
    r->pushes += from->pushes;
    r->lost += from->lost;
    r->connects += from->connects;
    r->bytes_received += from->bytes_received;
    tally_merge(&r->tally, &from->tally);
}
