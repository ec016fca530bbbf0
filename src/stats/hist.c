// SPDX-License-Identifier: MIT
#include "stats/hist.h"

#include "base/err.h"

#include <hdr/hdr_histogram.h>
#include <hdr/hdr_histogram_log.h>
#include <math.h>
#include <stdlib.h>

struct hist {
    struct hdr_histogram *buckets; // what is in range
    uint64_t count;                // of all, those above the top included
    uint64_t overflow;
    uint64_t min, max;
    unsigned __int128 sum;
};

struct hist *hist_new(int digits)
{
    if (digits < 1 || digits > 5)
        BUG("a histogram has 1 to 5 digits");
    struct hist *h = calloc(1, sizeof *h);
    if (!h || hdr_init(1, (int64_t)HIST_TOP_NS, digits, &h->buckets) != 0) {
        free(h);
        return NULL;
    }
    h->min = UINT64_MAX;
    return h;
}

void hist_free(struct hist *h)
{
    if (!h)
        return;
    hdr_close(h->buckets);
    free(h);
}

void hist_reset(struct hist *h)
{
    hdr_reset(h->buckets);
    *h = (struct hist){.buckets = h->buckets, .min = UINT64_MAX};
}

void hist_record(struct hist *h, uint64_t ns, uint64_t n)
{
    if (n == 0)
        return;
    if (ns == 0)
        ns = 1;
    h->count += n;
    h->sum += (unsigned __int128)ns * n;
    if (ns < h->min)
        h->min = ns;
    if (ns > h->max)
        h->max = ns;
    if (ns > HIST_TOP_NS)
        h->overflow += n;
    else
        hdr_record_values(h->buckets, (int64_t)ns, (int64_t)n);
}

void hist_merge(struct hist *h, const struct hist *from)
{
    if (hist_digits(h) != hist_digits(from))
        BUG("histograms of different digits do not add up");
    hdr_add(h->buckets, from->buckets);
    h->count += from->count;
    h->overflow += from->overflow;
    h->sum += from->sum;
    if (from->min < h->min)
        h->min = from->min;
    if (from->max > h->max)
        h->max = from->max;
}

uint64_t hist_count(const struct hist *h)
{
    return h->count;
}

uint64_t hist_overflow(const struct hist *h)
{
    return h->overflow;
}

uint64_t hist_min(const struct hist *h)
{
    return h->count ? h->min : 0;
}

uint64_t hist_max(const struct hist *h)
{
    return h->max;
}

double hist_mean(const struct hist *h)
{
    return h->count ? (double)((long double)h->sum / (long double)h->count) : 0;
}

int hist_digits(const struct hist *h)
{
    return h->buckets->significant_figures;
}

// Goes through the buckets that hold something, in rising order; what lies above the top is the last of them.
struct cursor {
    const struct hist *h;
    int32_t index; // of the bucket to look at next
    uint64_t ns;   // greatest value that the bucket can hold, never above the exact greatest
    uint64_t seen; // values up to ns
};

static bool cursor_next(struct cursor *c)
{
    const struct hist *h = c->h;
    if (c->seen == h->count)
        return false;
    if (c->seen == h->count - h->overflow) {
        c->seen = h->count;
        c->ns = h->max;
        return true;
    }
    int64_t n = 0;
    while (n == 0)
        n = hdr_count_at_index(h->buckets, c->index++);
    int64_t low = hdr_value_at_index(h->buckets, c->index - 1);
    uint64_t top = (uint64_t)hdr_next_non_equivalent_value(h->buckets, low) - 1;
    c->seen += (uint64_t)n;
    c->ns = top < h->max ? top : h->max;
    return true;
}

// ceil(q * n), 1 to n. q stands for a decimal fraction that a double can only come near: a product that is
// above a whole number by no more than that error is the whole number (0.07 of 100 is 7, not 8).
static uint64_t rank_of(double q, uint64_t n)
{
    long double exact = (long double)q * (long double)n;
    long double rank = ceill(exact * (1 - 0x1p-51L));
    if (rank < 1)
        return 1;
    return rank < (long double)n ? (uint64_t)rank : n;
}

uint64_t hist_quantile(const struct hist *h, double q)
{
    if (!(q > 0))
        return hist_min(h);
    uint64_t rank = rank_of(q, h->count);
    struct cursor c = {.h = h};
    while (c.seen < rank && cursor_next(&c))
        ;
    return c.ns;
}

uint64_t hist_count_upto(const struct hist *h, uint64_t ns)
{
    uint64_t upto = 0;
    struct cursor c = {.h = h};
    while (cursor_next(&c) && c.ns <= ns)
        upto = c.seen;
    return upto;
}

// The distance to 100 halves in `ticks` equal steps.
static double next_percentile(double percentile, int ticks)
{
    double halvings = floor(log2(100 / (100 - percentile))) + 1;
    return percentile + 100 / (ticks * exp2(halvings));
}

static double percent(uint64_t part, uint64_t whole)
{
    return whole ? 100.0 * (double)part / (double)whole : 0;
}

void hist_walk_percentiles(const struct hist *h, int ticks, bool (*see)(void *ctx, const struct hist_step *),
                           void *ctx)
{
    struct cursor c = {.h = h};
    double percentile = 0;
    bool more = cursor_next(&c);
    while (more && percentile < 100) {
        if (percent(c.seen, h->count) < percentile) {
            more = cursor_next(&c);
            continue;
        }
        if (!see(ctx, &(struct hist_step){percentile, c.ns, c.seen}))
            return;
        if (c.seen == h->count)
            break;
        percentile = next_percentile(percentile, ticks);
    }
    see(ctx, &(struct hist_step){100, h->max, h->count});
}

void hist_walk_linear(const struct hist *h, uint64_t (*next)(uint64_t edge),
                      bool (*see)(void *ctx, const struct hist_step *), void *ctx)
{
    struct cursor c = {.h = h};
    bool more = cursor_next(&c); // c: the first bucket that edge has not passed
    uint64_t edge = 0, passed = 0;
    while (more) {
        edge = edge < HIST_TOP_NS ? next(edge) : h->max;
        while (more && c.ns <= edge) {
            passed = c.seen;
            more = cursor_next(&c);
        }
        if (!see(ctx, &(struct hist_step){percent(passed, h->count), edge, passed}))
            return;
    }
}

char *hist_encode(const struct hist *h)
{
    char *text = NULL;
    return hdr_log_encode(h->buckets, &text) == 0 ? text : NULL;
}
