// SPDX-License-Identifier: MIT
#include "base/quote.h"

#include "base/slice.h"
#include "base/utf8.h"

#include <string.h>

// What `special` names is preceded by `before`; all else goes out as it is, where it can be shown.
static void quote(FILE *out, const char *text, const char *special, char before)
{
    while (*text) {
        size_t len = utf8_len(text);
        if (len == 0 || !utf8_shows(text, len)) {
            char escaped[24]; // four bytes as \xNN
            fputs(slice_quote((struct slice){text, len ? len : 1}, escaped, sizeof escaped), out);
            text += len ? len : 1;
            continue;
        }
        if (len == 1 && strchr(special, *text))
            fputc(before, out);
        fwrite(text, 1, len, out);
        text += len;
    }
}

void quote_terminal(FILE *out, const char *text)
{
    quote(out, text, "", 0);
}

void quote_line(FILE *out, const char *before, const char *text)
{
    fputs(before, out);
    quote_terminal(out, text);
    fputc('\n', out);
}

void quote_csv(FILE *out, const char *text)
{
    fputc('"', out);
    quote(out, text, "\"", '"');
    fputc('"', out);
}

void quote_xml(FILE *out, const char *text)
{
    static const char specials[] = "&<>\"'";
    static const char *const names[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&apos;"};
    while (*text) {
        size_t len = utf8_len(text);
        const char *special = strchr(specials, *text);
        if (special) {
            fputs(names[special - specials], out);
            text++;
            continue;
        }
        char one[8] = "";
        memcpy(one, text, len ? len : 1);
        quote(out, one, "", 0);
        text += len ? len : 1;
    }
}

void quote_markdown(FILE *out, const char *text)
{
    quote(out, text, "\\`*_{}[]<>#|~&", '\\');
}
