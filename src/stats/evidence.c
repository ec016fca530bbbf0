// SPDX-License-Identifier: MIT
#include "stats/evidence.h"

static void add_drawn(struct drawn *d, const struct drawn *more)
{
    if (!d->read) {
        *d = *more;
        return;
    }
    d->read += more->read;
    d->strays += more->strays;
    for (unsigned i = 0; i < d->n && d->n == more->n; i++)
        d->seen[i] += more->seen[i];
}

void evidence_add(struct evidence *e, const struct evidence *more)
{
    add_drawn(&e->keys, &more->keys);
    add_drawn(&e->sizes, &more->sizes);
    e->hits_known |= more->hits_known;
    e->hits_least = more->hits_known ? more->hits_least : e->hits_least;
    bool countable = e->commands && more->commands;
    e->commands = countable ? e->commands + more->commands : 0;
    e->connections += more->connections;
}
