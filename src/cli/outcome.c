// SPDX-License-Identifier: MIT
#include "cli/outcome.h"

#include "cli/say.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int severity(int code)
{
    if (code > ERR_SIGNAL)
        return 5;
    switch (code) {
    case ERR_NONE:
        return 0;
    case ERR_OPEN:
        return 1;
    case ERR_WORSE:
        return 2;
    case ERR_DOUBT:
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

void outcome_raise(struct outcome *o, enum err_code code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(o->who, o->watch, format, args);
    va_end(args);
    raise_code(o, code);
}

void outcome_fail(struct outcome *o, const struct err *err)
{
    outcome_raise(o, err->code, "%s", err->text);
}

void outcome_interrupt(struct outcome *o, int signal, bool measured)
{
    if (o->code != ERR_SIGNAL + signal)
        outcome_raise(o, ERR_SIGNAL + signal, "interrupted by %s: %s", stopper_name(signal),
                      measured ? "partial results" : "nothing was measured");
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
    outcome_raise(o, ERR_RUN, "the report could not be written to standard output: %s", why_unwritten(error));
    return false;
}
