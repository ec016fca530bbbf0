// SPDX-License-Identifier: MIT
#include "report/parts/sheet.h"

#include "base/terminal.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

#define LABEL_END 15 // lines that begin with a label go on below its text
#define COLUMNS_MIN 20

static const struct {
    const char *utf8, *ascii;
} plain[] = {
    {"µ", "u"},   {"≥", ">="}, {"≤", "<="}, {"–", "-"}, {"×", "x"}, {"÷", "/"}, {"█", "#"}, {"→", "->"},
    {"…", "..."}, {"▁", "_"},  {"▂", "."},  {"▃", ":"}, {"▄", "-"}, {"▅", "="}, {"▆", "+"}, {"▇", "*"},
};

static const char *ascii_of(const char *at, size_t len)
{
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (strlen(plain[i].utf8) == len && memcmp(at, plain[i].utf8, len) == 0)
            return plain[i].ascii;
    return NULL;
}

// Bytes of the escape sequence at `at`, or 0.
static size_t escape_len(const char *at)
{
    if (at[0] != '\x1b' || at[1] != '[')
        return 0;
    size_t len = 2 + strcspn(at + 2, "m");
    return at[len] ? len + 1 : len;
}

static size_t char_len(const char *at)
{
    size_t len = utf8_len(at);
    return len ? len : 1;
}

struct sheet sheet_for(FILE *to)
{
    return (struct sheet){
        .to = to, .columns = terminal_columns(to), .colour = terminal_colour(to), .utf8 = terminal_utf8()};
}

// --- what can be shown ---

// Whether what stands behind a mark is shown; -1 where c is none. Marks are not nested.
static int mark(const struct sheet *s, char c)
{
    bool folds = s->columns && s->columns < SHEET_FOLDS;
    if (c == *WIDE_ON)
        return s->columns >= SHEET_WIDE;
    if (c == *FOLD_ON || c == *FLAT_ON)
        return folds == (c == *FOLD_ON);
    return c == *WIDE_OFF ? 1 : -1;
}

// The text without what this sheet does not show, in a stream of its own.
static void strip(const struct sheet *s, FILE *out, const char *at)
{
    bool shown = true;
    while (*at) {
        size_t escape = escape_len(at), len = escape ? escape : char_len(at);
        const char *ascii = s->utf8 || len == 1 ? NULL : ascii_of(at, len);
        if (mark(s, *at) >= 0)
            shown = mark(s, *at);
        else if (shown && ascii)
            fputs(ascii, out);
        else if (shown && (!escape || s->colour))
            fwrite(at, 1, len, out);
        at += len;
    }
}

// --- lines ---

// "  label        text": continued below the text; "! text" and the like below their first word.
static unsigned hanging(const char *line, size_t len, unsigned columns)
{
    size_t end = LABEL_END;
    for (size_t i = 0; i < len && i < end; i++)
        end += (line[i] & 0xc0) == 0x80; // a byte that has no column of its own
    bool label = len > end && strncmp(line, "  ", 2) == 0 && line[2] != ' ' && line[end - 1] == ' ' &&
                 line[end] != ' ';
    return label && columns >= 3 * LABEL_END ? LABEL_END : 4;
}

struct cut {
    size_t bytes; // of what fits
    size_t next;  // where the next line begins
};

// Where to break a line that is too long: between columns of figures, else between words.
static struct cut cut_of(const char *line, size_t len, unsigned room)
{
    struct cut word = {len, len}, gap = {0, 0}; // the last so far
    unsigned column = 0;
    bool begun = false;
    for (size_t at = 0; at < len;) {
        size_t escape = escape_len(line + at), spaces = strspn(line + at, " ");
        if (begun && spaces && line[at - 1] != ' ') {
            word = (struct cut){at, at + spaces};
            gap = spaces > 1 ? word : gap;
        }
        if (!escape && column >= room && word.bytes < len) // a word that is longer than all of it stays whole
            return gap.bytes && at - gap.bytes < room / 2 ? gap : word;
        begun |= !escape && line[at] != ' ';
        column += !escape;
        at += escape ? escape : char_len(line + at);
    }
    return (struct cut){len, len};
}

static void put_line(const struct sheet *s, const char *line, size_t len)
{
    unsigned room = s->columns, indent = hanging(line, len, s->columns);
    for (bool first = true; len || first; first = false) {
        struct cut cut = s->columns < COLUMNS_MIN ? (struct cut){len, len} : cut_of(line, len, room);
        if (!first && len)
            fprintf(s->to, "%*s", (int)indent, "");
        fwrite(line, 1, cut.bytes, s->to);
        fputc('\n', s->to);
        line += cut.next;
        len -= cut.next;
        room = s->columns - indent;
    }
}

static void put_lines(const struct sheet *s, const char *text)
{
    while (*text) {
        size_t len = strcspn(text, "\n");
        if (!text[len]) {
            fputs(text, s->to);
            return;
        }
        put_line(s, text, len);
        text += len + 1;
    }
}

void sheet_put(const struct sheet *s, const char *text)
{
    char *shown = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&shown, &len);
    if (!out)
        return;
    strip(s, out, text);
    if (fclose(out) == 0)
        put_lines(s, shown);
    free(shown);
}

FILE *sheet_begin(struct sheet *s)
{
    s->text = NULL;
    s->out = open_memstream(&s->text, &s->len);
    return s->out ? s->out : s->to;
}

void sheet_end(struct sheet *s)
{
    if (s->out && fclose(s->out) == 0)
        sheet_put(s, s->text);
    free(s->text);
    s->out = NULL;
    s->text = NULL;
}

int sheet_width(const char *text)
{
    int width = 0;
    for (const char *at = text; *at; at += char_len(at))
        width++;
    return width;
}

void sheet_pad(FILE *out, int columns, const char *text)
{
    int width = sheet_width(text);
    fprintf(out, "%*s%s%*s", columns > width ? columns - width : 0, "", text,
            -columns > width ? -columns - width : 0, "");
}
