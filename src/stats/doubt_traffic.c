// SPDX-License-Identifier: MIT
#include "stats/doubt_traffic.h"

#include "base/units.h"

#include <stdio.h>

#define BUSY_CONSUMERS 0.9 // of the time

#define SAY(d, ...) snprintf((d)->text, sizeof(d)->text, __VA_ARGS__)

bool doubt_traffic_messages(const struct summary *s, struct doubt *d)
{
    const struct delivery *m = &s->delivery;
    if (!m->latency || (delivery_lost(m) == 0 && m->duplicates == 0 && m->gone == 0))
        return false;
    SAY(d, "of %s deliveries %s are missing, %s came twice, and %u of %u consumers were lost%s%s",
        UNITS_COUNT(m->expected), UNITS_COUNT(delivery_lost(m)), UNITS_COUNT(m->duplicates), m->gone,
        m->consumers, m->why[0] ? ": " : "", m->why);
    return true;
}

bool doubt_traffic_consumers(const struct summary *s, struct doubt *d)
{
    if (!s->delivery.latency || delivery_busy(&s->delivery) <= BUSY_CONSUMERS)
        return false;
    SAY(d,
        "the thread of the consumers was %.0f%% busy, so end-to-end times reflect this client: lower --rate "
        "or -c, or take fewer --consumers",
        100 * delivery_busy(&s->delivery));
    return true;
}

bool doubt_traffic_trace(const struct summary *s, struct doubt *d)
{
    const struct replayed *r = s->replayed;
    if (!r || (!r->error[0] && counts_due(&s->counts)))
        return false;
    if (r->error[0])
        SAY(d, "the trace was not sent to its end: %s", r->error);
    else
        SAY(d, "the trace has no command that can be sent: %s of %s lines are unusable",
            UNITS_COUNT(replayed_unusable(r)), UNITS_COUNT(r->lines));
    return true;
}

bool doubt_traffic_lines(const struct summary *s, struct doubt *d)
{
    const struct replayed *r = s->replayed;
    uint64_t unusable = r ? replayed_unusable(r) : 0;
    if (unusable == 0)
        return false;
    int most = 0;
    for (int i = 1; i < REPLAY_FAULTS; i++)
        most = r->unusable[i].count > r->unusable[most].count ? i : most;
    SAY(d, "%s of %s lines of the trace were not sent; the most frequent reason: %s (line %s: %s)%s",
        UNITS_COUNT(unusable), UNITS_COUNT(r->lines), replayed_fault((enum replay_fault)most),
        UNITS_COUNT(r->unusable[most].first), r->unusable[most].sample,
        most == REPLAY_ADMIN      ? "; --replay-allow-admin sends them"
        : most == REPLAY_DATABASE ? "; --dbnum chooses the database"
                                  : "");
    return true;
}
