// SPDX-License-Identifier: MIT
// A command as its user gives it: its name and arguments. Only data.
#pragma once

#include "base/slice.h"

struct mix_words;

struct words {
    const struct slice *at;
    size_t n;
    const struct mix_words *mix; // NULL; else several commands, and `at` is no more than a name for them
};
