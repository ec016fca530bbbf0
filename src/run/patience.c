// SPDX-License-Identifier: MIT
#include "run/patience.h"

#define PART_MIN 4096  // bytes of answers that must come in a grace time to be progress
#define PART_GRACES 64 // how many of them a single answer may take

bool patience_between(const struct worker *w)
{
    bool asks = w->left || w->queued || !w->drains || !w->plan->reconnects || !w->keepalive;
    return w->opening && !w->live && asks;
}

bool patience_links(const struct worker *w)
{
    bool any = w->live || w->opening;
    for (unsigned i = 0; !any && w->map && i < w->clients_n; i++) {
        const struct client *c = &w->clients[i];
        any = c->away && w->plan->reconnects && w->now_ns - c->away_ns < w->plan->conf->reconnect_max_ns;
    }
    return any;
}

// Whether an answer that takes longer than the grace time is on its way: enough of it comes in each, up to a
// point.
static bool comes_on(struct worker *w)
{
    uint64_t grace_ns = w->plan->conf->grace_ns;
    if (w->part_bytes < PART_MIN || w->now_ns - w->quiet_ns > PART_GRACES * grace_ns)
        return false;
    w->part_bytes = 0;
    w->heard_ns = w->now_ns;
    return true;
}

bool patience_ended(struct worker *w)
{
    bool by_count = w->deadline_ns == UINT64_MAX;
    if (w->heard_ns < w->quiet_ns) {
        w->heard_ns = w->quiet_ns;
        w->part_bytes = 0;
    }
    if (!w->outstanding && !w->queued && !patience_between(w) && (by_count || !w->left))
        return false;
    if (by_count && !w->live && w->plan->reconnects && !w->plan->knocks) // --reconnect-max bounds that
        return false;
    uint64_t since_ns = by_count ? w->heard_ns : w->deadline_ns + w->excused_ns;
    if (by_count && w->expiry.since_ns >= w->served_ns && w->expiry.since_ns < since_ns)
        since_ns = w->expiry.since_ns; // each time-out asks anew
    if (w->now_ns < since_ns || w->now_ns - since_ns <= w->plan->conf->grace_ns)
        return false;
    return !by_count || !comes_on(w);
}

uint64_t patience_pause(const struct worker *w)
{
    return w->now_ns > w->awaited_ns + PATIENCE_PAUSE_NS ? w->now_ns - w->awaited_ns : 0;
}
