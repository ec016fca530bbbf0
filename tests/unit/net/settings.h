// SPDX-License-Identifier: MIT
// Every case of a contract for every engine that uses the network, over TCP and over unix sockets, by itself
// and with a filter before it that leaves bytes as they are.
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
    bool filtered;
};

#define SETTINGS 8
#define FILTERED 4 // from here on there is a filter

static struct setting settings[SETTINGS] = {
    {&engine_epoll, false, false}, {&engine_epoll, true, false}, {&engine_uring, false, false},
    {&engine_uring, true, false},  {&engine_epoll, false, true}, {&engine_epoll, true, true},
    {&engine_uring, false, true},  {&engine_uring, true, true},
};

static inline void *identity_begin(const struct filter *f, const struct addr *to, int fd)
{
    (void)to;
    (void)fd;
    return (void *)f;
}

static inline void identity_end(void *state)
{
    (void)state;
}

static inline int identity_take(void *state, struct slice came, struct buf *plain, struct buf *wire)
{
    (void)state;
    (void)wire;
    return buf_append(plain, came.at, came.len) < 0 ? -1 : FILTER_OPEN;
}

static inline int identity_give(void *state, const struct iovec *pieces, uint32_t n, struct buf *wire)
{
    (void)state;
    for (uint32_t i = 0; i < n; i++)
        if (buf_append(wire, pieces[i].iov_base, pieces[i].iov_len) < 0)
            return -1;
    return 0;
}

static inline void identity_leave(void *state, struct buf *wire)
{
    (void)state;
    (void)wire;
}

static inline const char *identity_why(void *state, int error)
{
    (void)state;
    (void)error;
    return NULL;
}

static inline void identity_agreed(void *state, struct agreement *a)
{
    (void)state;
    *a = (struct agreement){0};
}

static const struct filter_ops identity_ops = {identity_begin, identity_end, identity_take,  identity_give,
                                               identity_leave, identity_why, identity_agreed};
static const struct filter identity = {.ops = &identity_ops};

#define CASES_MAX 16

// Fills tests, one for each of the n cases and the settings [from, SETTINGS).
static inline void settings_apply_from(unsigned from, struct CMUnitTest *tests,
                                       const struct CMUnitTest *cases, size_t n)
{
    static char names[CASES_MAX * SETTINGS][96];
    size_t each = SETTINGS - from;
    for (size_t i = 0; i < n * each; i++) {
        struct setting *s = &settings[from + i % each];
        snprintf(names[i], sizeof names[i], "%s: %s over %s%s", cases[i / each].name, s->ops->name,
                 s->local ? "unix" : "tcp", s->filtered ? ", filtered" : "");
        tests[i] = cases[i / each];
        tests[i].name = names[i];
        tests[i].initial_state = s;
    }
}

static inline void settings_apply(struct CMUnitTest *tests, const struct CMUnitTest *cases, size_t n)
{
    settings_apply_from(0, tests, cases, n);
}
