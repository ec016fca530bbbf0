// SPDX-License-Identifier: MIT
#include "option/opt_doc.h"

#include "base/buf.h"
#include "base/clock.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#define TEXT_COLUMN 30
#define NARROW 60 // with fewer columns the meanings begin further left
#define NARROW_COLUMN 10

struct scale {
    const char *suffix;
    uint64_t n;
};

__attribute__((format(printf, 2, 3))) static void add(char dst[OPT_TEXT], const char *format, ...)
{
    size_t used = strlen(dst);
    va_list args;
    va_start(args, format);
    vsnprintf(dst + used, OPT_TEXT - used, format, args);
    va_end(args);
}

char *opt_doc_names(const struct opt *row, char dst[OPT_TEXT])
{
    dst[0] = 0;
    if (row->letter)
        add(dst, "-%c", row->letter);
    if (row->name)
        add(dst, "%s--%s", row->letter ? ", " : "", row->name);
    return dst;
}

static const struct scale *scales_of(enum opt_kind kind)
{
    static const struct scale counts[] = {{"G", 1000000000}, {"M", 1000000}, {"k", 1000}, {"", 1}};
    static const struct scale sizes[] = {{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"", 1}};
    static const struct scale times[] = {{"h", 3600 * NS_PER_S}, {"m", 60 * NS_PER_S}, {"s", NS_PER_S},
                                         {"ms", NS_PER_MS},      {"us", NS_PER_US},    {"ns", 1}};
    return kind == OPT_DURATION ? times : kind == OPT_BYTES ? sizes : counts;
}

// In the largest unit that leaves no fraction.
static void add_number(char dst[OPT_TEXT], const struct opt *row, uint64_t v)
{
    const struct scale *s = scales_of(row->kind);
    while (v % s->n != 0)
        s++;
    add(dst, "%" PRIu64 "%s", v / s->n, v == 0 ? "" : s->suffix);
}

char *opt_doc_range(const struct opt *row, char dst[OPT_TEXT])
{
    dst[0] = 0;
    switch (row->kind) {
    case OPT_FLAG:
    case OPT_UNFLAG:
    case OPT_STRING:
    case OPT_LIST:
        break;
    case OPT_BOOL:
        add(dst, "0 or 1");
        break;
    case OPT_COUNT:
    case OPT_BYTES:
    case OPT_DURATION:
    case OPT_RATE:
        add_number(dst, row, row->lo);
        add(dst, " to ");
        add_number(dst, row, row->hi);
        break;
    case OPT_ENUM:
        for (size_t i = 0; row->names[i]; i++)
            add(dst, "%s%s", i == 0 ? "" : row->names[i + 1] ? ", " : " or ", row->names[i]);
        break;
    }
    return dst;
}

static const char *default_of(const struct opt *row, bool compat)
{
    return compat && row->compat ? row->compat : row->initial;
}

// --help

// The column where the meaning of a row begins.
static size_t text_column(const struct opt_doc_form *form)
{
    return form->columns < NARROW ? NARROW_COLUMN : TEXT_COLUMN;
}

// Prints text from the column where it stands, broken between words.
static void wrap(FILE *out, const char *text, const struct opt_doc_form *form)
{
    size_t begin = text_column(form), column = begin;
    while (*text) {
        size_t n = strcspn(text, " ");
        bool first = column == begin;
        if (!first && column + 1 + n > form->columns) {
            fprintf(out, "\n%*s", (int)begin, "");
            column = begin;
            first = true;
        }
        fprintf(out, "%s%.*s", first ? "" : " ", (int)n, text);
        column += n + (first ? 0 : 1);
        text += n;
        text += *text == ' ';
    }
    fputc('\n', out);
}

static void help_names(FILE *out, const struct opt *row, const struct opt_doc_form *form)
{
    char names[OPT_TEXT];
    char left[2 * OPT_TEXT + 8];
    int begin = (int)text_column(form);
    snprintf(left, sizeof left, "  %s%s%s%s", row->letter ? "" : "    ", opt_doc_names(row, names),
             row->bare      ? ""
             : row->metavar ? " "
                            : "",
             row->metavar ? row->metavar : "");
    if ((int)strlen(left) + 2 > begin)
        fprintf(out, "%s\n%*s", left, begin, "");
    else
        fprintf(out, "%-*s", begin, left);
}

