// SPDX-License-Identifier: MIT
// Plans of the default options, and what their requests look like.
#pragma once

#include "run/plan.h"

#include "resp/command.h"
#include "resp/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct target nowhere = {.engine = &engine_null};

// The defaults of the command line, as far as a plan looks at them.
static inline struct run_conf usual(void)
{
    return (struct run_conf){
        .requests = 100000, .clients = 50, .threads = 1, .pipeline = 1, .keyspace = 100000, .data_bytes = 3};
}

static inline const struct test *row(const char *title)
{
    for (size_t i = 0; i < catalog_len; i++)
        if (strcmp(catalog[i].title, title) == 0)
            return &catalog[i];
    fail_msg("no row has the title %s", title);
    return NULL;
}

static inline struct plan planned(const struct run_conf *conf, const char *title)
{
    struct plan p;
    struct err err;
    assert_int_equal(plan_test(&p, conf, &nowhere, row(title), &err), 0);
    return p;
}

#define COMMAND_WORDS 8

static inline struct plan commanded(const struct run_conf *conf, const char *const *words)
{
    struct slice argv[COMMAND_WORDS];
    struct plan p;
    struct err err;
    size_t n = 0;
    for (; words[n]; n++)
        argv[n] = slice_of(words[n]);
    assert_int_equal(plan_command(&p, conf, &nowhere, (struct words){.at = argv, .n = n}, &err), 0);
    return p;
}

// One request of the template, its keys counting up from 0.
static inline void asks(const struct template *t, const char *expected)
{
    struct keydist keys =
        keydist_init(1000000, &(struct keylaw){.kind = KEYLAW_SEQ}, 1, (struct deal){1, 1, 0});
    char *bytes = malloc(t->len + 1);
    assert_non_null(bytes);
    template_lay(t, bytes);
    template_draw(t, &keys, bytes);
    bytes[t->len] = 0;
    assert_string_equal(bytes, expected);
    free(bytes);
}
