// SPDX-License-Identifier: MIT
#include "option/manual_rows.h"

#include "option/roff.h"

#include <stdbool.h>
#include <string.h>

#define INDENT 10 // at least

// Where meanings begin.
static size_t indent_of(const struct manual_row *rows)
{
    size_t indent = INDENT;
    for (; rows->word; rows++)
        if (strlen(rows->word) + 3 > indent)
            indent = strlen(rows->word) + 4;
    return indent;
}

static void help_row(const struct manual_row *row, FILE *out, size_t indent, size_t last_column)
{
    size_t column = indent;
    fprintf(out, "  %-*s", (int)indent - 2, row->word);
    for (const char *word = row->meaning; *word;) {
        size_t n = strcspn(word, " ");
        bool first = word == row->meaning;
        if (!first && column + 1 + n > last_column) {
            fprintf(out, "\n%*s", (int)indent, "");
            column = indent;
            first = true;
        }
        fprintf(out, "%s%.*s", first ? "" : " ", (int)n, word);
        column += n + !first;
        word += n;
        word += *word == ' ';
    }
    fputc('\n', out);
}

void manual_rows_help(const struct manual_row *rows, FILE *out, size_t last_column)
{
    size_t indent = indent_of(rows);
    for (; rows->word; rows++)
        help_row(rows, out, indent, last_column);
}

void manual_rows_man(const struct manual_row *rows, FILE *out)
{
    for (; rows->word; rows++) {
        roff_item(out);
        roff_bold(out, rows->word);
        fputc('\n', out);
        roff_text(out, rows->meaning);
        fputs(".\n", out);
    }
}

static void markdown_sentence(const char *text, FILE *out)
{
    while (*text) {
        size_t n = strcspn(text, " "), bare = n;
        while (bare && strchr(":;,.", text[bare - 1]))
            bare--;
        fprintf(out, *text == '-' ? "`%.*s`" : "%.*s", (int)bare, text);
        fprintf(out, "%.*s", (int)(n - bare + (text[n] == ' ')), text + bare);
        text += n + (text[n] == ' ');
    }
}

void manual_rows_markdown(const struct manual_row *rows, FILE *out, const char *head)
{
    fprintf(out, "| %s | Meaning |\n|---|---|\n", head);
    for (; rows->word; rows++) {
        fprintf(out, "| %s | ", rows->word);
        markdown_sentence(rows->meaning, out);
        fputs(" |\n", out);
    }
}
