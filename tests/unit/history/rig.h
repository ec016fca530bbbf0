// SPDX-License-Identifier: MIT
// A history in a folder of its own, and documents to put into it.
#pragma once

#include "history/history.h"

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

// A document as report_json's, with what a history looks at: SET and GET, and MSET, which was skipped.
// second: of its start, and so its place in time.
static inline const char *rig_document(int second, double rps, const char *tags)
{
    static char text[4096];
    snprintf(
        text, sizeof text,
        "{\"schema_version\": 1, \"tool\": {\"version\": \"0.1.0\", \"git\": \"abc\"},"
        " \"started\": \"2026-01-01T00:%02d:%02d.000Z\", \"command_line\": [\"hkv-bench\", \"-t\", \"set\"],"
        " \"config\": {\"engine\": \"epoll\", \"seed\": \"12345678901234567890\"},"
        " \"environment\": {\"host\": \"h1\", \"cpu\": \"c1\", \"kernel\": \"k1\"},"
        " \"server\": {\"target\": \"127.0.0.1:1\", \"name\": \"redis\", \"version\": \"7.0.15\"},"
        " \"tags\": {%s}, \"exit_code\": 1, \"tests\": ["
        "{\"test\": \"set\", \"title\": \"SET\", \"status\": \"done\", \"config\": {\"clients\": 50},"
        " \"counts\": {\"errors\": 2, \"unfinished\": 3}, \"hit_ratio\": null, \"rps\": %.3f, \"kept\": null,"
        " \"latency_ns\": {\"min\": 10, \"mean\": 20.5, \"p50\": 20, \"p90\": 30, \"p95\": 40, \"p99\": 50,"
        " \"p99_9\": 60, \"p99_99\": 70, \"max\": 80, \"histogram\": \"HISTF\", \"intervals\":"
        " {\"p50\": {\"at_least\": false}, \"p99\": {\"at_least\": true}}},"
        " \"client_cpu\": {\"us_per_request\": 1.5}, \"finding\": {\"limited_by\": \"SERVER\"},"
        " \"doubts\": [{\"name\": \"errors\"}]},"
        "{\"test\": \"get\", \"title\": \"GET\", \"status\": \"done\", \"config\": {\"clients\": 50},"
        " \"counts\": {\"errors\": 0, \"unfinished\": 0}, \"hit_ratio\": 0.5, \"rps\": 7, \"latency_ns\": "
        "null,"
        " \"doubts\": []},"
        "{\"test\": \"mset\", \"title\": \"MSET\", \"status\": \"skipped\", \"config\": {},"
        " \"counts\": {\"errors\": 0, \"unfinished\": 0}, \"rps\": null, \"latency_ns\": null, \"doubts\": "
        "[]}"
        "]}\n",
        second / 60, second % 60, tags, rps);
    return text;
}

static inline int64_t rig_save(struct history *h, const char *document)
{
    int64_t run;
    if (history_save(h, "run", document, &run, &rig_err) < 0)
        fail_msg("%s", rig_err.text);
    return run;
}
