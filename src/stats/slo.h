// SPDX-License-Identifier: MIT
// A promise about latencies ("p99 within 1 ms"), and whether a run in the open loop kept it. A request that
// had an error or no answer is late.
#pragma once

#include "base/err.h"
#include "judge/late.h"
#include "stats/summary.h"

#define SLO_MAX 4

struct slo {
    unsigned n;
    struct {
        int quantile; // QUANTILE_P99
        uint64_t ns;  // of all requests, the quantile's share is to be answered within
    } limit[SLO_MAX];
};

// Reads "p99=1ms,p99.9=5ms" (or p999). 0, or -1 with err that calls it by the option's name.
int slo_parse(struct slo *slo, const char *text, struct err *err);

// "p99 within 1 ms, p99.9 within 5 ms"; answers dst.
#define SLO_TEXT 128
char *slo_text(const struct slo *slo, char dst[SLO_TEXT]);

// "p99=1000000,p99_9=5000000", rising: equal for the same promise. Answers dst.
char *slo_key(const struct slo *slo, char dst[SLO_TEXT]);

// What a trial says of one limit.
struct slo_share {
    double share, low, high; // late of all that were due, with its 95 % interval (0 and 1: unknown)
};

// False when one limit was broken, when the server did not keep up with the rate or when its backlog grew.
// late: [n]. lasting_ns: as planned.
bool slo_held(const struct slo *slo, const struct summary *s, uint64_t lasting_ns,
              struct slo_share late[SLO_MAX]);

// Whether it is clear before the end that it will not hold, by the rows that are written so far.
struct slo_sight {
    const struct series *rows;
    const struct hist *like; // any histogram with the digits of the rows' latencies
    double rate; // at which requests are due: the rows do not know of what is still unsent. 0: they do
    uint64_t lasting_ns; // as planned
};
bool slo_hopeless(const struct slo *slo, const struct slo_sight *sight);

// The greatest share that may be late: 0.01 for p99.
double slo_may_be_late(const struct slo *slo, unsigned i);
