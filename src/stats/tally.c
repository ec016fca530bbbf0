// SPDX-License-Identifier: MIT
#include "stats/tally.h"

#define LAST (TALLY_KINDS - 1)

static struct slice first_word(struct slice text)
{
    size_t n = 0;
    while (n < text.len && text.at[n] != ' ' && text.at[n] != '\r' && text.at[n] != '\n')
        n++;
    return (struct slice){text.at, n};
}

// The kind of that name, the first free one, or the last, which takes all the rest.
static struct tally_kind *kind_of(struct tally *t, const char *prefix)
{
    for (int i = 0; i < LAST; i++) {
        struct tally_kind *kind = &t->kinds[i];
        if (kind->prefix[0] == 0)
            memccpy(kind->prefix, prefix, 0, sizeof kind->prefix);
        if (strcmp(kind->prefix, prefix) == 0)
            return kind;
    }
    struct tally_kind *rest = &t->kinds[LAST];
    memcpy(rest->prefix, "(other)", sizeof "(other)");
    return rest;
}

void tally_add(struct tally *t, struct slice text)
{
    char prefix[sizeof t->kinds[0].prefix];
    struct slice word = first_word(text);
    slice_quote(word.len ? word : slice_of("(none)"), prefix, sizeof prefix);
    struct tally_kind *kind = kind_of(t, prefix);
    if (kind->count++ == 0)
        slice_quote(text, kind->first, sizeof kind->first);
}

static void merge_kind(struct tally_kind *kind, const struct tally_kind *from)
{
    if (kind->count == 0)
        memcpy(kind->first, from->first, sizeof kind->first);
    kind->count += from->count;
}

void tally_merge(struct tally *t, const struct tally *from)
{
    for (int i = 0; i < TALLY_KINDS && from->kinds[i].prefix[0]; i++)
        merge_kind(kind_of(t, from->kinds[i].prefix), &from->kinds[i]);
}
