// SPDX-License-Identifier: MIT
// The frozen result of one test: what was asked, what came back, how long it took. Plain values; reporters
// read it and nothing else. Ratios of nothing are 0, never nan.
#pragma once

#include "stats/connections.h"
#include "stats/counts.h"
#include "stats/delivery.h"
#include "stats/evidence.h"
#include "stats/findings.h"
#include "stats/generators.h"
#include "stats/handshakes.h"
#include "stats/load.h"
#include "stats/node_share.h"
#include "stats/outage.h"
#include "stats/quantile.h"
#include "stats/readtimes.h"
#include "stats/replayed.h"
#include "stats/schedule.h"
#include "stats/series.h"
#include "stats/signals.h"
#include "stats/staleness.h"
#include "stats/tally.h"
#include "stats/wiretimes.h"

#include <stddef.h>

enum ending {
    ENDING_DONE,        // all that was asked for was answered, or the time was up and the rest was drained
    ENDING_SKIPPED,     // the server does not know the command
    ENDING_INTERRUPTED, // SIGINT or SIGTERM
    ENDING_STALLED,     // answers stopped coming for longer than the grace time
    ENDING_LOST,        // every connection was lost before the end
};

const char *summary_ending(enum ending ending); // "done"

struct thread_share {
    unsigned clients;
    uint64_t answered;
    double user_s, system_s; // CPU of this thread in the measured window
    double queued_s;         // ready to run there, while something else ran
    double spun_s;           // awake only to be in time for the next due time: part of the CPU
    uint64_t preempted;      // times that it was made to stop
};

struct summary {
    char test[32];     // its name, "set"; "command" for the user's own
    const char *title; // "SET", "LRANGE_100 (first 100 elements)", "GET foo:__rand_int__"
    enum ending ending;
    char note[512]; // a sentence for the user where there is something to say, else ""

    struct load load;
    const char *waits_by;       // by which system call the engine waited: "epoll_pwait2"
    uint64_t requests_asked;    // -n; 0 when the run was by time
    uint64_t duration_asked_ns; // --duration; 0 when the run was by count
    uint64_t warmup_ns;
    uint64_t ramp_ns;    // of the warm-up: the rate rises to what was asked
    uint64_t prefilled;  // keys written before the clock started
    uint64_t prefill_ns; // how long that took
    bool reads;          // hits and misses mean something
    bool verified;       // values that were read were held against what was written
    char cure[128];      // how to fill what it reads; "": with nothing that this program has

    uint64_t wall_ns; // clock start to last answer (by count) or to the end of the drain's last answer
    struct counts counts;
    uint64_t bytes_sent;
    uint64_t lost;        // connections lost, at any time since the first was opened
    uint64_t connect_ns;  // opening and setting up all connections, before the clock
    struct hist *latency; // of ok replies; NULL only where the test was skipped
    struct hist *bounded; // those, and what is unfinished at the least that it took; NULL: nothing is, or
                          // nothing but what was in flight
    uint64_t in_flight; // of the unfinished: under way when the run was interrupted, and no older than usual
    uint64_t bound_min_ns;             // the least of the latter
    struct hist *service, *lag, *wait; // as in struct recorder; NULL in the closed loop
    struct hist *chain; // of a command that follows others, the last of them: from when the first was due to
                        // its answer; else NULL
    double outstanding_ns;      // outstanding requests times time, weighed apart from the latencies
    struct series warm, series; // of the warm-up; of the measured window
    struct outages outages;     // windows without any answer
    uint64_t interval_ns;       // asked for the series
    uint64_t start_ns;          // of the measured window, by the clock
    uint64_t offset_ns;         // the same, from the start of the whole run
    struct quantile quantiles[QUANTILES];
    struct signals signals;
    struct wiretimes wire;          // --wire-ts; all NULL without it
    struct readtimes read;          // all NULL where the kernel stamps nothing
    struct handshakes tls;          // all NULL without TLS
    struct connections connections; // all NULL where none is opened anew
    struct delivery delivery;       // of messages to consumers; its histogram is NULL where there are none
    struct staleness staleness;     // of replicas; its histogram is NULL where none was checked
    struct replayed *replayed;      // of a trace; NULL: it was none, and always in a part of a load
    struct punctuality punctual;    // of the open loop; not of a load in several parts
    struct tally tally;
    double user_s, system_s;        // CPU of all worker threads in the measured window
    uint64_t pauses, paused_ns;     // times that the client did not run, by its worst thread; for how long
    bool until_precise;             // --until-precise was asked for
    bool precise;                   // and reached
    bool hopeless;                  // ended early, because a promise about latencies was clearly broken
    unsigned first_worker, workers; // of load.threads, those that this tells of: all, but in a part of a run
    struct thread_share *shares;    // [workers]
    struct generators generators;   // of a load that several processes made; else none
    struct summary
        *light; // what others of them had, which made little load and measured; or NULL. Not packed
    struct node_shares nodes; // of a cluster: those that were asked or own slots; else none
    unsigned topologies;      // how often the cluster was asked anew for its topology
    struct summary *kinds;    // of a mix: what came of each of its commands; else NULL
    unsigned nkinds;
    struct evidence evidence; // that the load is the one that was sent
    struct validity validity; // whether it was
    struct verdict verdict;   // what limited it
    struct doubt *doubts;     // worst first; all three by freeze.h
    unsigned ndoubts;
    char *words; // where title and waits_by point into what is the result's own, that; else NULL
};

// Takes what has no answer, by the time that it has waited; unfinished changes hands. Before summary_settle,
// and once all else is known. What was in flight when the user ended the run is no sign of a server that does
// not answer: where it was about as old as answered requests once were at such a moment, no quantile counts
// it.
void summary_take_unfinished(struct summary *s, struct hist *unfinished);

// Works out the quantiles, also of each kind, from what the workers recorded. What is known beside the test
// is put into it after that, and then it is frozen (freeze.h).
void summary_settle(struct summary *s);

// Gives the result a title and a system call ("" is none) of its own, to be freed with it. 0 or -ENOMEM.
int summary_own_words(struct summary *s, struct slice title, struct slice waits_by);

// The same of a sum, whose rows are those of so many generators: quantiles differ between them too. The kinds
// are settled already.
void summary_settle_many(struct summary *s, const struct series *of, size_t n);

void summary_free(struct summary *s);

uint64_t summary_answered(const struct summary *s); // ok + errors
double summary_rps(const struct summary *s);        // answered a second of wall time
double summary_goodput(const struct summary *s);    // answered well a second of wall time
double summary_hit_ratio(const struct summary *s);  // hits / (hits + misses)
double summary_cpu_us(const struct summary *s);     // client CPU (user + system) per answered request, in us
double summary_kept(const struct summary *s);       // answered / due: how much of the offered load was served
// Whether the server served the rate that was asked: 99 % of it, and not much later than it was due. True in
// the closed loop.
bool summary_kept_up(const struct summary *s);

// Why a run that has no ok answer has none: its note, or what the server's errors say.
#define SUMMARY_WHY 320
void summary_why_none(const struct summary *s, char why[static SUMMARY_WHY]);

bool summary_failed(const struct summary *s); // error replies, lost connections or unfinished requests
