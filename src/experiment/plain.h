// SPDX-License-Identifier: MIT
// A plain run as a whole: one server, each test once, or again and again. Never prints: what was found goes
// to callbacks, test by test.
#pragma once

#include "experiment/server.h"
#include "experiment/session.h"
#include "experiment/start.h"
#include "experiment/workload.h"
#include "stats/assertion.h"

struct plain_conf {
    struct workload workload;
    bool compat; // in the place of another tool: a server's error ends it all, and remarks are kept back
    bool redis;  // of redis-benchmark: where no tests are named, only those that it has
    bool strict; // a doubt is a failure
    bool doubts_shown;    // whoever is called back tells the user of them: they need no sentences
    bool loop;            // again and again
    uint64_t start_at_ns; // since 1970, the load of the first test; 0: at once
    bool idle;            // connections only
    bool elsewhere;       // it was measured somewhere else: this machine is none of its business
    bool cleans;          // removes the keys that it wrote, once all is over
    const struct assertion *asserts;
    size_t nasserts;
};

struct plain_events {
    bool (*tested)(void *ctx, const struct summary *s); // one test; answers whether anybody wants another
    void (*passed)(void *ctx, bool suite); // all of them, once: tests that have names, or a command
    void (*asserted)(void *ctx, const struct assertion_result *list, size_t n);
    void *ctx;
};

struct plain {
    struct session session; // begun by the caller
    struct plain_conf conf;
    struct plain_events on;
    struct server server;
    struct start start;
    struct summary *tests; // results of this pass
    struct plan *plans;    // whose titles the results point to
    size_t ntests;
    struct assertion_result *assertions; // of these results
    size_t nassertions;
};

// Finds the server, or starts the embedded one. conf is filled. 0, or -1 with err.
int plain_open(struct plain *p, struct err *err);

// Measures all that was asked for.
void plain_run(struct plain *p);

// Takes a test that was measured elsewhere as if it had been measured now; s changes hands. 0, or -1 with
// err and s as it was.
int plain_take(struct plain *p, struct summary *s, struct err *err);

// Whether an error of the server ends it all at this test, as it does in the tools of compat.
bool plain_refused(const struct plain *p, const struct summary *s);

void plain_assert(struct plain *p);         // holds the results against the assertions
void plain_see_host_again(struct plain *p); // a figure of a machine that changed is a figure of neither

void plain_close(struct plain *p); // but for the session
