// SPDX-License-Identifier: MIT
#include "load/quoted.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

struct reading {
    const char *at;
    char *to;
};

static int hex(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

static char escape(char c)
{
    static const char names[] = "nrtba", bytes[] = "\n\r\t\b\a";
    const char *at = c ? strchr(names, c) : NULL;
    return at ? bytes[at - names] : c;
}

// Behind a backslash.
static void read_escape(struct reading *r)
{
    if (r->at[0] == 'x' && hex(r->at[1]) >= 0 && hex(r->at[2]) >= 0) {
        *r->to++ = (char)(hex(r->at[1]) * 16 + hex(r->at[2]));
        r->at += 3;
        return;
    }
    *r->to++ = escape(*r->at);
    r->at += *r->at != 0;
}

// Up to the quote that closes it, behind which a word ends.
static bool read_double(struct reading *r)
{
    while (*r->at && *r->at != '"') {
        if (*r->at++ == '\\')
            read_escape(r);
        else
            *r->to++ = r->at[-1];
    }
    return *r->at++ == '"';
}

static bool read_single(struct reading *r)
{
    while (*r->at && *r->at != '\'') {
        r->at += r->at[0] == '\\' && r->at[1] == '\'';
        *r->to++ = *r->at++;
    }
    return *r->at++ == '\'';
}

static bool read_word(struct reading *r)
{
    while (*r->at && !isspace((unsigned char)*r->at)) {
        if (*r->at != '"' && *r->at != '\'') {
            *r->to++ = *r->at++;
            continue;
        }
        bool closed = *r->at++ == '"' ? read_double(r) : read_single(r);
        if (!closed || (*r->at && !isspace((unsigned char)*r->at)))
            return false;
    }
    return true;
}

int quoted_split(struct quoted *out, const char *line)
{
    size_t len = strlen(line);
    *out = (struct quoted){calloc(len / 2 + 1, sizeof *out->words), 0, malloc(len + 1)};
    int rc = out->words && out->storage ? 0 : -ENOMEM;
    struct reading r = {line, out->storage};
    while (rc == 0) {
        r.at += strspn(r.at, " \t\r\n\v\f");
        if (!*r.at)
            break;
        char *from = r.to;
        if (!read_word(&r))
            rc = -EINVAL;
        out->words[out->n++] = (struct slice){from, (size_t)(r.to - from)};
    }
    if (rc < 0)
        quoted_free(out);
    return rc;
}

void quoted_free(struct quoted *q)
{
    free(q->words);
    free(q->storage);
    *q = (struct quoted){0};
}
