// SPDX-License-Identifier: MIT
// Which words of a command are keys, by what load/command_table.h says of it. Knows no command by name.
#pragma once

#include "base/slice.h"

// Arguments first, first + step .. last, and another one before them where also is not 0. first 0: none.
struct keyed {
    size_t also, first, last, step;
};

struct keyed keyed_of(const struct slice *argv, size_t argc);

static inline size_t keyed_first(const struct keyed *k)
{
    return k->also ? k->also : k->first;
}

// The key after argument at, or 0.
static inline size_t keyed_next(const struct keyed *k, size_t at)
{
    size_t next = at < k->first ? k->first : at + k->step;
    return next <= k->last ? next : 0;
}
