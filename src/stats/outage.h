// SPDX-License-Identifier: MIT
// The windows of a run in which nobody was served: from when, how long, what was missed, and when the server
// was as good as before. Works on what workers noted and on the rows; no clock.
#pragma once

#include "stats/gaps.h"
#include "stats/node_share.h"
#include "stats/series.h"

#define OUTAGES_MAX 8 // that are kept apart: the longest

// No answer came for at least so long, though some were owed, and connections broke; or none broke, and it
// was this much, or this many times the usual latency: the p99 that a quarter of the rows stay below, or, by
// Little's law, what a request takes while all that can be in flight are, whichever is less. The former says
// nothing where most rows suffer from the outage, nor the latter where few requests are due.
#define OUTAGE_BROKE_NS UINT64_C(100000000)
#define OUTAGE_SILENT_NS UINT64_C(250000000)
#define OUTAGE_TIMES 10

struct outage {
    char node[NODE_ADDR]; // of a cluster, that alone was out; "": nobody was served
    uint64_t start_ns;  // since the start of the measured window: the last answer, or when one was first owed
    uint64_t length_ns; // up to the next answer, or to the end
    uint64_t missed;    // requests that were due in it (to the node), none of which was answered in it; the
                        // open loop alone
    uint64_t
        recovered_ns; // from its end until the first row whose p99 is no higher than nine of ten before it
    bool ended;       // an answer came again
    bool recovered;   // there is such a row
    bool broke;       // connections did
};

struct outages {
    struct outage list[OUTAGES_MAX]; // in order
    unsigned n;
    unsigned more; // that there is no room for
};

// How much of [from_ns, to_ns) since the start of the window lies in one that is kept: in which nobody was
// served, or in which one node or several served nobody.
uint64_t outages_within(const struct outages *o, uint64_t from_ns, uint64_t to_ns);
uint64_t outages_within_nodes(const struct outages *o, uint64_t from_ns, uint64_t to_ns);

// For how long nobody, or a node nobody, was served, in seconds.
double outages_s(const struct outages *o);

// The same, because connections broke: no stall of a server that stood.
double outages_broken_s(const struct outages *o);

// Both at once are without service: what of each lies in one of the other, in two parts of one load. A node
// is, where it is in both, or is in one and nobody is served in the other.
void outages_join(struct outages *out, const struct outages *part);

#define OUTAGE_TEXT 360
// "2.00 s without an answer, from 3.10 s on; due requests missed: 2000; p99 as before after 0.25 s"
char *outage_text(const struct outage *o, bool open_loop, char dst[OUTAGE_TEXT]);

// The run that gaps are of.
struct outage_run {
    const struct series *rows;
    const struct hist *like;   // any histogram with the digits of the rows' latencies
    uint64_t start_ns, end_ns; // of its measured window, by the gaps' clock
    double served_ns;          // the mean time between two answers, times the requests that can be in flight
    const char *node;          // whose gaps they are; NULL: those of all
};

// What common gaps mean. 0 or -ENOMEM.
int outages_of(struct outages *out, const struct gaps *common, const struct outage_run *run);

// Takes in those of n nodes, each with its own. Where all of them were out at once, as out has it already,
// that is told once.
void outages_take_nodes(struct outages *out, const struct outages *nodes, unsigned n);
