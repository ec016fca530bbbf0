// SPDX-License-Identifier: MIT
// The commands of a mix, from --mix or from --command and --ratio.
#pragma once

#include "option/opt_table.h"
#include "run/ask.h"

#include "base/err.h"

struct mix_options {
    const char *mix; // --mix, or NULL
    struct opt_list commands, ratios;
};

// What a mix points into.
struct mix_parsed {
    struct mix_words words;
    struct mix_memory *memory;
};

// 0 with *out to be freed, or NULL where none is asked for; -1 with err.
int mix_options_parse(const struct mix_options *o, struct mix_parsed **out, struct err *err);
void mix_options_free(struct mix_parsed *m);

// Whether one of its commands has the name, case ignored.
bool mix_options_names(const struct mix_parsed *m, struct slice name);
