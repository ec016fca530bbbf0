// SPDX-License-Identifier: MIT
// The embedded server's faults as a user writes them.
#pragma once

#include "base/err.h"
#include "serve/fault.h"

struct fault_words {
    const char *slow, *stall, *error; // "1%:50ms", "200ms/1s", "5%:OOM"; NULL: none
    const char *capacity;             // "2000/s"; NULL: none
    const char *service;              // "exp:500us"; NULL: none
    const char *values[FAULT_VALUES]; // "1%"; NULL: none
};

// Reads the words into conf. 0, or -1 with err.
int fault_words_parse(const struct fault_words *words, struct fault_conf *conf, struct err *err);
