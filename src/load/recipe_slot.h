// SPDX-License-Identifier: MIT
// In which slot of a cluster a request of a recipe lies, the tags that take it there, and how long it is.
#pragma once

#include "load/recipe.h"

// The slot of the request that was just written at `bytes`, of a cluster; its tags become those of that slot.
uint16_t recipe_slot(const struct recipe *r, struct keydist *keys, char *bytes);

// The same of one that has its tags; of one without a key any slot.
uint16_t recipe_slot_laid(const struct recipe *r, const char *bytes);

// How many bytes the request has that lies there.
size_t recipe_slot_bytes(const char *bytes);
