// SPDX-License-Identifier: MIT
// An engine whose completions a test has written down, and a clock that moves only by what the script says:
// the whole loop without network, without waiting. What is not written down goes well: a connection stands at
// once, and each request has its answer after takes_ns.
#pragma once

#include "net/engine.h"

#include "base/clock.h"

#include <stdatomic.h>
#include <stdbool.h>

#define SCRIPT_CONNS 64
#define SCRIPT_READ_NS 10 // by which each reading moves the clock, so that no wait for a time is for ever
#define SCRIPT_OK "+OK\r\n"

// What is yet to come.
struct happening {
    struct io_event ev;
    struct conn *conn;
    uint64_t at_ns;
    uint16_t dialled; // which life of the connection it belongs to
    char *bytes;      // on the heap
};

struct engine {
    struct script *script;
    struct happening *queue; // by time
    size_t n, cap;
    char *shown; // the bytes of the last event
    uint32_t answered[SCRIPT_CONNS];
    struct conn *conns[SCRIPT_CONNS]; // in the order of their first dial
    unsigned conns_n;
};

struct script {
    const char *const *answers; // NULL: each is OK. A connection's request k gets answers[k % answers_n]
    unsigned answers_n;
    const char *setup;   // to AUTH and SELECT; NULL: OK to each
    size_t cut;          // the answers to one send come in two parts, the first of so many bytes
    bool drips;          // or byte by byte
    uint64_t takes_ns;   // from a send to its answers
    int opening, broken; // what open and reap answer
    // In place of what goes well. nth: how many there were before
    int (*dial)(struct engine *e, struct conn *c, unsigned nth);
    int (*send)(struct engine *e, struct conn *c, unsigned nth);
    void (*turn)(struct engine *e); // before each reap
    void *ctx;
    // What the workers did
    atomic_uint dials, sends, asks, hang_ups, turns;
    atomic_uint most;    // requests that a connection had outstanding at once, set-up included
    atomic_uint stacked; // of them, the most that were sent before, when another send followed
    atomic_uint misused; // calls that the contract of engine.h forbids
};

extern const struct engine_ops engine_script;

// From here on engines follow the script and the clock stands, until script_end.
void script_begin(struct script *s);
void script_end(void);
void script_pass(uint64_t ns); // time goes by

// What a reap will yield, so long from now, in order of time.
void script_opens(struct engine *e, struct conn *c, uint64_t after_ns);
void script_says(struct engine *e, struct conn *c, uint64_t after_ns, struct slice bytes);
void script_skips(struct engine *e, struct conn *c, uint64_t after_ns, size_t n); // bytes passed over unseen
void script_sent(struct engine *e, struct conn *c, uint64_t after_ns);
void script_closes(struct engine *e, struct conn *c, uint64_t after_ns, int error);

// What goes well: answers to all that c sends now.
void script_answers(struct engine *e, struct conn *c, uint64_t after_ns);
