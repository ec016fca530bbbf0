// SPDX-License-Identifier: MIT
#include "run/sight.h"

#include <stdlib.h>
#include <string.h>

static void free_part(struct sight_part *p)
{
    hist_mark_free(p->mark);
    buf_free(&p->cells);
}

static void reset_part(struct sight_part *p)
{
    p->ok = p->errors = 0;
    p->cells.len = 0;
    if (p->mark)
        hist_mark_reset(p->mark);
}

struct sight *sight_new(void)
{
    return calloc(1, sizeof(struct sight));
}

void sight_free(struct sight *s)
{
    for (unsigned i = 0; s && i < GLANCE_COMMANDS; i++)
        free_part(&s->commands[i]);
    for (unsigned i = 0; s && i < GLANCE_NODES; i++)
        free_part(&s->nodes[i]);
    free(s);
}

void sight_reset(struct sight *s)
{
    s->spun_ns = 0;
    s->tally = (struct tally){0};
    for (unsigned i = 0; i < GLANCE_COMMANDS; i++)
        reset_part(&s->commands[i]);
    for (unsigned i = 0; i < GLANCE_NODES; i++)
        reset_part(&s->nodes[i]);
}

static void take_part(struct sight_part *p, const struct counts *counts, const struct hist *latency)
{
    p->ok = counts->ok;
    p->errors = counts->errors;
    if (!p->mark)
        p->mark = hist_mark_new(latency);
    if (p->mark && hist_cells_since(latency, p->mark, &p->cells) < 0)
        p->cells.len = 0;
}

void sight_take(struct sight *s, const struct worker *w)
{
    s->spun_ns = w->nap.spun_ns;
    s->tally = w->rec.tally;
    s->ncommands = w->mixing ? w->mixed.n : 0;
    for (unsigned i = 0; i < s->ncommands && i < GLANCE_COMMANDS; i++)
        take_part(&s->commands[i], &w->mixed.kinds[i].counts, w->mixed.kinds[i].latency);
    s->nnodes = w->nodes.owner ? w->nodes.n : 0;
    for (unsigned i = 0; i < s->nnodes && i < GLANCE_NODES; i++) {
        memcpy(s->nodes[i].name, w->nodes.at[i].addr.text, sizeof s->nodes[i].name);
        take_part(&s->nodes[i], &w->nodes.at[i].counts, w->nodes.at[i].latency);
    }
}
