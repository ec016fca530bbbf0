// SPDX-License-Identifier: MIT
// One figure through the runs of a history, test by test, and where it changed its level for good
// (judge/change.h). Never prints.
#pragma once

#include "history/walk.h"
#include "judge/change.h"
#include "stats/slo.h"

#define TREND_CHANGES_MAX 64
#define TREND_RUNS_MIN (2 * CHANGE_SEGMENT) // fewer cannot show a change

// Of what the runs of a series are not all the same.
enum trend_difference { TREND_SERVER, TREND_ENGINE, TREND_HOST, TREND_CONFIG, TREND_DIFFERENCES };
extern const char *const trend_difference_names[TREND_DIFFERENCES];

struct trend_point {
    int64_t run;
    char started[32];
    char label[64]; // the tag's value, cut where it is longer
    double value;
    bool at_least;
    bool differs[TREND_DIFFERENCES]; // from the point before
};

struct trend_series {
    char test[64];
    char promise[SLO_TEXT]; // of a capacity: another promise is another series; else ""
    enum metric metric;
    struct trend_point *points; // oldest first; the last CHANGE_MAX
    unsigned n, cap;
    unsigned left_out; // older ones
    unsigned bounds;   // points that are lower bounds
    bool differs[TREND_DIFFERENCES];
    char *first[TREND_CONFIG], *last[TREND_CONFIG]; // as it was at first, and in the run before
    struct history_asked asked_first, asked_last;   // likewise
    struct change changes[TREND_CHANGES_MAX];
    unsigned nchanges;
};

struct trend {
    struct trend_series *series;
    size_t n;
    struct change_rule rule;
};

// 1: for the better, -1: for the worse.
int trend_direction(const struct trend_series *s, const struct change *c);

// What changed where a change begins, or up to two runs before or after: its place is an estimate.
void trend_differs_at(const struct trend_series *s, const struct change *c, bool differs[TREND_DIFFERENCES]);

// Whether a change may be due to something else than the server: the load, the client or the machine changed
// there.
bool trend_unlike(const struct trend_series *s, const struct change *c);

// Whether the last change of a series is for the worse, and like is compared with like.
bool trend_regressed(const struct trend_series *s);

// Reads and judges. 0 with a trend to be freed, or -1 with err and nothing to free.
int trend_read(struct trend *out, struct history *h, const struct metric_path *what,
               const struct history_tag *tag, struct err *err);
void trend_free(struct trend *t);
