// SPDX-License-Identifier: MIT
// What went wrong, in one sentence for the user. Holds no resources; never prints and never exits.
#pragma once

#include <stddef.h>

// Whose fault, and the exit code that says so: all that there are (docs/options.md lists them, and
// cli/outcome.h says which of several wins).
enum err_code {
    ERR_NONE = 0,
    ERR_RUN = 1,   // error replies, lost connections, no answer; what was asked for was not found or written
    ERR_USAGE = 2, // the command line asks for something that cannot be
    ERR_CONNECT = 3, // no connection, or none that could be set up
    ERR_DOUBT = 4,   // --strict: something speaks against a result
    ERR_ASSERT = 10, // --assert: a figure is not what was demanded
    ERR_WORSE = 10,  // compare: the candidate is worse
    ERR_OPEN = 11,   // compare --strict: neither better, worse nor equal
    ERR_SIGNAL = 128 // and the number of the signal that ended it
};

struct err {
    enum err_code code;
    char text[512];
};

// Writes the sentence and answers -1, so that a caller can `return err_set(...)`. A NULL e is allowed.
int err_set(struct err *e, enum err_code code, const char *format, ...) __attribute__((format(printf, 3, 4)));

// Our own fault, not the user's: says where, and aborts.
#define BUG(what) bug_at(__FILE__, __LINE__, what)
_Noreturn void bug_at(const char *file, int line, const char *what);
