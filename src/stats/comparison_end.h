// SPDX-License-Identifier: MIT
// When a comparison that is looked at after each block is to end, and what is said of its end. Plain values;
// knows no clock.
#pragma once

#include "stats/comparison.h"

// Whether every verdict that decides stands. Where the client held the worse side back, more blocks would say
// no more: that stands too.
bool comparison_end_stands(const struct comparison *c);

// How many blocks more would do, as far as is known; 0 where not even many would.
unsigned comparison_end_blocks_more(const struct comparison *c);

// The error that all looks until now may have made, of SEQUENTIAL_ERROR.
double comparison_end_error_spent(const struct comparison *c);

// How often it was looked at.
unsigned comparison_end_looks_taken(const struct comparison *c);

// "verdict", "budget", ...
const char *comparison_end_name(enum comparison_end end);

// "ended after 14.2 s: the verdict stands", or "" where the note says it, or nothing but the number of blocks
// had a part in it. Answers dst.
#define COMPARISON_END_TEXT 160
char *comparison_end_text(const struct comparison *c, char dst[COMPARISON_END_TEXT]);
