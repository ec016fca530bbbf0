// SPDX-License-Identifier: MIT
// The commands of a mix, from --mix or from --command and --ratio. How their requests are drawn is for
// load/mix.h.
#pragma once

#include "base/err.h"
#include "load/catalog.h"
#include "load/mix.h"
#include "load/words.h"

// Several commands, each with its weight: a row of the catalogue, or words.
struct mix_word {
    const struct test *row; // or NULL
    struct words words;
    uint64_t weight;
    char name[32]; // in reports, none twice
};

struct mix_words {
    unsigned n;
    struct mix_word at[MIX_MAX];
    char title[96];        // of all together
    struct quoted *quoted; // what the words of commands point into
};

// As a user gives them.
struct mix_words_asked {
    const char *mix; // --mix, or NULL
    const char *const *commands, *const *ratios;
    unsigned ncommands, nratios;
};

// 0 with *out to be freed, or NULL where none is asked for; -1 with err.
int mix_words_parse(const struct mix_words_asked *asked, struct mix_words **out, struct err *err);
void mix_words_free(struct mix_words *m);

// Whether one of its commands has the name, case ignored.
bool mix_words_has(const struct mix_words *m, struct slice name);
