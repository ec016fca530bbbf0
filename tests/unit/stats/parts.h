// SPDX-License-Identifier: MIT
// Results of parts of a run, with something in every member.
#pragma once

#include "stats/summary.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PARTS_STEP_NS 125000000
#define PARTS_ROWS 16

// Latency k of thread w: all differ, over five decades.
static inline uint64_t parts_ns(unsigned w, unsigned k)
{
    return 1000 + (uint64_t)(w * 7919 + k * 104729) % 1000003 * (1 + k % 97);
}

static inline void parts_record(struct recorder *rec, struct hist *all, unsigned w, unsigned k)
{
    uint64_t ns = parts_ns(w, k);
    rec->counts.sent++;
    recorder_ok(rec, ns, 1);
    if (all)
        hist_record(all, ns, 1);
    hist_record(rec->service, ns - 500, 1);
    hist_record(rec->lag, k % 100, 1);
    hist_record(rec->wait, k % 7, 1);
}

static inline struct signals parts_signals(unsigned first)
{
    return (struct signals){.steal = 0.01 * (1 + first),
                            .throttled = 2,
                            .cpus = 3,
                            .sampled = 1 + first,
                            .segments = 1000,
                            .retransmitted = 4,
                            .receiver_limited = 0.5,
                            .sender_limited = 0.25,
                            .rtt_min_us = 20 + first,
                            .asked = first == 2,
                            .local = true,
                            .cpu_known = true,
                            .server_cores = 1.5,
                            .server_thread = 0.75,
                            .server_queued = 0.125,
                            .shared_cpus = 2,
                            .aof = true,
                            .saved = true,
                            .evicted = 5,
                            .commands = 6,
                            .ceiling_rps = 1e6};
}

static inline struct summary parts_plain(unsigned first, unsigned workers)
{
    struct summary s = {.test = "get",
                        .title = "GET",
                        .ending = ENDING_INTERRUPTED,
                        .note = "interrupted",
                        .load = {.rate = 1e4,
                                 .arrival = "poisson",
                                 .engine = "epoll",
                                 .key_dist = "zipf:0.99",
                                 .workload = "--value-size 1-9",
                                 .clients = 50,
                                 .pipeline = 2,
                                 .window = true,
                                 .threads = 4,
                                 .keepalive = 1,
                                 .sequential = 0,
                                 .quickack = -1,
                                 .tls = 1,
                                 .protocol = 3,
                                 .tracking = "bcast",
                                 .reconnect_every = 7,
                                 .payload_bytes = 3,
                                 .keyspace = -1},
                        .waits_by = "epoll_pwait2",
                        .requests_asked = 4000,
                        .duration_asked_ns = 2000000000,
                        .warmup_ns = 17,
                        .ramp_ns = 5,
                        .prefilled = 10 + first,
                        .reads = true,
                        .verified = true,
                        .cure = "write them",
                        .wall_ns = 2000000000 + first,
                        .bytes_sent = 100 * workers,
                        .lost = 1 + first,
                        .connect_ns = 1000 - first,
                        .in_flight = 3 + first,
                        .outstanding_ns = 0.5 + first,
                        .interval_ns = 2 * PARTS_STEP_NS,
                        .start_ns = 12345 + first,
                        .offset_ns = 678,
                        .user_s = 1.25,
                        .system_s = 0.5,
                        .pauses = 2 + first,
                        .paused_ns = 99 - first,
                        .until_precise = true,
                        .precise = true,
                        .hopeless = first == 0,
                        .first_worker = first,
                        .workers = workers};
    return s;
}

// One thread: its rows, and what it adds to the recorder of all.
static inline void parts_thread(struct summary *s, struct recorder *rec, struct series *rows, unsigned w)
{
    struct thread_share *share = &s->shares[w - s->first_worker];
    struct recorder own;
    assert_int_equal(recorder_init(&own, 3, true), 0);
    assert_int_equal(series_init(rows, &own, PARTS_STEP_NS), 0);
    for (unsigned k = 0; k < 1000; k++) {
        parts_record(&own, NULL, w, k);
        series_due(rows, k * 2000000, 1);
        if (k % 64 == 63)
            assert_int_equal(series_mark(rows, &own, 0.01 * k), 0);
    }
    assert_int_equal(series_end(rows, &own, 11, 2000000000), 0);
    recorder_error(&own, 5, slice_of(w % 2 ? "ERR odd" : "OOM even"));
    own.counts.hits = 7 + w;
    *share = (struct thread_share){12 + w, 1000, 0.5, 0.25, 0.125, 0.0625, w};
    wiretimes_record(&s->wire, 10, 20 + w, 300, 400);
    s->wire.missed += w;
    readtimes_record(&s->read, 300, 20 + w, 2);
    s->read.missed += w;
    handshakes_record(&s->tls, 1000 + w, w % 2);
    for (int i = 0; i < CONNECTION_PHASES; i++)
        hist_record(s->connections.of[i], 100 * i + w, 1 + w);
    recorder_merge(rec, &own);
    recorder_free(&own);
}

