// SPDX-License-Identifier: MIT
// One test, checked and compiled: what all workers read and none writes. Opens nothing, sends nothing.
#pragma once

#include "base/err.h"
#include "load/deal.h"
#include "net/engine.h"
#include "run/ask.h"
#include "run/login.h"
#include "run/map.h"

// Whom the load goes to, and who carries it there.
struct target {
    struct addr addr;          // the server, or the one of a cluster that was named
    const struct map *cluster; // all of its nodes; NULL: addr alone
    const struct engine_ops *engine;
    struct dialling how;
    const struct addr
        *spread; // all addresses of the server, which connections take in turn; NULL: addr alone
    unsigned spread_n, places;   // how many; of them, that differ
    const struct filter *filter; // between the two; NULL: none
};

struct plan {
    const struct run_conf *conf;
    const struct target *target;
    char test[32]; // the row's own name in the catalogue, or "command"
    char *title;
    struct ask *asks; // what it asks, of so many kinds
    unsigned kinds;
    struct mix mix;        // of kinds, where there are several
    uint64_t reading;      // of a mix: the weight of what only reads
    bool grows;            // commands add keys
    uint64_t unit;         // requests that always leave together: of kinds in turn, one round
    struct ask mixed;      // what stands for all of them
    struct asks upkeep;    // writes the keys that it reads: conf->prefill; or removes those that it writes
    struct template setup; // HELLO, AUTH and their like, sent on each new connection before the clock
    struct login login;    // what is in it
    struct names names;    // whose values are checked: conf->verify
    unsigned setup_replies;
    struct recipe_values values; // where values of any command vary
    size_t value_most;           // bytes of the largest value
    uint32_t delivery_run;       // of its messages, which others wait for (run/delivery.h); 0: there are none
    bool idle;                   // open the connections and do nothing with them
    bool reconnects;             // a connection that breaks in mid-run is dialled again
    bool knocks;                 // each request is given a connection of its own once it is due
    size_t payload_bytes;        // of its requests, as redis-benchmark reports it
    unsigned clients, threads;   // of the whole load
    unsigned first, workers;     // which of the threads run here: [first, first + workers)
    uint64_t step_ns; // of the rows that workers write: the interval of the series, or a part of it
};

// Compiles a row of the catalogue; the name of the command is kept for messages. 0, or -1 with err.
int plan_test(struct plan *p, const struct run_conf *conf, const struct target *target,
              const struct test *row, struct err *err);

// Also of several commands (words.mix).
int plan_command(struct plan *p, const struct run_conf *conf, const struct target *target, struct words words,
                 struct err *err);

// Part `part` of `parts` of the plan is run here, the others elsewhere: each worker does what it would do if
// all ran here. No more parts than threads.
void plan_part(struct plan *p, unsigned part, unsigned parts);

// No load: connections only.
int plan_idle(struct plan *p, const struct run_conf *conf, const struct target *target, struct err *err);

void plan_reset(struct plan *p);

// What one worker of the plan is to do.
struct share {
    struct deal deal;
    unsigned clients;
    uint64_t first,
        requests; // requests [first, first + requests) of a total; UINT64_MAX requests where there is none
};

// Part `part` of `total` requests (0: no total), dealt by connections, as due times are (load/deal.h); parts
// add up exactly.
struct share plan_share(const struct plan *p, unsigned part, uint64_t total);

// The same of the load: what always leaves together is not dealt apart.
struct share plan_load(const struct plan *p, unsigned part);

// What of that is done here, by all workers together.
struct share plan_share_here(const struct plan *p, uint64_t total);

size_t plan_request_bytes(const struct plan *p); // of the longest request, at most

// How many requests the upkeep takes, and how many of them a connection has outstanding: more than the load's
// where that is quicker.
uint64_t plan_upkeep_requests(const struct plan *p);
uint32_t plan_upkeep_depth(const struct plan *p);

// Of a cluster, requests that are not all of one kind and length each lie by themselves, behind their length.
#define PLAN_LEN sizeof(uint32_t)

// Whether keys and values are drawn by the laws of conf: not those of messages to consumers, nor of a trace.
static inline bool plan_draws(const struct plan *p)
{
    return !p->delivery_run && !p->conf->replay.path;
}

// What the load asks: its one kind, or what stands for all.
static inline const struct ask *plan_asks(const struct plan *p)
{
    return p->kinds > 1 ? &p->mixed : p->asks;
}

// The share of what is asked that replicas may answer.
static inline double plan_reading(const struct plan *p, const struct ask *asks)
{
    if (p->conf->read_from == READ_FROM_PRIMARY)
        return 0;
    return asks == &p->mixed ? (double)p->reading / (double)p->mix.upto[p->mix.n - 1] : asks->only_reads;
}

bool plan_scans(const struct plan *p); // whether commands have cursors
bool plan_reads(const struct plan *p); // whether hits and misses mean something
