// SPDX-License-Identifier: MIT
#include "stats/readtimes.h"

#include <errno.h>

#define DIGITS 2
#define FEW 100 // answers: fewer say nothing

int readtimes_init(struct readtimes *r)
{
    *r = (struct readtimes){hist_new(DIGITS), hist_new(DIGITS), hist_new(DIGITS), 0};
    if (r->delay && r->whole && r->kernel)
        return 0;
    readtimes_free(r);
    return -ENOMEM;
}

void readtimes_reset(struct readtimes *r)
{
    hist_reset(r->delay);
    hist_reset(r->whole);
    hist_reset(r->kernel);
    r->missed = 0;
}

void readtimes_free(struct readtimes *r)
{
    hist_free(r->delay);
    hist_free(r->whole);
    hist_free(r->kernel);
    *r = (struct readtimes){0};
}

void readtimes_merge(struct readtimes *r, const struct readtimes *from)
{
    hist_merge(r->delay, from->delay);
    hist_merge(r->whole, from->whole);
    hist_merge(r->kernel, from->kernel);
    r->missed += from->missed;
}

void readtimes_record(struct readtimes *r, uint64_t latency_ns, uint64_t delay_ns, uint64_t n)
{
    if (delay_ns > latency_ns) { // the clock was set meanwhile
        r->missed += n;
        return;
    }
    hist_record(r->delay, delay_ns, n);
    hist_record(r->whole, latency_ns, n);
    hist_record(r->kernel, latency_ns - delay_ns, n);
}

double readtimes_share(const struct readtimes *r, double q)
{
    if (!r->whole)
        return 0;
    double whole = (double)hist_quantile(r->whole, q), kernel = (double)hist_quantile(r->kernel, q);
    return whole > kernel ? 1 - kernel / whole : 0;
}

bool readtimes_known(const struct readtimes *r)
{
    return r->whole && hist_count(r->whole) >= FEW;
}
