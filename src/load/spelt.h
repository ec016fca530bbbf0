// SPDX-License-Identifier: MIT
// A command with its keys spelt out: __key__ where every name has the same length, the keys of the catalogue
// by another form, and a prefix before all keys.
#pragma once

#include "load/keyform.h"

struct spelt {
    struct slice *argv;
    char *storage;
};

// form: of the keys, or NULL where they are "key:" and 12 digits. prefix: of the catalogue's other keys, or
// NULL. 0 with out to be freed, or -ENOMEM.
int spelt_init(struct spelt *out, const struct slice *argv, size_t argc, const struct keyform *form,
               const char *prefix);
void spelt_free(struct spelt *s);

// A key as it is made, whichever numbers it takes: "key:__key:2__" becomes "key:__key__". filled: whether
// __rand_int__ and its like are. To be freed: its bytes, which at is NULL without memory.
struct slice spelt_plain(struct slice key, bool filled);
