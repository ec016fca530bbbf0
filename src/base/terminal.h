// SPDX-License-Identifier: MIT
// What the terminal, or whatever else reads us, can show. Never writes.
#pragma once

#include <stdbool.h>
#include <stdio.h>

// By the environment: how characters are shown, as the locale has it.
void terminal_open(void);

// Columns of the terminal that the stream is, or 0.
unsigned terminal_columns(FILE *to);
// Columns for a text that is written once, such as a help: those of the terminal, up to 100, since longer
// lines are hard to read. Where the stream is none, what COLUMNS says, else 80, which every pager has room
// for.
unsigned terminal_text_columns(FILE *to);
bool terminal_colour(FILE *to); // not with NO_COLOR or TERM=dumb, nor in a file or a pipe
bool terminal_paints(void);     // by the environment: what is a terminal may be shown colours
bool terminal_utf8(void);
