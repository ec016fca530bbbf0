// SPDX-License-Identifier: MIT
#include "option/manual_man.h"

#include "option/opt_man.h"
#include "option/roff.h"

#include <string.h>

#define PROGRAM "hkv-bench"

static void paragraphs(const char *text, FILE *out)
{
    char part[2048];
    while (*text) {
        const char *end = strstr(text, "\n\n");
        size_t len = end ? (size_t)(end - text) : strlen(text);
        snprintf(part, sizeof part, "%.*s", (int)len, text);
        roff_text(out, part);
        fputc('\n', out);
        text += len + strspn(text + len, "\n");
        if (*text)
            roff_paragraph(out);
    }
}

static void page_name(const struct manual *m, char dst[MANUAL_MAN_NAME])
{
    snprintf(dst, MANUAL_MAN_NAME, PROGRAM "%s%s", m->name ? "-" : "", m->name ? m->name : "");
}

static void synopsis(const struct manual *m, FILE *out)
{
    roff_section(out, "SYNOPSIS");
    for (size_t i = 0; m->usage[i]; i++) {
        if (i)
            roff_line(out);
        roff_bold(out, PROGRAM);
        fputc(' ', out);
        roff_italic(out, m->usage[i]);
        fputc('\n', out);
    }
}

static void subcommands(const struct manual *const *manuals, FILE *out)
{
    roff_section(out, "SUBCOMMANDS");
    for (size_t i = 1; manuals[i]; i++)
        manual_rows_man((const struct manual_row[]){{manuals[i]->name, manuals[i]->summary}, {0}}, out);
}

static void options(const struct manual *m, FILE *out)
{
    if (!m->own->n)
        return;
    roff_section(out, "OPTIONS");
    if (m->rest)
        fputs("The options of a plain run, told in\n.BR hkv\\-bench (1),\nand these:\n", out);
    opt_man(m->own, out);
}

static void sections(const struct manual_man_section *s, FILE *out)
{
    for (; s->name; s++) {
        roff_section(out, s->name);
        if (s->text)
            paragraphs(s->text, out);
        if (s->rows)
            manual_rows_man(s->rows, out);
    }
}

static void examples(const struct manual_example *e, FILE *out)
{
    char line[256];
    roff_section(out, "EXAMPLES");
    for (bool first = true; e->command; e++, first = false) {
        if (!first || e->what)
            fputs(first ? "" : ".PP\n", out);
        if (e->what) {
            roff_text(out, e->what);
            fputs(":\n.PP\n", out);
        }
        snprintf(line, sizeof line, PROGRAM " %s", e->command);
        roff_example(out, line);
    }
}

static void see_also(const struct manual *const *manuals, const struct manual *m, FILE *out)
{
    char name[MANUAL_MAN_NAME];
    const char *between = "";
    roff_section(out, "SEE ALSO");
    for (size_t i = 0; manuals[i]; i++) {
        if (manuals[i] == m)
            continue;
        page_name(manuals[i], name);
        fputs(between, out);
        roff_bold(out, name);
        fputs("(1)", out);
        between = ",\n";
    }
    fputc('\n', out);
}

static void head(const struct manual_man *book, const struct manual *m, FILE *out)
{
    char name[MANUAL_MAN_NAME], source[MANUAL_MAN_NAME];
    page_name(m, name);
    snprintf(source, sizeof source, PROGRAM " %s", book->version);
    roff_title(out, name, book->released, source);
    roff_section(out, "NAME");
    roff_text(out, name);
    fputs(" \\- ", out);
    roff_text(out, m->summary);
    fputc('\n', out);
}

void manual_man(const struct manual_man *book, const struct manual *m, FILE *out)
{
    bool own = m == book->manuals[0];
    head(book, m, out);
    synopsis(m, out);
    roff_section(out, "DESCRIPTION");
    paragraphs(m->about, out);
    if (own)
        subcommands(book->manuals, out);
    options(m, out);
    if (own)
        sections(book->own, out);
    sections(book->of_every, out);
    if (m->examples)
        examples(m->examples, out);
    see_also(book->manuals, m, out);
}
