// SPDX-License-Identifier: MIT
#include "option/complete.h"

#include "base/slice.h"
#include "option/opt.h"

#include <string.h>

static bool is_file(const char *metavar)
{
    static const char *const files[] = {"FILE", "PATH", "PREFIX", "DB", NULL};
    for (size_t i = 0; metavar && files[i]; i++)
        if (strcmp(metavar, files[i]) == 0)
            return true;
    return false;
}

enum complete_value complete_value_of(const struct complete *c, const struct opt *row)
{
    char letter[COMPLETE_NAME];
    if (!opt_takes_value(row))
        return COMPLETE_NONE;
    if (row->kind == OPT_ENUM || row->kind == OPT_BOOL)
        return COMPLETE_WORDS;
    if (strcmp(c->list_option, complete_letter(row, letter)) == 0)
        return COMPLETE_LIST;
    if (row->metavar && strcmp(row->metavar, "DIR") == 0)
        return COMPLETE_DIR;
    return is_file(row->metavar) ? COMPLETE_FILE : COMPLETE_ANY;
}

void complete_words(const struct opt *row, FILE *out)
{
    if (row->kind == OPT_BOOL)
        fputs("0 1", out);
    for (size_t i = 0; row->kind == OPT_ENUM && row->names[i]; i++)
        fprintf(out, "%s%s", i ? " " : "", row->names[i]);
}

const char *complete_letter(const struct opt *row, char dst[COMPLETE_NAME])
{
    snprintf(dst, COMPLETE_NAME, row->letter ? "-%c" : "", row->letter);
    return dst;
}

const char *complete_long(const struct opt *row, char dst[COMPLETE_NAME])
{
    snprintf(dst, COMPLETE_NAME, row->name ? "--%s" : "", row->name);
    return dst;
}

static bool hidden(const struct manual *m, const struct opt *row)
{
    char name[COMPLETE_NAME];
    return *complete_long(row, name) && opt_find(m->own, slice_of(name));
}

const struct opt *complete_next(const struct manual *m, size_t *at)
{
    size_t own = m->own ? m->own->n : 0, rest = m->rest ? m->rest->n : 0;
    while (*at < own + rest) {
        size_t i = (*at)++;
        const struct opt *row = i < own ? &m->own->rows[i] : &m->rest->rows[i - own];
        if (!(row->marks & OPT_ALSO) && (i < own || !own || !hidden(m, row)))
            return row;
    }
    return NULL;
}
