// SPDX-License-Identifier: MIT
#include "option/roff.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#define SOURCE_COLUMNS 70 // of the page's own text

// A stop or a quote that begins a line is a request, a backslash an escape, and a bare "-" a hyphen that
// cannot be copied into a shell.
static void text_from(FILE *out, const char *text, bool begins)
{
    bool wraps = begins;
    for (size_t column = 0; *text; text++, column++) {
        if (wraps && column > SOURCE_COLUMNS && *text == ' ') {
            fputc('\n', out);
            begins = true;
            column = 0;
            continue;
        }
        if (begins && strchr(".'", *text))
            fputs("\\&", out);
        if (*text == '\\')
            fputs("\\e", out);
        else if (*text == '-')
            fputs("\\-", out);
        else if (*text == '~' || *text == '^' || *text == '\'' || *text == '`')
            fprintf(out, "\\(%s", *text == '~' ? "ti" : *text == '^' ? "ha" : *text == '`' ? "ga" : "aq");
        else
            fputc(*text, out);
        begins = *text == '\n';
    }
}

void roff_title(FILE *out, const char *name, const char *date, const char *source)
{
    fputs(".TH ", out);
    for (; *name; name++)
        fputc((toupper)((unsigned char)*name), out); // the function: the macro is a nest
    fprintf(out, " 1 \"%s\" \"%s\"\n", date, source);
}

void roff_section(FILE *out, const char *name)
{
    fprintf(out, ".SH %s\n", name);
}

void roff_subsection(FILE *out, const char *name)
{
    fprintf(out, ".SS %s\n", name);
}

void roff_paragraph(FILE *out)
{
    fputs(".PP\n", out);
}

void roff_item(FILE *out)
{
    fputs(".TP\n", out);
}

void roff_line(FILE *out)
{
    fputs(".br\n", out);
}

void roff_text(FILE *out, const char *text)
{
    text_from(out, text, true);
}

void roff_bold(FILE *out, const char *text)
{
    fputs("\\fB", out);
    text_from(out, text, false);
    fputs("\\fR", out);
}

void roff_italic(FILE *out, const char *text)
{
    fputs("\\fI", out);
    text_from(out, text, false);
    fputs("\\fR", out);
}

void roff_example(FILE *out, const char *line)
{
    fputs(".nf\n", out);
    roff_bold(out, line);
    fputs("\n.fi\n", out);
}
