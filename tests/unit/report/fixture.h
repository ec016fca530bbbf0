// SPDX-License-Identifier: MIT
// Summaries with known numbers, and the comparison of what a reporter writes with a golden file.
#pragma once

#include "report/parts/sheet.h"
#include "report/run/reporter.h"
#include "stats/freeze.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct host fixture_host = {
    .name = "bench1",
    .cpu = "Some CPU @ 3.00GHz",
    .cpus = 8,
    .cpus_allowed = 4,
    .kernel = "Linux 6.1.0",
    .machine = "x86_64",
    .clocksource = "tsc",
    .memory_bytes = UINT64_C(16000000000),
    .load1 = 0.25,
    .clock_read_ns = 21.5,
    .clock_step_ns = 18,
};

static const char *const fixture_argv[] = {"hkv-bench", "-t", "set,get"};

static inline struct run_facts fixture_facts(void)
{
    return (struct run_facts){
        .target = "127.0.0.1:6379",
        .server_name = "redis",
        .server_version = "7.0.15",
        .engine = "epoll",
        .pipeline_mode = "batch",
        .seed = UINT64_C(12345678901234567890),
        .argc = 3,
        .argv = fixture_argv,
        .host = &fixture_host,
        .started_unix_ms = INT64_C(1700000000123), // 2023-11-14T22:13:20.123Z
    };
}

// The run in twelve rows of 80 ms, the last of them short, each with its part of the latencies.
static inline void fixture_rows(struct summary *s)
{
    struct recorder r = {.latency = hist_new(3)};
    assert_int_equal(series_init(&s->series, &r, 80000000), 0);
    for (uint64_t i = 0; i < 11; i++) {
        uint64_t n = i < 10 ? 9000 : 10000;
        hist_record(r.latency, 250000, n / 2 + 30 * (i % 3));
        hist_record(r.latency, 400000, n / 2 - 30 * (i % 3));
        r.counts.sent = r.counts.ok += n;
        assert_int_equal(series_mark(&s->series, &r, 0.05 * (double)(i + 1)), 0);
    }
    assert_int_equal(series_end(&s->series, &r, 0.58, 890000000), 0);
    s->interval_ns = 160000000;
    hist_free(r.latency);
}

// 100000 SETs in 0.89 s: 50000 took 250 us, 49910 took 400 us, 90 took 1.5 ms.
static inline struct summary fixture_set(void)
{
    struct summary s = {
        .test = "set",
        .title = "SET",
        .load.clients = 50,
        .load.threads = 1,
        .workers = 1,
        .load.pipeline = 1,
        .load.keepalive = true,
        .load.keyspace = 100000,
        .load.payload_bytes = 3,
        .requests_asked = 100000,
        .wall_ns = 890000000,
        .counts.sent = 100000,
        .counts.ok = 100000,
        .bytes_sent = 5000000,
        .counts.bytes_received = 500000,
        .connect_ns = 3000000,
        .latency = hist_new(3),
        .user_s = 0.52,
        .system_s = 0.12,
        .shares = calloc(1, sizeof *s.shares),
    };
    s.shares[0] = (struct thread_share){.clients = 50, .answered = 100000, .user_s = 0.52, .system_s = 0.12};
    hist_record(s.latency, 250000, 50000);
    hist_record(s.latency, 400000, 49910);
    hist_record(s.latency, 1500000, 90);
    fixture_rows(&s);
    summary_settle(&s);
    return s;
}

// What only the open loop has, and 20 requests of at least 15 ms that were not answered.
static inline void fixture_parts(struct summary *s)
{
    s->bounded = hist_new(3);
    hist_merge(s->bounded, s->latency);
    hist_record(s->bounded, 15000000, 20);
    s->bound_min_ns = 15000000;
    s->service = hist_new(3);
    s->wait = hist_new(2);
    s->lag = hist_new(2);
    hist_record(s->service, 30000, 2000);
    hist_record(s->wait, 1, 1900);
    hist_record(s->wait, 12000000, 100);
    hist_record(s->lag, 2000, 2000);
    summary_settle(s);
}

// A custom GET over 4 threads with a window of 16, at a rate, warmed up and prefilled: a third of it errors
// and a tenth of it misses, one connection was lost with what it waited for, and the user ended it.
static inline struct summary fixture_trouble(void)
{
    struct summary s = {
        .test = "command",
        .title = "GET \"foo\":__rand_int__",
        .ending = ENDING_INTERRUPTED,
        .note = "interrupted: this is what was measured until then",
        .load.clients = 8,
        .load.threads = 4,
        .workers = 4,
        .load.pipeline = 16,
        .load.window = true,
        .load.sequential = true,
        .load.key_dist = "seq",
        .load.keyspace = 500,
        .load.payload_bytes = 41,
        .duration_asked_ns = UINT64_C(30000000000),
        .warmup_ns = 2500000000,
        .prefilled = 500,
        .load.rate = 1000,
        .reads = true,
        .cure = "write them first with -t set,get, or every key with --prefill",
        .wall_ns = 3000000000,
        .load.arrival = "poisson",
        .counts.sent = 3016,
        .counts.ok = 2000,
        .counts.errors = 1000,
        .counts.abandoned = 16,
        .counts.unsent = 4,
        .counts.hits = 1799,
        .counts.misses = 201,
        .lost = 1,
        .counts.connects = 9,
        .bytes_sent = 123456,
        .counts.bytes_received = 65432,
        .latency = hist_new(3),
        .user_s = 0.25,
        .system_s = 0.125,
        .shares = calloc(4, sizeof *s.shares),
    };
    for (unsigned i = 0; i < 4; i++)
        s.shares[i] =
            (struct thread_share){.clients = 2, .answered = 750, .user_s = 0.0625, .system_s = 0.03125};
    for (unsigned i = 0; i < 2000; i++) // 1 us to 44 us, and every hundredth 12.5 ms
        hist_record(s.latency, i % 100 ? 1000 + 22 * i - i % 22 : 12500000, 1);
    fixture_parts(&s);
    for (unsigned i = 0; i < 998; i++)
        tally_add(&s.tally, slice_of("OOM command not allowed when used memory > 'maxmemory'."));
    tally_add(&s.tally, slice_of("ERR bad \xff byte"));
    tally_add(&s.tally, slice_of("LOADING"));
    return s;
}

