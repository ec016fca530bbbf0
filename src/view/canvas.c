// SPDX-License-Identifier: MIT
#include "view/canvas.h"

#include "base/utf8.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// What takes the place of a character where the terminal has none but those of ASCII.
static const struct {
    const char *utf8;
    char ascii;
} plain[] = {
    {"µ", 'u'}, {"▁", '.'}, {"▂", '.'}, {"▃", ':'}, {"▄", ':'}, {"▅", '='}, {"▆", '='}, {"▇", '#'},
    {"█", '#'}, {"░", '.'}, {"▒", '+'}, {"▓", '%'}, {"•", 'o'}, {"○", 'o'}, {"×", 'x'}, {"─", '-'},
    {"│", '|'}, {"├", '['}, {"┤", ']'}, {"┼", '+'}, {"–", '-'}, {"·", '.'},
};

int canvas_init(struct canvas *c, unsigned rows, unsigned columns, bool utf8)
{
    *c = (struct canvas){.rows = rows, .columns = columns, .utf8 = utf8};
    c->cells = calloc((size_t)rows * columns + 1, sizeof *c->cells);
    for (size_t i = 0; c->cells && i < (size_t)rows * columns; i++)
        c->cells[i].text[0] = ' ';
    return c->cells ? 0 : -ENOMEM;
}

void canvas_free(struct canvas *c)
{
    free(c->cells);
    *c = (struct canvas){0};
}

static char ascii_of(const char *at, size_t len)
{
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (strlen(plain[i].utf8) == len && memcmp(at, plain[i].utf8, len) == 0)
            return plain[i].ascii;
    return '?';
}

// Whether the character takes one column: letters of Latin, Greek and Cyrillic, and the marks that charts are
// made of.
static bool is_narrow(const char *at, size_t len)
{
    const unsigned char *b = (const unsigned char *)at;
    if (len == 1)
        return true;
    if (len == 2)
        return b[0] < 0xcc || (b[0] > 0xcd && b[0] < 0xd6); // between them: marks that join the letter before
    return len == 3 && b[0] == 0xe2 && b[1] < 0xae && (b[1] > 0x81 || (b[1] == 0x80 && b[2] >= 0x90));
}

static void set(struct canvas_cell *cell, enum ink ink, const char *at, size_t len, bool utf8)
{
    *cell = (struct canvas_cell){.ink = (unsigned char)ink};
    bool shows = len && utf8_shows(at, len) && is_narrow(at, len);
    if (!shows || (len > 1 && !utf8))
        cell->text[0] = shows ? ascii_of(at, len) : '?';
    else
        memcpy(cell->text, at, len);
}

unsigned canvas_fit(struct canvas *c, struct canvas_span at, enum ink ink, const char *text)
{
    for (unsigned end = at.end < c->columns ? at.end : c->columns; *text && at.column < end; at.column++) {
        size_t len = utf8_len(text);
        if (at.row < c->rows)
            set(&c->cells[(size_t)at.row * c->columns + at.column], ink, text, len, c->utf8);
        text += len ? len : 1;
    }
    return at.column;
}

unsigned canvas_put(struct canvas *c, unsigned row, unsigned column, enum ink ink, const char *text)
{
    return canvas_fit(c, (struct canvas_span){row, column, c->columns}, ink, text);
}

unsigned canvas_print(struct canvas *c, unsigned row, unsigned column, enum ink ink, const char *format, ...)
{
    char text[CANVAS_TEXT];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return canvas_put(c, row, column, ink, text);
}

void canvas_right(struct canvas *c, unsigned row, unsigned end, enum ink ink, const char *text)
{
    unsigned width = 0;
    for (const char *at = text; *at; at++)
        width += (*at & 0xc0) != 0x80;
    canvas_put(c, row, end > width ? end - width : 0, ink, text);
}

const struct canvas_cell *canvas_at(const struct canvas *c, unsigned row, unsigned column)
{
    return &c->cells[(size_t)row * c->columns + column];
}
