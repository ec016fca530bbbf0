// SPDX-License-Identifier: MIT
// What every subcommand that measures has, and the one way in which it begins and ends: the user's signals,
// the live line, what the report tells of the whole, where it goes, and how it came out. Knows nothing of
// what is measured. It may not move once it has begun.
#pragma once

#include "cli/options.h"
#include "cli/outcome.h"
#include "cli/output.h"
#include "history/history.h"
#include "stats/facts.h"

struct session {
    struct outcome outcome;
    struct stopper stop;
    struct watcher watch;
    struct run_facts facts;
    struct host host, host_end;
    uint64_t started_ns;     // by the clock
    FILE *json;              // --json, or NULL
    struct history *history; // --save, or NULL
};

// The result as a whole in the form of --json, and who writes it: 0, or -1 with err.
struct document {
    const char *kind; // as a history names it: "run", "compare", "aa", "saturate", "sweep"
    int (*write)(FILE *out, const void *what, struct err *err);
    const void *what;
    size_t tests; // in it; of none nothing is kept
};

// who: the subcommand, for sentences, or NULL.
void session_begin(struct session *s, const char *who);

// Opens what --json and --save name, and the n outputs of more beside them. 0, or -1 with err.
int session_open(struct session *s, const struct options *o, const struct output *more, size_t n,
                 struct err *err);

// From now on time counts: facts learn the words, the tags, the machine and the time.
void session_start(struct session *s, const struct options *o, int argc, char **argv);

double session_now_s(const struct session *s);         // since then
void session_pause(struct session *s, uint64_t ns);    // or until a signal
bool session_heard(const struct session *s);           // whether anybody gets the results
void session_see_host_again(struct session *s);        // facts learn of the machine at the end
void session_settle(struct session *s, bool measured); // all was judged and printed: facts learn how it ended

// The result goes to where --save and --json have it. After session_settle.
void session_keep(struct session *s, const struct document *d);

int session_close(struct session *s); // answers the exit code
