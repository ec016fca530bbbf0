// SPDX-License-Identifier: MIT
// What the user asks of a run, as plain values: no handles, nothing derived. Filled by the command line.
#pragma once

#include "base/cpus.h"
#include "cluster/translate.h"
#include "load/contents.h"
#include "load/dataset.h"
#include "load/keydist.h"
#include "load/keyform.h"
#include "load/keylaw.h"
#include "load/pace.h"
#include "net/engine.h"
#include "net/tls_conf.h"
#include "run/choices.h"
#include "run/delivery_kind.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mix_words; // run/ask.h

#define RUN_WORKLOAD 256

// Keys beside those of the load.
struct key_space {
    uint64_t keys; // 0: there is none
    struct keylaw law;
};

struct run_conf {
    // Where
    const char *host;
    uint16_t port;
    const char *unix_path; // NULL: TCP
    const char *user;      // NULL: AUTH with the password alone
    const char *password;  // NULL: no AUTH
    unsigned dbnum;        // 0: no SELECT
    struct tls_conf tls;
    bool cluster;        // host is of one of its nodes, or of several with commas between
    bool cluster_or_one; // one that is none is taken for a cluster of one node
    enum read_from read_from;
    unsigned first_slot, slots;       // the only ones that are asked: from one on so many; 0: all
    uint64_t refresh_ns;              // how often its topology is read again; 0: only for cause
    const struct translate *addr_map; // NULL: nodes are where they say
    bool tag_all; // of a cluster: every key of the catalogue has a tag, as redis-benchmark's
    bool resp3;   // HELLO 3
    enum tracking tracking;
    const char *client_name;  // CLIENT SETNAME; NULL: none
    bool client_info;         // CLIENT SETINFO
    int resolve_all;          // connections are spread over all addresses of the host
    const char *source_addrs; // that connections come from, in turn: a list; NULL: any
    int nagle;                // TCP_NODELAY stays off
    bool mptcp;
    int reset; // connections are closed by RST

    enum engine_choice engine;
    struct cpus cpus; // of the worker threads, in turn; none: wherever the kernel puts them

    // Load
    uint64_t requests;    // in all; 0: by duration
    uint64_t duration_ns; // 0: by requests
    uint64_t warmup_ns;
    double rate; // requests a second in all; 0: closed loop
    enum arrival arrival;
    uint64_t ramp_ns;     // of the warm-up: the rate rises to what was asked
    uint64_t interval_ns; // of the series
    double until_error;   // --until-precise: end when the quantile is known this well, 0.05 is 5 %; 0: never
    int until_quantile;   // which one
    unsigned wire_every;  // --wire-ts: stamps of one request in so many; 0: none
    bool quickack;        // the kernel acknowledges at once what it receives
    unsigned clients;     // connections in all
    unsigned threads;     // of each part; 0 and 1: one worker
    unsigned part, parts; // a share of the load, from 0 of so many; of 0 parts: all of it
    unsigned pipeline;    // depth, at least 1
    enum pipeline_mode pipeline_mode;
    bool keepalive;
    bool connect_only;        // a request is a connection, that is opened and closed: nothing is asked of it
    uint64_t reconnect_every; // requests that a connection carries before a new one takes its place; 0: all
    bool prefill;
    enum upkeep upkeep;
    bool probe;          // one INFO before the clock
    bool embedded;       // the server lives in this process, and takes a descriptor for each connection too
    uint64_t grace_ns;   // how long answers may fail to come
    uint64_t timeout_ns; // of a request, from its write; 0: none
    enum disconnect on_disconnect;
    unsigned retries;          // --retry: how often what is idempotent and had no answer is sent again
    uint64_t reconnect_max_ns; // for how long a connection that broke is dialled again

    // End once it is clear that this promise about latencies will be broken; NULL: there is none.
    const struct slo *slo;
    uint64_t slo_lead_ns; // of the duration, that it does not judge: queues grow to their length

    // Keys and values
    uint64_t keyspace;  // 0: one literal key
    struct keylaw keys; // how they are drawn
    const struct key_space
        *spaces;    // of __key:2__ and its like, by name, KEYDIST_NAMES of them; NULL: none has
    double inserts; // the share of requests of what writes that add a key to them; 0: none
    uint64_t seed;
    size_t data_bytes; // of a value, on average
    bool values_vary;  // in size or contents, and these say how
    struct sizes value_sizes;
    struct contents contents;
    bool keys_named;                     // not as redis-benchmark's are, but so
    struct keyform keyform;              // the prefix included
    const char *key_prefix;              // of all keys; NULL: none
    uint32_t expire_lo_ms, expire_hi_ms; // of SET; 0: never
    bool nx;                             // SET only what is not there
    const struct dataset *dataset;       // of __field:name__; or NULL
    const struct mix_words *fills;       // what --prefill sends once for each key; NULL: SET of what is read
    bool verify;                         // what is read is held against what was written
    char workload[RUN_WORKLOAD];         // what of this is not as by default, as options
    enum delivery_kind delivery;         // the load is of messages that others wait for:
    unsigned consumers, queues;          // so many, at so many lists, streams or channels
    struct {
        const char *path; // the load is a trace: a file, "-" for standard input; NULL: it is not
        double speed;     // times that of the trace; 0: as fast as answers come
        bool admin;       // also what administers the server
    } replay;
    int digits; // significant digits of the histogram
};

// A load that is as `base` but for what `own` says of keys and values: one command of a mix.
struct run_conf run_conf_with(const struct run_conf *base, const struct run_conf *own);

// Whether these connections have no open loop.
static inline bool run_conf_stuck(const struct run_conf *conf)
{
    return !conf->keepalive && conf->cluster && !conf->connect_only;
}

// Whether one server is asked as a cluster of one node is: there each request has a place of its own, from
// which --retry sends it again though others left since. What needs more of a server is not asked that way.
bool run_conf_apart(const struct run_conf *conf);

// Bytes of the largest value.
static inline size_t run_conf_value_most(const struct run_conf *conf)
{
    return conf->values_vary ? conf->value_sizes.hi : conf->data_bytes;
}

// Whether requests have a due time.
static inline bool run_conf_open(const struct run_conf *conf)
{
    return conf->rate > 0 || (conf->replay.path && conf->replay.speed > 0);
}
