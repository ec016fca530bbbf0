// SPDX-License-Identifier: MIT
// --save: a result goes into a history in the form of --json. Never prints.
#pragma once

#include "history/history.h"

#include <stdio.h>

// What is to be kept, and who writes it: 0, or -1 with err.
struct keep {
    const char *kind; // "run", "compare", "aa", "saturate", "sweep"
    int (*write)(FILE *out, const void *what, struct err *err);
    const void *what;
};

// As history_save.
int keep_in(struct history *h, const struct keep *k, struct err *err);
