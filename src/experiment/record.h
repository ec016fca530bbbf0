// SPDX-License-Identifier: MIT
// Writes down what a server is asked, as MONITOR tells it, for a load that does the same again (--replay).
// Never prints.
#pragma once

#include "experiment/server.h"

#include <stdio.h>

struct record_conf {
    const struct run_conf *run; // how to connect; its requests and duration_ns say when it ends, or 0
    FILE *out;
};

struct recorded {
    uint64_t lines, bytes, took_ns;
};

// Until one of the two ends is there, or a signal: 0; or -1 with err, where what came before is written all
// the same. server is opened.
int record_run(const struct server *server, const struct record_conf *conf, struct recorded *out,
               struct err *err);
