// SPDX-License-Identifier: MIT
// What a search or a sweep keeps of each command of a mix, of one measurement. Plain values.
#pragma once

#include "stats/summary.h"

struct by_command {
    unsigned n; // 0: it was no mix
    struct command_figures {
        char test[32];
        double rps;
        uint64_t answered, errors;
        uint64_t p50_ns, p99_ns, p999_ns; // 0: none
    } * at;
};

// Without memory there are none.
void by_command_take(struct by_command *b, const struct summary *s);
// The least p50 of any; 0: none has one.
uint64_t by_command_least(const struct by_command *b);

void by_command_free(struct by_command *b);