static void help_row(FILE *out, const struct opt *row, const struct opt_doc_form *form)
{
    struct buf text = {0};
    const char *initial = default_of(row, form->compat);
    size_t clause = form->brief ? strcspn(row->help, ";") : strlen(row->help);
    char range[OPT_TEXT] = "";
    if (!form->brief)
        opt_doc_range(row, range);
    help_names(out, row, form);
    buf_printf(&text, "%.*s", (int)clause, row->help);
    if (initial && range[0])
        buf_printf(&text, " (default %s; %s)", initial, range);
    else if (initial && strcmp(initial, "0") != 0)
        buf_printf(&text, " (default %s)", initial);
    else if (range[0])
        buf_printf(&text, " (%s)", range);
    wrap(out, text.at ? text.at : row->help, form); // without memory, at least the sentence
    buf_free(&text);
}

static void help_also(const struct opt_table *t, FILE *out, const struct opt_doc_form *form)
{
    bool any = false;
    for (const struct opt *row = t->rows; row < t->rows + t->n && !form->brief; row++) {
        if (!(row->marks & OPT_ALSO))
            continue;
        if (!any)
            fputs("\nAlso accepted, for old scripts:\n", out);
        any = true;
        help_row(out, row, form);
    }
}

void opt_doc_help(const struct opt_table *t, FILE *out, const struct opt_doc_form *form)
{
    const char *category = "";
    for (const struct opt *row = t->rows; row < t->rows + t->n; row++) {
        if (row->marks & OPT_ALSO || (form->brief && !(row->marks & OPT_BRIEF)))
            continue;
        if (strcmp(category, row->category) != 0)
            fprintf(out, "\n%s:\n", row->category);
        category = row->category;
        help_row(out, row, form);
    }
    help_also(t, out, form);
}

// Markdown

// A | would end the cell, even inside code.
static void cell(FILE *out, const char *text)
{
    for (; *text; text++)
        fprintf(out, "%s%c", *text == '|' ? "\\" : "", *text);
}

static void code(FILE *out, const char *text)
{
    fputc('`', out);
    cell(out, text);
    fputc('`', out);
}

static void markdown_names(FILE *out, const struct opt *row)
{
    char letter[] = {'-', row->letter, 0};
    char name[OPT_TEXT];
    if (row->letter)
        code(out, letter);
    if (row->letter && row->name)
        fputs(", ", out);
    if (row->name) {
        snprintf(name, sizeof name, "--%s", row->name);
        code(out, name);
    }
    if (row->metavar) {
        fputc(' ', out);
        code(out, row->metavar);
    }
}

static void markdown_default(FILE *out, const struct opt *row)
{
    if (row->initial)
        code(out, row->initial);
    if (!row->compat)
        return;
    fputs(row->initial ? ", in their place " : "in their place ", out);
    code(out, row->compat);
}

static void markdown_row(FILE *out, const struct opt *row)
{
    char range[OPT_TEXT];
    fputs("| ", out);
    markdown_names(out, row);
    fputs(" | ", out);
    markdown_default(out, row);
    fputs(" | ", out);
    cell(out, opt_doc_range(row, range));
    fputs(" | ", out);
    cell(out, row->help);
    fprintf(out, " | %s |\n", row->tools ? row->tools : "");
}

void opt_doc_markdown(const struct opt_table *t, FILE *out)
{
    const char *category = "";
    for (const struct opt *row = t->rows; row < t->rows + t->n; row++) {
        if (strcmp(category, row->category) != 0)
            fprintf(out,
                    "\n### %s\n\n| Option | Default | Range | Meaning | Also in |\n|---|---|---|---|---|\n",
                    row->category);
        category = row->category;
        markdown_row(out, row);
    }
}
