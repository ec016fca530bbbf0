// SPDX-License-Identifier: MIT
#include "base/terminal.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define TEXT_LEAST 40
#define TEXT_MOST 100

void terminal_open(void)
{
    setlocale(LC_CTYPE, ""); // and no more of it: numbers have points everywhere
}

unsigned terminal_columns(FILE *to)
{
    struct winsize size;
    if (!isatty(fileno(to)))
        return 0;
    return ioctl(fileno(to), TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : 80;
}

unsigned terminal_text_columns(FILE *to)
{
    const char *said = getenv("COLUMNS");
    unsigned long columns = terminal_columns(to);
    if (!columns && said && *said)
        columns = strtoul(said, NULL, 10);
    if (!columns)
        columns = 80;
    return columns < TEXT_LEAST ? TEXT_LEAST : columns > TEXT_MOST ? TEXT_MOST : (unsigned)columns;
}

bool terminal_paints(void)
{
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
    bool dumb = !term || !*term || strcmp(term, "dumb") == 0;
    return !dumb && !(no_color && *no_color);
}

bool terminal_colour(FILE *to)
{
    return isatty(fileno(to)) && terminal_paints();
}

bool terminal_utf8(void)
{
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}
