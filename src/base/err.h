// SPDX-License-Identifier: MIT
// What went wrong, in one sentence for the user. Holds no resources; never prints and never exits.
#pragma once

#include <stddef.h>

// Whose fault.
enum err_code {
    ERR_NONE,
    ERR_RUN,     // of what was done: it broke, was not found, could not be written
    ERR_USAGE,   // of whoever asks for something that cannot be
    ERR_CONNECT, // of whoever does not answer: no connection, or none that could be set up
};

struct err {
    enum err_code code;
    char text[512];
};

// Writes the sentence and answers -1, so that a caller can `return err_set(...)`. A NULL e is allowed.
int err_set(struct err *e, enum err_code code, const char *format, ...) __attribute__((format(printf, 3, 4)));

// Our own fault, not the user's: says where, and aborts.
#define BUG(what) err_bug_at(__FILE__, __LINE__, what)
_Noreturn void err_bug_at(const char *file, int line, const char *what);
