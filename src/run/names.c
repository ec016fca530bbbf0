// SPDX-License-Identifier: MIT
#include "run/names.h"

#include "load/proof.h"
#include "load/spelt.h"

#include <stdlib.h>
#include <string.h>

static int add(struct names *all, struct slice text, bool once, uint64_t keyspace)
{
    for (unsigned i = 0; i < all->n; i++)
        if (slice_is(text, all->at[i].text)) {
            if (all->at[i].keyspace < keyspace)
                all->at[i].keyspace = keyspace;
            return (int)i;
        }
    struct name *more = realloc(all->at, (all->n + 1) * sizeof *more);
    if (!more)
        return -1;
    all->at = more;
    more[all->n] = (struct name){
        .text = strndup(text.at, text.len), .hash = proof_name(text), .keyspace = keyspace, .once = once};
    return more[all->n].text ? (int)all->n++ : -1;
}

int names_add(struct names *all, struct slice text, bool once, uint64_t keyspace)
{
    if (once)
        return add(all, text, once, keyspace);
    struct slice plain = spelt_plain(text, true);
    int at = plain.at ? add(all, plain, once, keyspace) : -1;
    free((char *)plain.at);
    return at;
}

void names_reset(struct names *all)
{
    for (unsigned i = 0; i < all->n; i++)
        free(all->at[i].text);
    free(all->at);
    *all = (struct names){0};
}
