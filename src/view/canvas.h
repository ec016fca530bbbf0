// SPDX-License-Identifier: MIT
// A screen in memory: characters in rows and columns, each with an ink. What is put outside is cut off, and
// what would act on a terminal is shown as "?". Knows no terminal.
#pragma once

#include <stdbool.h>

#define CANVAS_TEXT 512

enum ink {
    INK_PLAIN,
    INK_BOLD,
    INK_DIM,
    INK_GOOD,
    INK_WARN,
    INK_BAD,
    INK_FIRST, // of two lines in one chart
    INK_SECOND,
    INK_HEAT, // and INK_HEATS - 1 more, from cold to hot
};
#define INK_HEATS 5

struct canvas_cell {
    char text[5]; // one character, NUL-terminated
    unsigned char ink;
};

struct canvas {
    unsigned rows, columns;
    bool utf8; // else bars are made of ASCII
    struct canvas_cell *cells;
};

// A part of it.
struct box {
    unsigned row, column, rows, columns;
};

// An empty one. 0 or -ENOMEM; canvas_free either way.
int canvas_init(struct canvas *c, unsigned rows, unsigned columns, bool utf8);
void canvas_free(struct canvas *c);

// Each answers the column behind the last character.
unsigned canvas_put(struct canvas *c, unsigned row, unsigned column, enum ink ink, const char *text);
unsigned canvas_print(struct canvas *c, unsigned row, unsigned column, enum ink ink, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

// Up to column `end`, which is the first that stays as it is.
struct canvas_span {
    unsigned row, column, end;
};
unsigned canvas_fit(struct canvas *c, struct canvas_span at, enum ink ink, const char *text);

// Ends right before column `end`.
void canvas_right(struct canvas *c, unsigned row, unsigned end, enum ink ink, const char *text);

const struct canvas_cell *canvas_at(const struct canvas *c, unsigned row, unsigned column);
