// SPDX-License-Identifier: MIT
#include "cli/outcome.h"

#include "cli/say.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum outcome_code outcome_of(const struct err *err)
{
    static const enum outcome_code codes[] = {[ERR_NONE] = OUTCOME_GOOD,
                                              [ERR_RUN] = OUTCOME_RUN,
                                              [ERR_USAGE] = OUTCOME_USAGE,
                                              [ERR_CONNECT] = OUTCOME_CONNECT};
    return codes[err->code];
}

static int severity(int code)
{
    if (code > OUTCOME_SIGNAL)
        return 5;
    switch (code) {
    case OUTCOME_GOOD:
        return 0;
    case OUTCOME_OPEN:
        return 1;
    case OUTCOME_WORSE:
        return 2;
    case OUTCOME_DOUBT:
        return 3;
    default:
        return 4;
    }
}

static void raise_code(struct outcome *o, int code)
{
    if (severity(code) > severity(o->code))
        o->code = code;
}

void outcome_say(const struct outcome *o, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(o->who, o->watch, format, args);
    va_end(args);
}

void outcome_raise(struct outcome *o, enum outcome_code code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(o->who, o->watch, format, args);
    va_end(args);
    raise_code(o, code);
}

void outcome_fail(struct outcome *o, const struct err *err)
{
    outcome_raise(o, outcome_of(err), "%s", err->text);
}

void outcome_interrupt(struct outcome *o, int signal, bool measured)
{
    if (o->code != OUTCOME_SIGNAL + signal)
        outcome_raise(o, OUTCOME_SIGNAL + signal, "interrupted by %s: %s", stopper_name(signal),
                      measured ? "partial results" : "nothing was measured");
}

int outcome_no_memory(const char *who)
{
    struct outcome o = {.who = who};
    outcome_raise(&o, OUTCOME_RUN, "out of memory");
    return o.code;
}

// The error of a write that stdio did by itself is not kept; that the reader has gone can still be seen.
static const char *why_unwritten(int error)
{
    struct pollfd p = {.fd = STDOUT_FILENO, .events = POLLOUT};
    if (error)
        return strerror(error);
    return poll(&p, 1, 0) > 0 && (p.revents & POLLERR) ? strerror(EPIPE) : "it took only part of it";
}

bool outcome_flush(struct outcome *o)
{
    bool failed = ferror(stdout);
    int error = fflush(stdout) != 0 ? errno : 0;
    if (!failed && !error)
        return true;
    clearerr(stdout); // told once
    outcome_raise(o, OUTCOME_RUN, "the report could not be written to standard output: %s",
                  why_unwritten(error));
    return false;
}
