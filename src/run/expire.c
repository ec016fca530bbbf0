// SPDX-License-Identifier: MIT
#include "run/expire.h"

#include "base/clock.h"
#include "run/link.h"

#define LOOKS 64 // in a --timeout, at most: what times out in between does so together

void expire_begin(struct worker *w, bool on)
{
    uint64_t timeout_ns = w->plan->conf->timeout_ns;
    w->expiry = (struct expiry){.at_ns = on && timeout_ns ? w->now_ns + timeout_ns : UINT64_MAX};
}

// Since when the oldest request of c has been waiting; now where there is none.
static uint64_t waits_since(const struct worker *w, struct client *c)
{
    bool asked = c->outstanding && (c->state == CLIENT_READY || c->state == CLIENT_ASKING);
    uint64_t sent_ns = asked ? client_oldest(c, w->ring)->sent_ns : w->now_ns;
    uint64_t since_ns = sent_ns > w->expiry.woke_ns ? sent_ns : w->expiry.woke_ns;
    return since_ns < w->now_ns ? since_ns : w->now_ns;
}

static bool is_late(const struct worker *w, uint64_t since_ns)
{
    return w->now_ns - since_ns >= w->plan->conf->timeout_ns;
}

static void set_next(struct worker *w, uint64_t oldest_ns)
{
    uint64_t timeout_ns = w->plan->conf->timeout_ns;
    uint64_t at_ns = oldest_ns + timeout_ns, least_ns = w->now_ns + timeout_ns / LOOKS;
    w->expiry.at_ns = at_ns > least_ns ? at_ns : least_ns;
}

bool expire_due(struct worker *w)
{
    uint64_t oldest_ns = w->now_ns;
    for (unsigned n = 0; n < w->clients_n; n++) {
        unsigned at = (w->expiry.suspect + n) % w->clients_n;
        uint64_t since_ns = waits_since(w, &w->clients[at]);
        if (is_late(w, since_ns)) {
            w->expiry.suspect = at;
            return true;
        }
        oldest_ns = since_ns < oldest_ns ? since_ns : oldest_ns;
    }
    set_next(w, oldest_ns);
    return false;
}

void expire_all(struct worker *w)
{
    uint64_t oldest_ns = w->now_ns;
    for (unsigned i = 0; i < w->clients_n; i++) {
        uint64_t since_ns = waits_since(w, &w->clients[i]);
        if (is_late(w, since_ns))
            link_expire(w, &w->clients[i]);
        else
            oldest_ns = since_ns < oldest_ns ? since_ns : oldest_ns;
    }
    set_next(w, oldest_ns);
}