// Connected, asked, and never answered.
static inline struct summary fixture_nothing(void)
{
    return (struct summary){
        .test = "ping_mbulk",
        .title = "PING_MBULK",
        .ending = ENDING_STALLED,
        .note = "127.0.0.1:6379 did not answer for 5 seconds: 50 requests are unanswered",
        .load.clients = 50,
        .load.threads = 1,
        .workers = 1,
        .load.pipeline = 1,
        .load.keepalive = true,
        .load.keyspace = -1,
        .load.payload_bytes = 3,
        .requests_asked = 100000,
        .counts.sent = 50,
        .counts.abandoned = 50,
        .latency = hist_new(3),
    };
}

static inline struct summary fixture_skipped(void)
{
    return (struct summary){.test = "mget",
                            .title = "MGET (10 keys)",
                            .ending = ENDING_SKIPPED,
                            .note = "the server does not know MGET"};
}

static unsigned output_columns; // of the terminal that gets the text; 0: a pipe

struct output {
    FILE *file;
    char *text;
    size_t len;
};

static inline void output_open(struct output *o)
{
    o->file = open_memstream(&o->text, &o->len);
    assert_non_null(o->file);
}

// The whole text as a pipe or a terminal gets it, NUL-terminated, to be freed.
static inline char *output_take(struct output *o)
{
    static char *text; // which the compiler would take to be gone
    static size_t len;
    assert_int_equal(fclose(o->file), 0);
    struct sheet sheet = {.to = open_memstream(&text, &len), .utf8 = true, .columns = output_columns};
    assert_non_null(sheet.to);
    sheet_put(&sheet, o->text);
    assert_int_equal(fclose(sheet.to), 0);
    free(o->text);
    return text;
}

// What the reporter writes about one test, which is freed.
static inline char *report_one(const struct reporter *r, struct summary s)
{
    struct output o;
    assert_int_equal(freeze_summary(&s), 0);
    output_open(&o);
    r->test(o.file, &s);
    if (r->sum_up)
        r->sum_up(o.file, &s, 1);
    summary_free(&s);
    return output_take(&o);
}

// HKV_WRITE_GOLDEN=1 takes what a reporter writes for right: for whoever reads the difference then.
static inline void write_golden(const char *text, const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/golden/%s.txt", TEST_DATA, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static inline char *read_golden(const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/golden/%s.txt", TEST_DATA, name);
    FILE *file = fopen(path, "r");
    if (!file)
        fail_msg("%s is missing", path);
    char *text = NULL;
    size_t cap = 0;
    if (getdelim(&text, &cap, 0, file) < 0)
        text[0] = 0;
    fclose(file);
    return text;
}

static inline void assert_golden(char *text, const char *name)
{
    if (getenv("HKV_WRITE_GOLDEN"))
        write_golden(text, name);
    char *golden = read_golden(name);
    assert_string_equal(text, golden);
    free(golden);
    free(text);
}

// 99 connections in 1 ms and one in 7 ms, and 10 first replies in 3 ms.
static inline struct summary fixture_renewing(void)
{
    struct summary s = fixture_set();
    assert_int_equal(connections_init(&s.connections), 0);
    hist_record(s.connections.of[CONNECTION_CONNECT], 1000000, 99);
    hist_record(s.connections.of[CONNECTION_CONNECT], 7000000, 1);
    hist_record(s.connections.of[CONNECTION_FIRST_REPLY], 3000000, 10);
    s.load.reconnect_every = 10;
    return s;
}

// 45 full handshakes of 2 ms, 4 of 3 ms and one of 5 ms, and one session taken up again.
static inline struct summary fixture_tls(void)
{
    struct summary s = fixture_set();
    assert_int_equal(handshakes_init(&s.tls), 0);
    for (int i = 0; i < 50; i++)
        handshakes_record(&s.tls, i < 45 ? 2000000 : i < 49 ? 3000000 : 5000000, false);
    handshakes_record(&s.tls, 1000000, true);
    handshakes_agreed(&s.tls, "TLSv1.3", "TLS_AES_256_GCM_SHA384", NULL);
    strcpy(s.tls.verified, "nothing");
    s.load.tls = 1;
    return s;
}
