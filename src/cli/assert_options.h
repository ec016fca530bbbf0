// SPDX-License-Identifier: MIT
// --assert as typed: read and checked before anything is measured. Never prints.
#pragma once

#include "load/mix_words.h"
#include "option/opt_table.h"
#include "stats/assertion.h"

struct assert_options {
    struct assertion at[OPT_LIST_MAX];
    size_t n;
};

// What is measured: what assertions may name.
struct assert_tests {
    const char *tests;           // -t, or NULL
    bool command;                // the user's own command in their place
    const struct mix_words *mix; // or several; or NULL
    const char *only;            // the one test that there is then, or NULL
};

// Whether the test or the command of a mix that the path names is measured. 0, or -1 with err that calls the
// option by its name.
int assert_options_name(const char *option, const struct metric_path *path, const struct assert_tests *of,
                        struct err *err);

// 0, or -1 with err.
int assert_options_parse(struct assert_options *o, const struct opt_list *words,
                         const struct assert_tests *of, struct err *err);
