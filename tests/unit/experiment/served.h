// SPDX-License-Identifier: MIT
// Targets of a comparison, each an embedded server of its own or the null engine, and one test of it; as
// experiment/compare.c opens them.
#pragma once

#include "experiment/compare_test.h"

#include "null.h"

#include "run/probe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MS NS_PER_MS

struct served {
    struct session session;
    struct server servers[COMPARISON_TARGETS_MAX];
    struct compare_conf conf;
    struct comparison comparison;
    struct compare_progress progress;
    struct compare_test c;
    char said[512];
    unsigned sentences;
};

static struct served x;
static struct err err;

static inline void keep_sentence(void *ctx, const char *sentence)
{
    struct served *to = ctx;
    to->sentences++;
    snprintf(to->said, sizeof to->said, "%s", sentence);
}

static inline struct workload served_workload(void)
{
    struct workload w = null_workload("get");
    w.run.engine = ENGINE_EPOLL;
    w.embedded = true;
    return w;
}

static inline void open_target(unsigned t, struct workload w, const struct fault_conf *faults)
{
    static const char *const names[] = {"a", "b", "c", "d"};
    struct server *s = &x.servers[t];
    x.conf.each[t] = (struct compare_target){names[t], w};
    s->stop = &x.session.stop;
    s->faults = faults ? *faults : (struct fault_conf){0};
    if (server_open(s, &x.conf.each[t].workload.run, w.embedded, &err) < 0)
        fail_msg("%s", err.text);
    s->name = names[t];
    s->watch = &x.session.watch;
    x.conf.targets = t + 1;
}

// Begins with none: open_target adds them.
static inline int begin(void **state)
{
    (void)state;
    x = (struct served){.conf = {.slot_ns = 50 * MS, .blocks = 1}};
    err = (struct err){0};
    session_begin(&x.session, keep_sentence, &x);
    session_start(&x.session);
    x.comparison.blocks = calloc(4, sizeof *x.comparison.blocks);
    x.c = (struct compare_test){.conf = &x.conf,
                                .session = &x.session,
                                .servers = x.servers,
                                .progress = &x.progress,
                                .comparison = &x.comparison,
                                .row = catalog_find(slice_of("get"))};
    return x.comparison.blocks ? 0 : -1;
}

static inline int end(void **state)
{
    (void)state;
    for (unsigned t = 0; t < x.conf.targets; t++)
        server_close(&x.servers[t]);
    comparison_free(&x.comparison);
    session_close(&x.session);
    return 0;
}

// What the server of target t says of itself.
static inline struct probe probe_of(unsigned t)
{
    struct probe p;
    struct run_conf conf = null_workload("get").run;
    probe_server(&p, &conf, &x.servers[t].target, -1);
    assert_true(p.answered);
    return p;
}

// SET of as many requests, over so many keys (0: one).
static inline void write_keys(unsigned t, uint64_t requests, uint64_t keyspace)
{
    struct run_conf conf = x.conf.each[t].workload.run;
    struct question q = {.row = catalog_find(slice_of("set"))};
    struct trial trial;
    conf.requests = requests;
    conf.keyspace = keyspace;
    if (server_measure(&x.servers[t], &q, &conf, &trial, &err) < 0)
        fail_msg("%s", err.text);
    assert_int_equal(trial.summary.counts.ok, requests);
    server_trial_free(&trial);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)
