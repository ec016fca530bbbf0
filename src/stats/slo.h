// SPDX-License-Identifier: MIT
// A promise about latencies ("p99 within 1 ms"), and whether a run in the open loop kept it. A request that
// had an error or no answer is late. In a mix a limit may be for the requests of one command alone.
#pragma once

#include "base/err.h"
#include "judge/late_share.h"
#include "stats/summary.h"

#define SLO_MAX 4
#define SLO_COMMAND 32 // bytes of a command's name

struct slo {
    unsigned n;
    struct slo_limit {
        int quantile;              // QUANTILE_P99
        uint64_t ns;               // of all requests, the quantile's share is to be answered within
        char command[SLO_COMMAND]; // of a mix, whose requests are meant alone; "": all
    } limit[SLO_MAX];
};

// Reads "p99=1ms,get.p99.9=5ms" (or p999). 0, or -1 with err that calls it by the option's name. Whether
// there is such a command it does not know.
int slo_parse(struct slo *slo, const char *text, struct err *err);

// "p99 within 1 ms, get.p99.9 within 5 ms"; answers dst.
#define SLO_TEXT 320
char *slo_text(const struct slo *slo, char dst[SLO_TEXT]);

// "p99=1000000ns,get.p99.9=5000000ns", by command and rising: as slo_parse takes it, and equal for the same
// promise. Answers dst.
char *slo_key(const struct slo *slo, char dst[SLO_TEXT]);

// "p99", "get.p99"; answers dst.
#define SLO_NAME (SLO_COMMAND + 8)
char *slo_name(const struct slo_limit *limit, char dst[SLO_NAME]);

// Of the first n limits, one for the same quantile and command as l; NULL: none is.
const struct slo_limit *slo_like(const struct slo *slo, unsigned n, const struct slo_limit *l);

// Of the requests of a run, the share that the limit is about.
double slo_part(const struct slo_limit *limit, const struct summary *s);

// What a trial says of one limit.
struct slo_share {
    double share, low, high; // late of all that were due, with its 95 % interval (0 and 1: unknown)
    double variance;         // of the number that was late; 0: unknown
};

// The part of a trial that is judged, as planned: before it lies its lead, in which queues grow to the length
// that the rate gives them.
struct slo_window {
    uint64_t lead_ns, lasting_ns;
};

// How long the lead is at least: SLO_LEAD times the longest limit.
#define SLO_LEAD 5
// How long a trial must be at least to see what the promise asks: so many times the longest limit.
#define SLO_TRIAL 10
#define SLO_LOOK 5 // in a comparison, whose ratio is not that of the rates' own errors
uint64_t slo_longest_ns(const struct slo *slo);

// False when one limit was broken, when the server did not keep up with the rate or when its backlog grew:
// these two are of all requests. Of what was never sent, each command has its share. late: [n]. requests:
// that were due in the window, all of them.
bool slo_held(const struct slo *slo, const struct summary *s, const struct slo_window *window,
              struct slo_share late[SLO_MAX], double *requests);

// The rows of a trial after its lead; they stay the trial's own.
struct series slo_rows(const struct series *all, const struct slo_window *window);

// Whether it is clear before the end that it will not hold, by the rows that are written so far: the share
// that is late is more than SLO_HOPELESS times what is allowed, beyond chance, or the backlog grows. To end a
// trial as soon as it looks lost would make its share the greater, the more often one looks.
#define SLO_HOPELESS 3
struct slo_sight {
    const struct series *rows;
    const struct hist *like; // any histogram with the digits of the rows' latencies
    double rate; // at which requests are due: the rows do not know of what is still unsent. 0: they do
    struct slo_window window;
    const struct series *of[SLO_MAX]; // the rows of the command of each limit; NULL: those of all
};
bool slo_hopeless(const struct slo *slo, const struct slo_sight *sight);

// Fills `of` from a result.
void slo_see(struct slo_sight *sight, const struct slo *slo, const struct summary *s);

// The greatest share that may be late: 0.01 for p99.
double slo_may_be_late(const struct slo *slo, unsigned i);
