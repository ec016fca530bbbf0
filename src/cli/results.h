// SPDX-License-Identifier: MIT
// Where the result of an experiment goes beside its report: the files of --json and
// --html, the history of --save. Knows
// nothing of what is in it.
#pragma once

#include "cli/onlookers.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/say.h"
#include "experiment/session.h"
#include "history/history.h"
#include "stats/record.h"

struct results {
    struct session *session; // whose they are
    struct speaker speaker;  // of its sentences
    FILE *json, *html;       // --json and --html, or NULL
    struct history *history; // --save, or NULL
    struct onlookers onlookers;
    struct selftest selftest; // that of this client, where one was kept
};

// The result as a whole, and who writes it in the form of --json: 0, or -1 with err.
struct document {
    struct record record; // of no tests nothing is kept
    int (*write)(FILE *out, const void *what, struct err *err);
    const void *what;
};

// Begins the session, whose sentences are those of who: the subcommand, or NULL.
void results_begin(struct results *r, struct session *s, const char *who);

// Opens what --json and --save name, and the n outputs of more beside them. 0, or -1 with err.
int results_open(struct results *r, const struct options *o, const struct output *more, size_t n,
                 struct err *err);

// Opens whoever looks on: the live line or view, live metrics. 0, or -1 with err.
int results_watch(struct results *r, const struct options *o, const struct show *show, struct err *err);

// The session's facts learn what this client can measure on this machine, where `hkv-bench selftest` has kept
// it. Once the session has started.
void results_quote(struct results *r);

// Whether standard output is taken by the document, so that no other report may go there.
bool results_on_stdout(const struct results *r);

// Whether anybody gets them.
bool results_heard(const struct results *r);

// All was judged and printed: the session's facts learn how it ended.
void results_settle(struct results *r, bool measured);

// The result goes to where --save and --json have it. After results_settle.
void results_keep(struct results *r, const struct document *d);

// Closes the session too. Answers the exit code.
int results_close(struct results *r);

// The same, for a command that came to rc: where that is below 0, err says why.
int results_end(struct results *r, int rc, const struct err *err);
