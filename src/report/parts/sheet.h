// SPDX-License-Identifier: MIT
// Fits a text report to where it is read: colour, line width, characters. Never decides what a report says.
#pragma once

#include <stdbool.h>
#include <stdio.h>

// Reports carry these whatever the reader can show: sheet_end takes out what cannot be shown. Text of users
// and servers is quoted, so none of them comes from there.
#define PAINT_BOLD "\x1b[1m"
#define PAINT_DIM "\x1b[2m"
#define PAINT_GOOD "\x1b[32m"
#define PAINT_WARN "\x1b[33m"
#define PAINT_BAD "\x1b[31m"
#define PAINT_OFF "\x1b[0m"
#define WIDE_ON "\x0e" // up to WIDE_OFF: shown on a wide terminal alone
#define WIDE_OFF "\x0f"
#define SHEET_WIDE 100 // columns
#define FOLD_ON "\x11" // up to FOLD_OFF: shown on a terminal of fewer than SHEET_FOLDS columns alone
#define FLAT_ON "\x12" // up to FOLD_OFF: shown where that is not
#define FOLD_OFF WIDE_OFF
#define SHEET_FOLDS 120 // columns

struct sheet {
    FILE *to;
    unsigned columns; // longer lines are broken; 0: never
    bool colour;
    bool utf8; // else µ is u, and so on
    FILE *out; // the report that is being written
    char *text;
    size_t len;
};

// As the terminal that the stream is shows it; lines of any width and no colour in a file or a pipe.
struct sheet sheet_for(FILE *to);

// Where a report writes until sheet_end passes it on. The stream itself where there is no memory.
FILE *sheet_begin(struct sheet *s);
void sheet_end(struct sheet *s);

// The same for one sentence.
void sheet_put(const struct sheet *s, const char *text);

// Columns of a text.
int sheet_width(const char *text);

// Text in so many columns of a report that is being written, at the right of them as %*s has it; < 0: at the
// left.
void sheet_pad(FILE *out, int columns, const char *text);
