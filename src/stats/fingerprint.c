// SPDX-License-Identifier: MIT
#include "stats/fingerprint.h"

#include "base/slice.h"

#include <stdio.h>
#include <string.h>

void fingerprint_note(struct fingerprint *f, const char *name, const char *was, const char *is)
{
    if (f->n == FINGERPRINT_MAX || strcmp(was, is) == 0)
        return;
    struct fingerprint_difference *d = &f->list[f->n++];
    snprintf(d->name, sizeof d->name, "%s", name);
    snprintf(d->was, sizeof d->was, "%s", was);
    snprintf(d->is, sizeof d->is, "%s", is);
}

const char *fingerprint_words(const struct fingerprint_difference *d, char dst[FINGERPRINT_WORDS])
{
    char was[96], is[96];
    snprintf(dst, FINGERPRINT_WORDS, "%s was \"%s\" and is now \"%s\"", d->name,
             slice_quote(slice_of(d->was), was, sizeof was), slice_quote(slice_of(d->is), is, sizeof is));
    return dst;
}
