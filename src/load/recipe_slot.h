// SPDX-License-Identifier: MIT
// In which slot of a cluster a request of a recipe lies, and the tags that take it there.
#pragma once

#include "load/recipe.h"

// The slot of the request that was just written at `bytes`, of a cluster; its tags become those of that slot.
uint16_t recipe_slot(const struct recipe *r, struct keydist *keys, char *bytes);
