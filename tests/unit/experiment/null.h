// SPDX-License-Identifier: MIT
// A workload that needs no server: the null engine answers in memory.
#pragma once

#include "experiment/workload.h"

#include "base/clock.h"

static inline struct workload null_workload(const char *tests)
{
    return (struct workload){.tests = tests,
                             .run = {.host = "127.0.0.1",
                                     .port = 1,
                                     .engine = ENGINE_NULL,
                                     .requests = 100,
                                     .interval_ns = NS_PER_S,
                                     .clients = 2,
                                     .pipeline = 1,
                                     .keepalive = true,
                                     .grace_ns = 5 * NS_PER_S,
                                     .keyspace = 10,
                                     .seed = 1,
                                     .data_bytes = 3,
                                     .digits = 3}};
}
