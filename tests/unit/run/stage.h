// SPDX-License-Identifier: MIT
// One worker on an engine that follows a script, driven by the test itself: no thread, no network.
#pragma once

#include "run/expire.h"
#include "run/link.h"
#include "run/loop.h"
#include "run/lull.h"
#include "run/phases.h"
#include "run/worker.h"
#include "script.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cmocka.h>

#define STAGE_GRACE_NS (5 * NS_PER_S)

struct stage {
    struct script script;
    struct run_conf conf;
    struct target target;
    struct plan plan;
    struct crew crew;
    struct worker w;
    struct err err;
};

static const struct test stage_ping = {.names = "ping", .title = "PING", .command = "PING", .reply = "+"};
static const struct test stage_get = {
    .names = "get", .title = "GET", .command = "GET k:__rand_int__", .reply = "$"};

// A run of some connections, as yet by no count and no time.
static inline struct stage stage_of(unsigned clients, unsigned pipeline)
{
    return (struct stage){.conf = {.clients = clients,
                                   .threads = 1,
                                   .pipeline = pipeline,
                                   .keepalive = true,
                                   .grace_ns = STAGE_GRACE_NS,
                                   .interval_ns = NS_PER_S,
                                   .keyspace = 1000,
                                   .seed = 1,
                                   .data_bytes = 3,
                                   .digits = 3}};
}

// Compiles the plan; s must stay where it is.
static inline void stage_plan(struct stage *s, const struct test *row)
{
    s->target = (struct target){.engine = &engine_script};
    strcpy(s->target.addr.text, "script:1");
    script_begin(&s->script);
    assert_int_equal(plan_test(&s->plan, &s->conf, &s->target, row, &s->err), 0);
}

static inline void stage_open(struct stage *s, const struct test *row)
{
    stage_plan(s, row);
    s->crew = (struct crew){.plan = &s->plan, .bell_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    assert_true(s->crew.bell_fd >= 0);
    assert_int_equal(gate_init(&s->crew.gate, 1), 0);
    assert_int_equal(worker_open(&s->w, &s->crew, 0, &s->err), 0);
}

static inline void stage_close(struct stage *s)
{
    assert_int_equal(s->script.misused, 0);
    worker_close(&s->w);
    gate_reset(&s->crew.gate);
    close(s->crew.bell_fd);
    plan_reset(&s->plan);
    script_end();
}

// The worker from its first dial to its end, as its thread has it.
static inline void stage_work(struct stage *s, const struct test *row)
{
    stage_open(s, row);
    phases_main(&s->w);
}

// Opens all connections, so that the loop alone can be driven.
static inline void stage_dial(struct stage *s)
{
    struct worker *w = &s->w;
    struct engine_conf conf = {.connections = w->clients_n};
    assert_int_equal(w->ops->open(&w->io, &conf), 0);
    w->now_ns = clock_ns();
    w->dialling = true;
    for (; w->dialled < w->clients_n;)
        assert_true(link_dial(w, &w->clients[w->dialled]));
    while (w->live + w->lost < w->clients_n) {
        w->awaited_ns = w->now_ns + LOOP_TICK_NS;
        assert_true(loop_step(w, LOOP_TICK_NS) >= 0);
    }
    w->dialling = false;
}

// A load for the loop, by count (UINT64_MAX: none) or by time (0: none), as a phase that measures sets it.
static inline void stage_load(struct stage *s, uint64_t requests, uint64_t lasting_ns)
{
    struct worker *w = &s->w;
    struct share mine = plan_share(&s->plan, 0, 0);
    struct pace_conf pace = {s->conf.rate, s->conf.arrival, w->batch ? s->conf.pipeline : 1, 1, 0};
    w->start_ns = w->now_ns = w->quiet_ns = clock_ns();
    lull_reset(w);
    expire_begin(w, true);
    w->edge_ns = UINT64_MAX;
    w->drains = true;
    w->asks = s->plan.asks;
    w->expected = w->asks->reply;
    w->left = requests;
    w->deadline_ns = lasting_ns ? w->start_ns + lasting_ns : UINT64_MAX;
    w->draw.keys =
        keydist_init(s->conf.keyspace, &(struct keylaw){.kind = KEYLAW_SEQ}, 1, (struct deal){1, 1, 0});
    w->pace = pace_init(&pace, mine.deal, w->start_ns);
    w->eager = pace_closed(&w->pace) && !w->map;
    w->more = w->quickack;
    w->notes = !w->eager;
}

static inline uint64_t stage_answered(const struct stage *s)
{
    return counts_answered(&s->w.rec.counts);
}

// What holds at the end of any loop: nothing is counted twice, nothing is forgotten.
static inline void stage_adds_up(const struct stage *s)
{
    const struct recorder *r = &s->w.rec;
    uint64_t owed = 0;
    for (unsigned i = 0; i < s->w.clients_n; i++)
        owed += s->w.clients[i].outstanding;
    assert_int_equal(owed, s->w.outstanding);
    assert_int_equal(counts_answered(&r->counts) + r->counts.abandoned + owed, r->counts.sent);
}
