// SPDX-License-Identifier: MIT
// The workloads that are built in, as files that a user could have written. Reads none of them.
#pragma once

#include <stddef.h>

struct preset {
    const char *name, *text;
};

extern const struct preset presets[];
extern const size_t presets_len;

// NULL: there is none of that name.
const struct preset *presets_find(const char *name);
