// SPDX-License-Identifier: MIT
// A server that is measured, test by test: found once, looked at before and after each test. Never prints and
// never exits.
#pragma once

#include "experiment/session.h"
#include "experiment/workload.h"
#include "run/environment.h"
#include "run/run.h"
#include "serve/serve.h"
#include "stats/facts.h"

struct server {
    const char *name;                 // what a comparison calls it, or NULL
    struct target target;             // where it is
    struct map *map;                  // of a cluster, as it was last seen; NULL: one server
    struct filter *tls;               // on the way to it, or NULL
    struct serve *embedded;           // when it is our own
    struct addr *addresses, *sources; // what target points into, or NULL
    const char *wait;                 // by which system call the last run waited; NULL: none ran
    bool calibrate;                   // weigh a busy client after each test
    struct fault_conf faults;         // of the embedded one; the caller's to set before it is opened
    struct stopper *stop;             // the user's signals
    const struct watcher *watch;
    struct environment before; // as it was before the present test
    struct probe who;          // what it said of itself, when first asked
    bool met;
    uint64_t wrong_values;  // that any of its runs read
    unsigned runs, invalid; // how many there were; of them, those whose load was not the one asked for,
    struct validity first;  // of these the first one
};

// What to ask: a row of the catalogue or, where that is NULL, the user's own command.
struct question {
    const struct test *row;
    struct words command;
};

// A test that was run. The summary's texts belong to the plan.
struct trial {
    struct plan plan;
    struct summary summary;
};

// Finds the server that conf names, or starts one of our own: then conf learns where. stop is set by
// the caller before, and watch after it. 0, or -1 with err.
int server_open(struct server *s, struct run_conf *conf, bool embedded, struct err *err);
void server_close(struct server *s);

// Opens the one server of an experiment, whose session starts with that. 0, or -1 with err.
int server_begin(struct server *s, struct session *session, struct workload *w, struct err *err);

// conf for one trial of many, by time: with a short warm-up where none is asked for, rows enough to see it
// change, and nothing filled in before it.
struct run_conf server_timed(const struct run_conf *conf, uint64_t lasting_ns);

// What would be run. 0, or -1 with err.
int server_plan(struct server *s, const struct question *q, const struct run_conf *conf, struct plan *p,
                struct err *err);

// Plans and runs one test. 0 with out to be freed, or -1 with err and nothing to free: there was nothing to
// measure.
int server_measure(struct server *s, const struct question *q, const struct run_conf *conf, struct trial *out,
                   struct err *err);
// Runs a plan of this server, which limits_check has passed: as run_test. Where --engine auto chose io_uring
// and the kernel then refuses it to a worker, the server stays with epoll.
int server_run(struct server *s, const struct plan *p, struct summary *out, struct err *err);
void server_trial_free(struct trial *t);

// At the end of many trials: that values were wrong, if any were.
void server_tell_values(const struct server *s, struct outcome *outcome);

// And that the load was not the one asked for, in any of them.
void server_tell_invalid(const struct server *s, struct outcome *outcome);

// What a report tells of the run as a whole, as far as the server knows it: whom, and with what.
void server_tell(const struct server *s, const struct run_conf *conf, struct run_facts *facts);
// And what only a run tells of it.
void server_retell(const struct server *s, struct run_facts *facts);
