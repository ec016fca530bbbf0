// SPDX-License-Identifier: MIT
#include "stats/connections.h"

#include <errno.h>

#define DIGITS 3

int connections_init(struct connections *c)
{
    *c = (struct connections){0};
    for (int i = 0; i < CONNECTION_PHASES; i++)
        if (!(c->of[i] = hist_new(DIGITS))) {
            connections_free(c);
            return -ENOMEM;
        }
    return 0;
}

void connections_free(struct connections *c)
{
    for (int i = 0; i < CONNECTION_PHASES; i++)
        hist_free(c->of[i]);
    *c = (struct connections){0};
}

void connections_merge(struct connections *c, const struct connections *from)
{
    for (int i = 0; i < CONNECTION_PHASES; i++)
        hist_merge(c->of[i], from->of[i]);
}

bool connections_whole(const struct connections *c)
{
    bool whole = true;
    for (int i = 0; i < CONNECTION_PHASES; i++)
        whole &= !c->of[i] == !c->of[0];
    return whole;
}
