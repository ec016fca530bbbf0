// SPDX-License-Identifier: MIT
#include "run/refresh.h"

#include "base/clock.h"
#include "run/survey.h"

#define PAUSE_NS (100 * NS_PER_MS) // between two looks: where much moves, redirections tell it sooner

static bool is_time(struct refresh *r, struct crew *crew, uint64_t now_ns)
{
    uint64_t every_ns = crew->plan->conf->refresh_ns;
    if (r->asked_ns == 0)
        r->asked_ns = now_ns;
    if (now_ns - r->asked_ns < PAUSE_NS)
        return false;
    return atomic_exchange(&crew->map_doubted, false) || (every_ns && now_ns - r->asked_ns >= every_ns);
}

void refresh_look(struct refresh *r, struct crew *crew, int stop_fd)
{
    const struct plan *p = crew->plan;
    struct map *m;
    if (!p->target->cluster || p->target->cluster->lone || crew_flag(&crew->stop) ||
        !is_time(r, crew, clock_ns()))
        return;
    int rc = survey_again(&m, p->target, r->newest ? r->newest : p->target->cluster, p->conf, stop_fd);
    r->asked_ns = clock_ns();
    if (rc < 0) {
        atomic_store(&crew->map_doubted, true);
        return;
    }
    m->older = r->newest;
    r->newest = m;
    atomic_store_explicit(&crew->map, m, memory_order_release);
    atomic_fetch_add_explicit(&crew->maps_read, 1, memory_order_release);
}

void refresh_reset(struct refresh *r)
{
    map_free(r->newest);
    r->newest = NULL;
}
