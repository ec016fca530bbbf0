// SPDX-License-Identifier: MIT
#include "experiment/outcome.h"

#include "run/stopper.h"

#include <stdarg.h>
#include <stdio.h>

#define SENTENCE_MAX 1024 // the longest is an error (512) and whom it is about

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
        return 6;
    switch (code) {
    case OUTCOME_GOOD:
        return 0;
    case OUTCOME_OPEN:
        return 1;
    case OUTCOME_WORSE:
        return 2;
    case OUTCOME_DOUBT:
        return 3;
    case OUTCOME_VALUES:
        return 5;
    default:
        return 4;
    }
}

static void raise_code(struct outcome *o, int code)
{
    if (severity(code) > severity(o->code))
        o->code = code;
}

static void tell(const struct outcome *o, const char *format, va_list args)
{
    char sentence[SENTENCE_MAX];
    vsnprintf(sentence, sizeof sentence, format, args);
    o->tell(o->ctx, sentence);
}

void outcome_say(const struct outcome *o, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    tell(o, format, args);
    va_end(args);
}

void outcome_raise(struct outcome *o, enum outcome_code code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    tell(o, format, args);
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
