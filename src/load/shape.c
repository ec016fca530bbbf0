// SPDX-License-Identifier: MIT
#include "load/shape.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct shape shape_of(const char *text)
{
    bool counted = text[1] && text[1] != '?';
    return (struct shape){text[0], strchr(text, '?') != NULL, counted ? strtol(text + 1, NULL, 10) : -1};
}

static bool is_string(char type)
{
    return type == '$' || type == '+' || type == '=';
}

bool shape_fits(struct shape s, const struct resp_reply *r)
{
    if (r->null && (r->type != '*' || s.elements >= 0))
        return s.nullable;
    if (r->type == s.type)
        return s.elements < 0 || r->number == s.elements;
    return is_string(s.type) && is_string(r->type);
}

static const char *name_of(char type)
{
    static const char *const names[] = {"+simple string", "$string", "=string",    ":integer",
                                        "*array",         "_null",   "%map",       "~set",
                                        "#boolean",       ",double", "(big number"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i][0] == type)
            return names[i] + 1;
    return "reply";
}

static int say_elements(char *dst, size_t room, int64_t n)
{
    return n < 0 ? 0 : snprintf(dst, room, " of %" PRId64 " element%s", n, n == 1 ? "" : "s");
}

static int say_reply(char *dst, size_t room, const struct resp_reply *r)
{
    char quoted[32];
    if (r->null)
        return snprintf(dst, room, "null%s", r->type == '*' ? " array" : "");
    int n = snprintf(dst, room, "%s", name_of(r->type));
    if (r->type == '*' || r->type == '%' || r->type == '~')
        return n + say_elements(dst + n, room - (size_t)n, r->number);
    if (r->text.len)
        n += snprintf(dst + n, room - (size_t)n, " %s", slice_quote(r->text, quoted, sizeof quoted));
    return n;
}

char *shape_differs(struct shape s, const struct resp_reply *r, char dst[SHAPE_TEXT])
{
    int n = say_reply(dst, SHAPE_TEXT, r);
    n += snprintf(dst + n, SHAPE_TEXT - (size_t)n, " instead of %s", name_of(s.type));
    say_elements(dst + n, SHAPE_TEXT - (size_t)n, s.elements);
    return dst;
}
