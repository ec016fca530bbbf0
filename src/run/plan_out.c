// SPDX-License-Identifier: MIT
#include "run/plan_out.h"

static size_t max_size(size_t a, size_t b)
{
    return a > b ? a : b;
}

static bool varies(const struct plan *p)
{
    bool recipes = p->kinds > 1;
    for (unsigned i = 0; i < p->kinds; i++)
        recipes |= p->asks[i].request.recipe != NULL;
    for (unsigned i = 0; i < p->upkeep.n; i++)
        recipes |= p->upkeep.at[i].request.recipe != NULL;
    return recipes && p->target->cluster;
}

size_t plan_out_bytes(const struct plan *p)
{
    size_t bytes = p->setup.len;
    if (varies(p))
        bytes = max_size(bytes, (plan_request_bytes(p) + PLAN_LEN) * p->conf->pipeline);
    for (unsigned i = 0; i < p->kinds; i++)
        bytes = max_size(bytes, (size_t)p->asks[i].request.len * p->conf->pipeline);
    for (unsigned i = 0; i < p->upkeep.n; i++)
        bytes = max_size(bytes, (size_t)p->upkeep.at[i].request.len * plan_upkeep_depth(p));
    return bytes;
}

size_t plan_out_pieces(const struct plan *p)
{
    size_t pieces = varies(p) ? p->conf->pipeline : 1, asking = p->target->cluster != NULL,
           mixed = p->kinds > 1; // what lies before it too
    for (unsigned i = 0; i < p->kinds; i++)
        if (p->asks[i].request.ncuts)
            pieces = max_size(pieces, (2 * p->asks[i].request.ncuts + 1 + mixed) * p->conf->pipeline);
    for (unsigned i = 0; i < p->upkeep.n; i++)
        if (p->upkeep.at[i].request.ncuts)
            pieces = max_size(pieces, (2 * p->upkeep.at[i].request.ncuts + 1) * plan_upkeep_depth(p));
    return asking + pieces;
}

size_t plan_out_wire(const struct plan *p)
{
    size_t most = 0;
    for (unsigned i = 0; i < p->kinds; i++)
        most = max_size(most, p->asks[i].request.wire_len);
    return most;
}
