// SPDX-License-Identifier: MIT
// The known word that a mistyped one was probably meant to be. Knows no option and no test name itself.
#pragma once

#include <stddef.h>

// The name in the list that is nearest to word by insertions, deletions, replacements and swaps of
// neighbours, or that word begins, without regard to case; the first of equals. NULL when nothing is near.
const char *nearest(const char *word, const char *const *names, size_t n);
