// SPDX-License-Identifier: MIT
// Several servers measured in blocks with the same test, and what may be said of them. Plain values; never
// measures. The method: docs/comparing.md.
#pragma once

#include "judge/finding.h"
#include "judge/paired.h"
#include "stats/comparison_slot.h"
#include "stats/doubt.h"
#include "stats/slo.h"

#define COMPARISON_SLOTS_SHARE 0.10 // of a target's slots: what more of them have counts
#define COMPARISON_TARGETS_MAX DESIGN_TARGETS_MAX
#define COMPARISON_BLOCKS_MAX PAIRED_MAX

// How a server is set up, as far as it tells.
struct comparison_terms {
    char eviction[32]; // its policy, or ""
    int64_t keys;      // that it held after the first trial; -1 where unknown
    bool tls;          // it is spoken to by TLS
    bool cluster;      // it is one
};

// A result of another time that stands for the first target.
struct comparison_baseline {
    unsigned n;
    struct comparison_block *blocks; // of target 0 alone; one with one slot where it was a plain run
    struct load load;
    char promise[SLO_TEXT];            // of COMPARISON_CAPACITY, by slo_key; else ""
    double trial_s;                    // likewise: a short trial bears more than a long one
    double shortest_s;                 // of its slots; 0 where unknown
    double errors[COMPARISON_METRICS]; // of the logarithm, within the slot of a plain run; 0 where unknown
};

// Why no block came after the last one.
enum comparison_end {
    COMPARISON_BROKEN,   // a signal, or whatever kept a block from becoming whole: the note says it
    COMPARISON_COMPLETE, // all are there that were asked for
    COMPARISON_VERDICT,  // every verdict that decides stands
    COMPARISON_BUDGET,   // one more would not have ended in time
    COMPARISON_LAST,     // there is no look after so many
};

struct comparison {
    char test[32];
    char *title;
    unsigned targets;
    const char *names[COMPARISON_TARGETS_MAX]; // the first is what the others are compared with
    enum comparison_metric primary;
    double margins[COMPARISON_METRICS]; // relative
    double floors[COMPARISON_METRICS];  // |ln ratio| that A/A runs showed; 0: unknown
    bool aa;                            // the same server under two names
    struct load load;
    struct comparison_terms terms[COMPARISON_TARGETS_MAX];
    const struct slo *slo;           // of COMPARISON_CAPACITY
    uint64_t slot_ns, warmup_ns;     // of COMPARISON_CAPACITY: of each of its trials
    unsigned blocks_asked, n;        // whole blocks; 0 asked: looked at after each
    struct comparison_block *blocks; // of all targets that were measured now
    struct comparison *kinds;        // of a mix: its commands (comparison_kinds.h)
    unsigned nkinds;
    bool partial; // none is whole, and the first of them holds the slots that there are
    enum comparison_end end;
    unsigned duet_cpus;   // both at the same time, by client threads on so many CPUs each; 0: by turns
    unsigned duet_shared; // then: CPUs that both servers may run on, where both are on this machine
    bool restarts;        // each block began with servers that were started anew
    double block_s;       // that a block took, on average
    double spent_s;       // with the trials before the first
    double budget_s;      // of that; 0: none
    const struct comparison_baseline *baseline; // NULL: all were
    char note[256];                             // why it ended early, or was not held: else ""
    char doubts[COMPARISON_TARGETS_MAX][DOUBTS_MAX][DOUBT_TEXT]; // what a slot said first, by rule
};

// Frees the title and the blocks.
void comparison_free(struct comparison *c);

// Whether it is looked at after each block, and ends as soon as it knows. Its p-values mean nothing then.
bool comparison_looks(const struct comparison *c);

// Whether it has any figures.
bool comparison_shown(const struct comparison *c);

// Whether this comparison measures that.
bool comparison_has(const struct comparison *c, enum comparison_metric m);

// The first thing in which what is compared was asked otherwise then than now, in words. False where nothing
// was.
bool comparison_differs(const struct comparison_baseline *then, const struct comparison *now,
                        char why[LOAD_WHY]);

// What one measurement says of a slot, with its doubts, in what c compares; slot->target stays.
void comparison_take(struct comparison *c, struct comparison_slot *slot, const struct summary *s);

// What is judged where all were measured now: of each block, how far the logarithms of target and first lie
// apart.
void comparison_differences(const struct comparison *c, unsigned target, enum comparison_metric m,
                            double d[COMPARISON_BLOCKS_MAX]);

// Whether a slot can be compared: it has answers, and what is compared exists.
bool comparison_counts(const struct comparison *c, const struct comparison_slot *slot);

// One metric of a target over that of the first.
struct contrast {
    double mine, reference;   // medians over the slots
    bool judged;              // two whole blocks at least, and no drift
    bool drifts;              // unpaired blocks that wander off are worth too few
    struct estimate estimate; // mine over reference
    enum finding finding;     // of the ratio: higher, lower, ...
    int better;               // 1: better beyond the margin, -1: worse, 0: neither can be said
    double adjusted_p;        // Holm's, over the metrics that are not the primary one; the primary's own
    bool stands;              // looked at after each block: it is a verdict, and no reason to go on
    unsigned blocks_more;     // that would do, where nothing can be said; 0 where not even many would
    bool at_least;            // the better side was held back by the client: it is better by this or more
    bool muddled;             // the worse side was, or either of two that are alike: the client may be why
    double bound;             // where at_least: the ratio that is certain, the client's share taken off
};

void comparison_judge(const struct comparison *c, unsigned target, struct contrast out[COMPARISON_METRICS]);

// Sums over all slots of a target.
struct comparison_total {
    unsigned slots, client_limited;
    unsigned doubted[DOUBTS_MAX]; // slots, by rule
    uint64_t answered, errors, unfinished, hits, misses;
    double cpu_s_per_million; // of the server, for answered requests; less than 0 where unknown
    bool aof, saved, miscounted;
    uint64_t evicted;
};

void comparison_total(const struct comparison *c, unsigned target, struct comparison_total *out);

// One word or some for a contrast: "faster", "not enough evidence (8 blocks more may do)".
void comparison_word(const struct comparison *c, enum comparison_metric m, const struct contrast *x,
                     char dst[96]);
