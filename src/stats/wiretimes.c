// SPDX-License-Identifier: MIT
#include "stats/wiretimes.h"

#include <errno.h>

#define DIGITS 2

int wiretimes_init(struct wiretimes *w)
{
    *w = (struct wiretimes){hist_new(DIGITS), hist_new(DIGITS), hist_new(DIGITS), hist_new(DIGITS), 0};
    if (w->send && w->wire && w->wake && w->whole)
        return 0;
    wiretimes_free(w);
    return -ENOMEM;
}

void wiretimes_reset(struct wiretimes *w)
{
    hist_reset(w->send);
    hist_reset(w->wire);
    hist_reset(w->wake);
    hist_reset(w->whole);
    w->missed = 0;
}

void wiretimes_free(struct wiretimes *w)
{
    hist_free(w->send);
    hist_free(w->wire);
    hist_free(w->wake);
    hist_free(w->whole);
    *w = (struct wiretimes){0};
}

void wiretimes_merge(struct wiretimes *w, const struct wiretimes *from)
{
    hist_merge(w->send, from->send);
    hist_merge(w->wire, from->wire);
    hist_merge(w->wake, from->wake);
    hist_merge(w->whole, from->whole);
    w->missed += from->missed;
}

void wiretimes_record(struct wiretimes *w, uint64_t asked_ns, uint64_t left_ns, uint64_t arrived_ns,
                      uint64_t had_ns)
{
    if (left_ns < asked_ns || arrived_ns < left_ns || had_ns < arrived_ns) { // the clock was set meanwhile
        w->missed++;
        return;
    }
    hist_record(w->send, left_ns - asked_ns, 1);
    hist_record(w->wire, arrived_ns - left_ns, 1);
    hist_record(w->wake, had_ns - arrived_ns, 1);
    hist_record(w->whole, had_ns - asked_ns, 1);
}

double wiretimes_share(const struct wiretimes *w, double q)
{
    double own = (double)hist_quantile(w->send, q) + (double)hist_quantile(w->wake, q);
    double all = own + (double)hist_quantile(w->wire, q);
    return all > 0 ? own / all : 0;
}
