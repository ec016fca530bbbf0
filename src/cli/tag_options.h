// SPDX-License-Identifier: MIT
// --tag as typed: read and checked before anything is measured. Never prints.
#pragma once

#include "option/opt_table.h"
#include "stats/facts.h"

struct tag_options {
    struct run_tag at[OPT_LIST_MAX];
    size_t n;
};

// KEY=VALUE, each key once. 0, or -1 with err.
int tag_options_parse(struct tag_options *t, const struct opt_list *words, struct err *err);

// The key of "KEY" or "KEY=VALUE", and the value or NULL. False where the key is none: letters, digits, and
// _ - . are.
bool tag_options_key(const char *text, struct run_tag *out);
