// SPDX-License-Identifier: MIT
// --tag and --assert as typed: read and checked before anything is measured. Never prints.
#pragma once

#include "cli/mix_options.h"
#include "option/opt_table.h"
#include "stats/facts.h"

struct marks {
    struct run_tag tags[OPT_LIST_MAX];
    size_t ntags;
    struct assertion asserts[OPT_LIST_MAX];
    size_t nasserts;
};

// KEY=VALUE, each key once. 0, or -1 with err.
int marks_tags(struct marks *m, const struct opt_list *words, struct err *err);

// What is measured: what assertions may name.
struct marks_tests {
    const char *tests;            // -t, or NULL
    bool command;                 // the user's own command in their place
    const struct mix_parsed *mix; // or several; or NULL
};

// 0, or -1 with err.
int marks_asserts(struct marks *m, const struct opt_list *words, const struct marks_tests *of,
                  struct err *err);

// The key of "KEY" or "KEY=VALUE", and the value or NULL. False where the key is none: letters, digits, and
// _ - . are.
bool marks_key(const char *text, struct run_tag *out);
