// SPDX-License-Identifier: MIT
// Every case of a contract for every engine that uses the network, over TCP and over unix sockets.
#pragma once

#include "net/engine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

struct setting {
    const struct engine_ops *ops;
    bool local; // a unix socket
};

#define SETTINGS 4

static struct setting settings[SETTINGS] = {
    {&engine_epoll, false},
    {&engine_epoll, true},
    {&engine_uring, false},
    {&engine_uring, true},
};

#define CASES_MAX 16

// Fills tests, SETTINGS for each of the n cases.
static inline void settings_apply(struct CMUnitTest *tests, const struct CMUnitTest *cases, size_t n)
{
    static char names[CASES_MAX * SETTINGS][80];
    for (size_t i = 0; i < n * SETTINGS; i++) {
        struct setting *s = &settings[i % SETTINGS];
        snprintf(names[i], sizeof names[i], "%s: %s over %s", cases[i / SETTINGS].name, s->ops->name,
                 s->local ? "unix" : "tcp");
        tests[i] = cases[i / SETTINGS];
        tests[i].name = names[i];
        tests[i].initial_state = s;
    }
}
