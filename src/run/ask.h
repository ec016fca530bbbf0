// SPDX-License-Identifier: MIT
// One kind of request, compiled: its bytes and what is known of its answers. Knows no connection and no
// clock.
#pragma once

#include "base/err.h"
#include "load/catalog.h"
#include "load/command_table.h"
#include "load/mix_words.h"
#include "load/shape.h"
#include "load/spot.h"
#include "load/template.h"
#include "run/conf.h"
#include "run/names.h"

// What a good reply is.
struct expected {
    enum reads reads;
    struct shape shape; // where that is known
    char usual;         // a reply of this type is ok whatever else it is; 0: each is looked at
};

#define READS_MOST 64 // keys of one command that are checked

// What its answers, and those of others, can be held against.
enum check {
    CHECK_NONE,
    CHECK_READ,  // a value that says whose it is
    CHECK_READS, // one for each of its keys, which are all arguments but the first, and of one name
    CHECK_WRITE, // it writes one
    CHECK_EXEC,  // the answers to what MULTI has queued
};

struct ask {
    char name[32]; // the row's own name in the catalogue, or "command"
    char *title;
    char command[32]; // its first word, in small letters: as a server counts it
    struct spot spot; // where its key and its value stand
    struct template request;
    struct expected reply;
    uint64_t keyspace;  // how many keys it is drawn from,
    struct keylaw keys; // and how
    double inserts;     // the share of its requests that add a key
    bool only_reads;    // replicas can answer it
    bool takes;         // it may take away what others are to read
    const char *cure;   // how to fill what it reads, or NULL or ""
    bool idempotent;    // may be asked again by who does not know whether it was carried out
    bool raw;           // an inline command
    bool once;          // upkeep of a key that is always the same
    bool filled;        // what it reads is written beforehand, where that is asked for
    enum check check;
    unsigned reads;       // CHECK_READS: how many keys
    unsigned name_at;     // whose keys, of the plan's names, are checked
    bool uncounted;       // it has keys that nobody can count through
    size_t payload_bytes; // as redis-benchmark reports it: -d, or the length of the user's encoded command
    char *canned;         // a reply, for an engine that has no server
    size_t canned_len;
};

// Requests beside those of the load, that write or remove the keys that it names: each has one key, counted
// through. Its title is how that is named, "key:__rand_int__"; of the user's own (conf->fills), the command.
struct asks {
    struct ask *at;
    unsigned n;
};

struct ask_conf {
    const struct run_conf *run;
    const struct recipe_values *values; // where run->values_vary
    struct asks *upkeep;                // what is added to, for each name of keys once
    struct names *names;                // likewise, where run->verify
    bool follows, leads;                // its key is that of the request before; that of the next one
};

// Each compiles a, and adds what writes the keys that it reads (conf->prefill), or what removes those that it
// writes (UPKEEP_CLEAN). 0, -ENOMEM, or -E2BIG where the request is too long;
// ask_reset and asks_reset in any case.
int ask_row(struct ask *a, const struct ask_conf *asking, const struct test *row);
int ask_words(struct ask *a, const struct ask_conf *asking, struct words words);

// A command that writes what the load reads (conf->fills) becomes a part of the upkeep: once for each key, or
// once where it has none. Where keys are removed, those that it writes are.
int ask_fill(const struct ask_conf *asking, struct words words);

// Whether a cluster can take the user's command: its keys in one slot, and in those of conf->slots. 0, or -1
// with err.
int ask_check(const struct run_conf *conf, struct words words, struct err *err);

// Its replies have this shape, whatever its command is: "+" of one that MULTI queues, "*3" of EXEC. 0 or
// -ENOMEM.
int ask_replies(struct ask *a, const char *shape);

void ask_reset(struct ask *a);
void asks_reset(struct asks *all);
