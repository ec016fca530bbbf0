// SPDX-License-Identifier: MIT
#include "load/dataset.h"

#include <inttypes.h>
#include <stdlib.h>

#define MARK 3 // bytes of the byte order mark by which spreadsheets begin a file

// A walk through the text, which is unquoted in place.
struct reading {
    char *at, *end;
    uint64_t line; // from 1
    const struct dataset_conf *conf;
    struct err *err;
};

enum behind { BEHIND_CELL, BEHIND_LINE, BEHIND_FAULT };

static int refuse(const struct reading *r, const char *what)
{
    return err_set(r->err, ERR_USAGE, "--dataset: %.80s:%" PRIu64 ": %s", r->conf->file, r->line, what);
}

// What a cell ends with.
static enum behind pass_end(struct reading *r)
{
    if (r->at < r->end && *r->at == r->conf->separator) {
        r->at++;
        return BEHIND_CELL;
    }
    if (r->at < r->end && *r->at == '\r')
        r->at++;
    if (r->at < r->end && *r->at != '\n')
        return BEHIND_FAULT;
    r->at += r->at < r->end;
    return BEHIND_LINE;
}

// Behind the opening quote; two of them are one.
static enum behind read_quoted(struct reading *r, struct slice *out)
{
    char *from = r->at, *to = from;
    uint64_t begun = r->line;
    for (; r->at < r->end; r->at++) {
        if (*r->at == '"' && (r->at + 1 == r->end || r->at[1] != '"'))
            break;
        r->at += *r->at == '"';
        r->line += *r->at == '\n';
        *to++ = *r->at;
    }
    *out = (struct slice){from, (size_t)(to - from)};
    if (r->at == r->end) {
        r->line = begun;
        refuse(r, "a double quote is not closed");
        return BEHIND_FAULT;
    }
    r->at++;
    enum behind next = pass_end(r);
    if (next == BEHIND_FAULT)
        refuse(r, "expected a comma or the end of the line behind a closing double quote");
    return next;
}

static enum behind read_cell(struct reading *r, struct slice *out)
{
    if (r->conf->separator == ',' && r->at < r->end && *r->at == '"') {
        r->at++;
        return read_quoted(r, out);
    }
    char *from = r->at;
    while (r->at < r->end && *r->at != r->conf->separator && *r->at != '\n')
        r->at++;
    size_t len = (size_t)(r->at - from);
    bool ends = r->at == r->end || *r->at == '\n';
    *out = (struct slice){from, len && ends && from[len - 1] == '\r' ? len - 1 : len};
    return pass_end(r);
}

// All cells of a line, up to `most`. Answers how many there are, or -1 with err.
static int read_line(struct reading *r, struct slice *cells, unsigned most)
{
    unsigned n = 0;
    for (enum behind next = BEHIND_CELL; next == BEHIND_CELL;) {
        struct slice cell;
        next = read_cell(r, &cell);
        if (next == BEHIND_FAULT)
            return -1;
        if (n == most)
            return refuse(r, most == DATASET_COLUMNS ? "expected up to 256 columns"
                                                     : "there are more cells than columns in the first line");
        cells[n++] = cell;
    }
    return (int)n;
}

static int room_for(struct dataset *d, uint64_t *room, struct err *err)
{
    if (d->rows < *room)
        return 0;
    *room = *room ? *room * 2 : 64;
    struct slice *more = realloc(d->cells, *room * d->columns * sizeof *more);
    if (!more)
        return err_set(err, ERR_RUN, "not enough memory for --dataset");
    d->cells = more;
    return 0;
}

static int read_rows(struct reading *r, struct dataset *d)
{
    uint64_t room = 0;
    for (; r->at < r->end && (!r->conf->rows || d->rows < r->conf->rows); r->line++) {
        if (room_for(d, &room, r->err) < 0)
            return -1;
        struct slice *row = d->cells + d->rows * d->columns;
        int n = read_line(r, row, d->columns);
        if (n < 0)
            return -1;
        if (n == 1 && row->len == 0) // an empty line
            continue;
        if ((unsigned)n < d->columns)
            return refuse(r, "there are fewer cells than columns in the first line");
        for (unsigned i = 0; i < d->columns; i++)
            d->most[i] = row[i].len > d->most[i] ? row[i].len : d->most[i];
        d->rows++;
    }
    return d->rows ? 0 : refuse(r, "expected rows behind the first line, which names the columns");
}

int dataset_parse(struct dataset *out, struct slice text, const struct dataset_conf *conf, struct err *err)
{
    *out = (struct dataset){.text = malloc(text.len + 1)};
    if (!out->text)
        return err_set(err, ERR_RUN, "not enough memory for --dataset");
    memcpy(out->text, text.at, text.len);
    bool marked = text.len >= MARK && memcmp(text.at, "\xef\xbb\xbf", MARK) == 0;
    struct reading r = {out->text + (marked ? MARK : 0), out->text + text.len, 1, conf, err};
    int n = r.at < r.end ? read_line(&r, out->names, DATASET_COLUMNS) : refuse(&r, "the file is empty");
    r.line++;
    out->columns = n > 0 ? (unsigned)n : 0;
    if (n > 0 && read_rows(&r, out) == 0)
        return 0;
    dataset_free(out);
    return -1;
}

void dataset_free(struct dataset *d)
{
    free(d->text);
    free(d->cells);
    *d = (struct dataset){0};
}

int dataset_column(const struct dataset *d, struct slice name)
{
    for (unsigned i = 0; i < d->columns; i++)
        if (d->names[i].len == name.len && memcmp(d->names[i].at, name.at, name.len) == 0)
            return (int)i;
    return -1;
}
