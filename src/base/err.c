// SPDX-License-Identifier: MIT
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

int err_set(struct err *e, enum err_code code, const char *format, ...)
{
    if (!e)
        return -1;
    e->code = code;
    va_list args;
    va_start(args, format);
    vsnprintf(e->text, sizeof e->text, format, args);
    va_end(args);
    return -1;
}

_Noreturn void err_bug_at(const char *file, int line, const char *what)
{
    fprintf(stderr, "hkv-bench: bug at %s:%d: %s\n", file, line, what);
    abort();
}
