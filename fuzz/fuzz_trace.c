// SPDX-License-Identifier: MIT
// A line of a trace that was taken, written as MONITOR writes it and taken again has the same arguments; none
// lies outside the line.
#include "load/replayable.h"
#include "load/trace.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        __builtin_trap();
}

static size_t room_for(const struct trace *t)
{
    size_t n = 64;
    for (size_t i = 0; i < t->argc; i++)
        n += 4 * t->argv[i].len + 3;
    return n;
}

static void again(const struct trace *t)
{
    struct trace other = {0};
    char *line = malloc(room_for(t)), *at = line;
    at += sprintf(at, "%llu.%09llu [%u %s]", (unsigned long long)(t->at_ns / 1000000000),
                  (unsigned long long)(t->at_ns % 1000000000), t->db, t->script ? "lua" : "x:1");
    for (size_t i = 0; i < t->argc; i++) {
        at += sprintf(at, " \"");
        for (size_t k = 0; k < t->argv[i].len; k++)
            at += sprintf(at, "\\x%02x", (unsigned char)t->argv[i].at[k]);
        *at++ = '"';
    }
    require(trace_parse(&other, line, (size_t)(at - line)) == TRACE_COMMAND);
    require(other.at_ns == t->at_ns && other.db == t->db && other.script == t->script &&
            other.argc == t->argc);
    for (size_t i = 0; i < t->argc; i++)
        require(other.argv[i].len == t->argv[i].len &&
                (t->argv[i].len == 0 || memcmp(other.argv[i].at, t->argv[i].at, t->argv[i].len) == 0));
    free(line);
    trace_free(&other);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct trace t = {0};
    char *line = malloc(size ? size : 1);
    memcpy(line, data, size);
    if (trace_parse(&t, line, size) == TRACE_COMMAND) {
        require(t.argc > 0 && t.argv[0].len > 0);
        for (size_t i = 0; i < t.argc; i++)
            require(t.argv[i].at >= line && t.argv[i].at + t.argv[i].len <= line + size);
        replayable_of(t.argv, t.argc);
        again(&t);
    }
    trace_free(&t);
    free(line);
    return 0;
}
