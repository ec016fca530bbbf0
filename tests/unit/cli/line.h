// SPDX-License-Identifier: MIT
// The command line of a plain run as one text, for the tests of its options.
#pragma once

#include "cli/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LEN(a) (sizeof(a) / sizeof *(a))

static struct options o;
static char *argv_of[48];
static char argv_text[512];
static struct err err;

// A line as words that may be written to; "" stands for an empty one. How many there are.
static inline int split(const char *line)
{
    int argc = 0;
    snprintf(argv_text, sizeof argv_text, "%s", line);
    for (char *save, *w = strtok_r(argv_text, " ", &save); w; w = strtok_r(NULL, " ", &save))
        argv_of[argc++] = strcmp(w, "\"\"") == 0 ? w + 2 : w;
    argv_of[argc] = NULL;
    return argc;
}

// The whole line, argv[0] included; it stays readable in argv_of.
static inline int parse(const char *line)
{
    options_free(&o);
    err = (struct err){0};
    return options_parse(&o, split(line), argv_of, &err);
}

static inline void ok(const char *line)
{
    if (parse(line) < 0)
        fail_msg("%s: %s", line, err.text);
}

static inline void refused(const char *line, const char *sentence)
{
    if (parse(line) == 0)
        fail_msg("%s was taken", line);
    assert_int_equal(err.code, ERR_USAGE);
    assert_string_equal(err.text, sentence);
    for (size_t i = 0; i < LEN(o.owned); i++)
        assert_null(o.owned[i]);
}

static inline int clean(void **state)
{
    (void)state;
    unsetenv("REDISCLI_AUTH");
    unsetenv("HKV_BENCH_AUTH");
    return 0;
}

static inline int release(void **state)
{
    (void)state;
    options_free(&o);
    return 0;
}
