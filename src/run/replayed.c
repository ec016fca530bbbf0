// SPDX-License-Identifier: MIT
#include "run/replayed.h"

#include "base/clock.h"
#include "run/replaying.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define SPAN_MIN_NS NS_PER_MS // a trace all of whose lines are of one moment has a rate too

int replayed_sum(struct summary *s, struct replay *from, const struct worker *workers, unsigned n)
{
    struct replayed *all = s->replayed = calloc(1, sizeof *all);
    if (!all)
        return -ENOMEM;
    replay_tell(from, all);
    all->span_ns = 0;
    for (unsigned i = 0; i < n; i++) {
        const struct replaying *r = workers[i].replaying;
        all->span_ns = r->last_due_ns > all->span_ns ? r->last_due_ns : all->span_ns;
        for (unsigned k = 0; k < REPLAY_COMMANDS; k++)
            all->commands[k].count += r->commands[k];
    }
    if (!(all->speed > 0))
        return 0;
    uint64_t span_ns = all->span_ns > SPAN_MIN_NS ? all->span_ns : SPAN_MIN_NS;
    s->load.rate = (double)counts_due(&s->counts) / ((double)span_ns * 1e-9);
    snprintf(s->load.arrival, sizeof s->load.arrival, "trace");
    return 0;
}
