// SPDX-License-Identifier: MIT
#include "run/verify_ticket.h"

#include "run/verify.h"

static const struct ask *ask_of(const struct worker *w, unsigned kind)
{
    return w->asks->request.mix ? &w->plan->asks[kind] : w->asks;
}

static struct notes_client *of(const struct worker *w, const struct client *c)
{
    return &w->verify->clients[c - w->clients];
}

static struct version_key *key_of(const struct worker *w, unsigned name, uint64_t number)
{
    return &w->verify->keys->versions[name][number];
}

void verify_ticket_before(const struct worker *w, const struct ticket *t, struct draw *from)
{
    verify_draws(w, ask_of(w, t->kind), VERSIONS_MANY, from);
}

void verify_ticket_drawn(struct ticket *t, const struct draw *from)
{
    t->number = from->number;
    t->replaces = from->self.last.replaces;
}

void verify_ticket_leaves(struct worker *w, struct client *c, const struct ticket *t)
{
    verify_leaves(w, c,
                  &(struct verify_request){
                      ask_of(w, t->kind), {t->bytes, t->len}, t->number, t->replaces, VERSIONS_MANY});
}

void verify_ticket_redirected(const struct worker *w, const struct client *c, struct ticket *t)
{
    const struct notes_client *own = of(w, c);
    const struct notes_one *n = &own->notes[(own->head - 1) & w->verify->ring];
    t->number = n->number;
    t->replaces = n->replaces;
}

void verify_ticket_refused(const struct worker *w, const struct client *c)
{
    const struct notes_client *own = of(w, c);
    const struct notes_one *n = &own->notes[(own->head - 1) & w->verify->ring];
    if (n->check == CHECK_WRITE)
        versions_wrote(key_of(w, n->name, n->number), n->replaces, false);
}

void verify_ticket_again(const struct worker *w, const struct client *c, struct ticket *t)
{
    struct notes_client *own = of(w, c);
    const struct notes_one *n = &own->notes[own->head++ & w->verify->ring];
    t->number = n->number;
    t->replaces = n->replaces;
    if (n->check == CHECK_WRITE)
        versions_again(key_of(w, n->name, n->number));
    own->part.head = own->part.len = 0;
}

void verify_ticket_stays(const struct worker *w, const struct client *c)
{
    struct notes_client *own = of(w, c);
    uint32_t ring = w->verify->ring, most = w->verify->most, from = own->head++ & ring,
             to = own->tail++ & ring;
    own->notes[to] = own->notes[from];
    if (most)
        memmove(&own->keys[(size_t)to * most], &own->keys[(size_t)from * most], most * sizeof *own->keys);
    own->part.head = own->part.len = 0;
}

void verify_ticket_dropped(const struct worker *w, const struct ticket *t)
{
    const struct ask *a = ask_of(w, t->kind);
    if (a->check == CHECK_WRITE)
        versions_wrote(key_of(w, a->name_at, t->number), t->replaces, false);
}