// What threads [first, first + workers) of four saw, as run/run.c sums it up.
static inline struct summary parts_summary(unsigned first, unsigned workers)
{
    struct summary s = parts_plain(first, workers);
    s.signals = parts_signals(first);
    struct recorder rec;
    assert_int_equal(recorder_init(&rec, 3, true), 0);
    assert_int_equal(wiretimes_init(&s.wire), 0);
    assert_int_equal(readtimes_init(&s.read), 0);
    assert_int_equal(handshakes_init(&s.tls), 0);
    assert_int_equal(connections_init(&s.connections), 0);
    assert_int_equal(staleness_init(&s.staleness, 3), 0);
    staleness_add(&s.staleness, 1000000 * (1 + first), 5 + first, first == 2);
    handshakes_agreed(&s.tls, "TLSv1.3", "TLS_AES_128_GCM_SHA256", "tx");
    strcpy(s.tls.verified, "chain");
    struct series one[4], *all[4];
    s.shares = calloc(workers, sizeof *s.shares);
    assert_non_null(s.shares);
    for (unsigned w = 0; w < workers; w++) {
        all[w] = &one[w];
        parts_thread(&s, &rec, &one[w], first + w);
    }
    assert_int_equal(series_sum(&s.series, all, workers), 0);
    assert_int_equal(series_sum(&s.warm, all, 1), 0);
    for (unsigned w = 0; w < workers; w++)
        series_free(&one[w]);
    hist_record(rec.latency, 2 * HIST_TOP_NS + first, 1); // above the top
    s.latency = rec.latency;
    s.service = rec.service;
    s.lag = rec.lag;
    s.wait = rec.wait;
    s.counts = rec.counts;
    s.tally = rec.tally;
    if (first == 0) { // unfinished in one part only
        hist_record(rec.unfinished, 777, 2);
        s.bounded = rec.unfinished;
        s.bound_min_ns = 777;
        hist_merge(s.bounded, s.latency);
    } else {
        hist_free(rec.unfinished);
    }
    summary_settle(&s);
    return s;
}

// The same values, bucket for bucket.
static inline void parts_same_hist(const struct hist *a, const struct hist *b)
{
    assert_int_equal(!a, !b);
    if (!a)
        return;
    struct buf x = {0}, y = {0};
    struct hist_exact ea = hist_exact(a), eb = hist_exact(b);
    assert_int_equal(hist_digits(a), hist_digits(b));
    assert_int_equal(hist_count(a), hist_count(b));
    assert_memory_equal(&ea, &eb, sizeof ea);
    assert_int_equal(hist_cells(a, &x), 0);
    assert_int_equal(hist_cells(b, &y), 0);
    assert_int_equal(x.len, y.len);
    assert_memory_equal(x.at, y.at, x.len);
    buf_free(&x);
    buf_free(&y);
}

// The same rows, whatever the order in which their cells lie.
static inline void parts_same_rows(const struct series *a, const struct series *b, int digits)
{
    assert_int_equal(a->step_ns, b->step_ns);
    assert_int_equal(a->total_ns, b->total_ns);
    assert_int_equal(a->n, b->n);
    for (size_t i = 0; i < a->n; i++) {
        const struct series_row *x = &a->rows[i], *y = &b->rows[i];
        assert_true(x->due == y->due && x->sent == y->sent && x->ok == y->ok && x->errors == y->errors);
        assert_true(x->cpu_s - y->cpu_s < 1e-9 && y->cpu_s - x->cpu_s < 1e-9);
        struct hist *hx = hist_new(digits), *hy = hist_new(digits);
        hist_add_cells(hx, series_latency(a, x));
        hist_add_cells(hy, series_latency(b, y));
        parts_same_hist(hx, hy);
        hist_free(hx);
        hist_free(hy);
        hx = hist_new(RECORDER_COARSE_DIGITS);
        hy = hist_new(RECORDER_COARSE_DIGITS);
        hist_add_cells(hx, series_lag(a, x));
        hist_add_cells(hy, series_lag(b, y));
        parts_same_hist(hx, hy);
        hist_free(hx);
        hist_free(hy);
    }
}
