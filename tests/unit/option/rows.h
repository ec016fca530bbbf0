// SPDX-License-Identifier: MIT
// A table with an option of every kind, for the tests of the parser and of the texts.
#pragma once

#include "base/clock.h"
#include "option/opt_table.h"

#include <stdbool.h>
#include <stddef.h>

#define LEN(a) (sizeof(a) / sizeof *(a))

enum colour { RED, GREEN, BLUE };

struct into {
    bool flag, probe, keep, also;
    uint64_t big;
    unsigned number;
    uint16_t port;
    size_t bytes;
    uint64_t wait_ns;
    double rate;
    const char *text, *path;
    struct opt_list notes;
    enum colour colour;
    struct opt_given given;
};

#define FIELD(f) .offset = offsetof(struct into, f), .size = sizeof(((struct into *)0)->f)

static const char *const colours[] = {"red", "green", "blue", NULL};

static const struct opt rows[] = {
    {"One", 'f', "flag", OPT_FLAG, 0, "redis, valkey", FIELD(flag), .help = "a flag"},
    {"One", 0, "no-probe", OPT_UNFLAG, 0, OPT_OURS, FIELD(probe), .help = "no probe"},
    {"One", 'k', NULL, OPT_BOOL, 0, "redis", FIELD(keep), .hi = 1, .initial = "1", .metavar = "0|1",
     .help = "keep it"},
    {"One", 'n', "number", OPT_COUNT, 0, "redis, valkey", FIELD(number), .lo = 2, .hi = 5000, .initial = "50",
     .compat = "7", .metavar = "N", .help = "a number"},
    {"One", 0, "big", OPT_COUNT, 0, "valkey", FIELD(big), .hi = UINT64_MAX, .metavar = "N",
     .help = "a big one"},
    {"Two", 'p', "port", OPT_COUNT, OPT_STRICT, "redis, valkey", FIELD(port), .lo = 1, .hi = 65535,
     .initial = "6379", .metavar = "PORT", .help = "a port"},
    {"Two", 'd', NULL, OPT_BYTES, 0, "redis, valkey", FIELD(bytes), .lo = 1, .hi = 1 << 30, .initial = "3",
     .metavar = "BYTES", .help = "a size"},
    {"Two", 0, "wait", OPT_DURATION, 0, OPT_OURS, FIELD(wait_ns), .lo = NS_PER_MS, .hi = 60 * NS_PER_S,
     .initial = "5s", .metavar = "TIME", .help = "a time"},
    {"Two", 0, "rate", OPT_RATE, 0, OPT_OURS, FIELD(rate), .hi = 1000000, .metavar = "RATE",
     .help = "a rate"},
    {"Two", 't', NULL, OPT_STRING, 0, "redis, valkey", FIELD(text), .initial = "x", .metavar = "TEXT",
     .help = "a text"},
    {"Two", 's', "path", OPT_STRING, 0, "redis, valkey", FIELD(path), .lo = 1, .metavar = "PATH",
     .help = "a path"},
    {"Two", 0, "colour", OPT_ENUM, 0, OPT_OURS, FIELD(colour), .names = colours, .initial = "green",
     .compat = "blue", .metavar = "NAME", .help = "a colour"},
    {"Two", 0, "note", OPT_LIST, 0, OPT_OURS, FIELD(notes), .lo = 1, .metavar = "NOTE", .help = "a note"},
    {"Two", 'e', NULL, OPT_FLAG, OPT_ALSO, "redis, valkey", FIELD(also), .help = "nothing"},
};
static const struct opt_table table = {.rows = rows, .n = LEN(rows), .given = offsetof(struct into, given)};
