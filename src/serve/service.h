// SPDX-License-Identifier: MIT
// What the embedded server keeps: what all connections share, and what each asker has of its own. Knows no
// command and no socket.
#pragma once

#include "base/buf.h"
#include "resp/command.h"
#include "serve/fault.h"
#include "serve/recent.h"
#include "serve/store.h"

#define SERVICE_DBS 16
#define COMMANDS_MAX 24

struct calls {
    uint64_t all, failed, rejected; // rejected: not run, its number of arguments is wrong
};

// What all connections share.
struct service {
    struct store dbs[SERVICE_DBS];
    struct store before[SERVICE_DBS]; // what keys had before: only with FAULT_STALE
    struct recent recent;             // only with FAULT_OTHER
    struct calls calls[COMMANDS_MAX]; // by row of the table of commands
    uint64_t commands, connections;   // since the start or CONFIG RESETSTAT
    unsigned connected;
    struct faults faults;
    uint16_t port;
    uint64_t now_ns;             // as now_ms, for replies that are held back
    uint64_t started_ms, now_ms; // monotonic; now is the caller's to keep
    struct command command;      // the one under way: too large for a stack
};

#define REPLIES_MAX ((size_t)1 << 20) // bytes of replies that wait to be sent, beside the last value

// Who asks: one connection.
struct asker {
    struct buf out; // replies
    size_t resume;  // the argument at which the reply under way goes on, once out has room; 0: none is
    bool whole;     // replies are not given in parts
    unsigned db;
    bool resp3; // HELLO 3
    bool quit;  // end the connection once out is sent
};

void service_reset(struct service *s); // lets all keys go
