// SPDX-License-Identifier: MIT
// A history in a folder of its own, and runs to put into it.
#pragma once

#include "history/save.h"
#include "history/walk.h"
#include "stats/freeze.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char rig_folder[64], rig_path[96];
static struct err rig_err;

static inline int rig_setup(void **state)
{
    (void)state;
    snprintf(rig_folder, sizeof rig_folder, "/tmp/hkv-history-XXXXXX");
    if (!mkdtemp(rig_folder))
        return -1;
    snprintf(rig_path, sizeof rig_path, "%s/runs.db", rig_folder);
    return 0;
}

static inline int rig_teardown(void **state)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};
    (void)state;
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s%s", rig_path, suffixes[i]);
        unlink(path);
    }
    return rmdir(rig_folder);
}

static inline struct history *rig_open(enum history_mode mode)
{
    struct history *h;
    if (history_open(&h, rig_path, mode, -1, &rig_err) < 0)
        fail_msg("%s", rig_err.text);
    return h;
}

#define RIG_TAGS 4
#define RIG_DOCUMENT "{\"what\": \"a report wrote\"}\n"

// A plain run: SET, GET of which half hit, and MSET, which was skipped.
struct rig_run {
    struct summary tests[3];
    struct host host;
    struct run_tag tags[RIG_TAGS];
    char values[RIG_TAGS][64];
    struct run_facts facts;
    struct record record;
};

static inline struct hist *rig_hist(uint64_t low_ns, uint64_t high_ns)
{
    struct hist *h = hist_new(3);
    assert_non_null(h);
    hist_record(h, low_ns, 1);
    hist_record(h, high_ns, 1);
    return h;
}

// "a=b,c=d"
static inline void rig_tag(struct rig_run *r, const char *tags)
{
    for (const char *at = tags; *at; r->facts.ntags++) {
        assert_true(r->facts.ntags < RIG_TAGS);
        struct run_tag *t = &r->tags[r->facts.ntags];
        size_t key = strcspn(at, "="), len = strcspn(at, ",");
        snprintf(t->key, sizeof t->key, "%.*s", (int)key, at);
        t->value = strncpy(r->values[r->facts.ntags], at + key + 1, len - key - 1);
        at += len + (at[len] == ',');
    }
}

static inline void rig_fill_set(struct summary *s, double rps)
{
    static const uint64_t ns[QUANTILES] = {20, 30, 40, 50, 60, 70};
    *s = (struct summary){.test = "set", .title = "SET", .requests_asked = 3600003};
    s->load = (struct load){.engine = "epoll",
                            .clients = 50,
                            .pipeline = 1,
                            .threads = 1,
                            .keepalive = 1,
                            .payload_bytes = 3,
                            .keyspace = 100000};
    s->counts.ok = 3599998;
    s->counts.errors = 2;
    s->counts.sent = 3600003;
    s->counts.abandoned = 3;
    s->wall_ns = (uint64_t)(3600000 / rps * 1e9 + 0.5);
    s->user_s = 3.6 * 1.5;
    s->latency = rig_hist(20, 21);
    s->bounded = rig_hist(10, 80);
    for (int i = 0; i < QUANTILES; i++)
        s->quantiles[i] = (struct quantile){.ns = ns[i], .few = true, .at_least = i == QUANTILE_P99};
}

// second: of its start, and so its place in time.
static inline struct rig_run *rig_run(int second, double rps, const char *tags)
{
    static struct rig_run r;
    static const char *const words[] = {"hkv-bench", "-t", "set"};
    for (int i = 0; i < 3; i++)
        summary_free(&r.tests[i]);
    r = (struct rig_run){.host = {.name = "h1", .cpu = "c1"}};
    r.facts = (struct run_facts){.target = "127.0.0.1:1",
                                 .server_name = "redis",
                                 .server_version = "7.0.15",
                                 .engine = "epoll",
                                 .seed = UINT64_C(12345678901234567890),
                                 .argc = 3,
                                 .argv = words,
                                 .host = &r.host,
                                 .started_unix_ms = INT64_C(1767225600000) + 1000 * (int64_t)second,
                                 .tags = r.tags,
                                 .exit_code = 1};
    rig_tag(&r, tags);
    rig_fill_set(&r.tests[0], rps);
    r.tests[1] = (struct summary){
        .test = "get", .title = "GET", .reads = true, .load = r.tests[0].load, .latency = hist_new(3)};
    r.tests[1].counts = (struct counts){.sent = 7, .ok = 7, .hits = 1, .misses = 1};
    r.tests[1].wall_ns = 1000000000;
    r.tests[2] =
        (struct summary){.test = "mset", .title = "MSET", .ending = ENDING_SKIPPED, .load = r.tests[0].load};
    for (int i = 0; i < 3; i++)
        assert_int_equal(freeze_summary(&r.tests[i]), 0);
    r.record = (struct record){.kind = "run", .facts = &r.facts, .n = 3, .runs = r.tests};
    return &r;
}

static inline int64_t rig_save(struct history *h, const struct rig_run *r)
{
    int64_t run;
    if (save_record(h, &r->record, RIG_DOCUMENT, &run, &rig_err) < 0)
        fail_msg("%s", rig_err.text);
    return run;
}
