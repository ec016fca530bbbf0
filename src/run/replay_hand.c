// SPDX-License-Identifier: MIT
#include "run/replay_hand.h"

#include <stdlib.h>

struct replaying *replay_hand_new(struct replay *from, const struct run_conf *conf, unsigned clients)
{
    struct replaying *r = calloc(1, sizeof *r);
    if (!r)
        return NULL;
    r->from = from;
    r->timed = conf->replay.speed > 0;
    r->clients = clients;
    r->sent = calloc(clients, sizeof(struct replay_entry *));
    if (r->sent)
        return r;
    free(r);
    return NULL;
}

void replay_hand_free(struct replaying *r)
{
    if (!r)
        return;
    for (unsigned i = 0; i < r->clients; i++)
        free(r->sent[i]);
    free(r->sent);
    free(r->next);
    free(r);
}
