// SPDX-License-Identifier: MIT
#include "load/bins.h"

#include <math.h>

#define HEAD 64      // terms of a harmonic sum that are added one by one
#define LOG_SPREAD 4 // as of a lognormal law of sizes,
#define TAIL 1e-6    // and of a Pareto law

// A law as its distribution function: the share of draws below x, x in [from, to].
struct function {
    double (*below)(const struct function *f, double x);
    uint64_t from, to;
    double range, s, head, all; // of a harmonic sum: its exponent, its first terms
    double a, b;                // numbers of the law
    double low, high;           // of a law that is cut off: what is below its ends
    const struct sizes *sizes;
};

static double uniform(const struct function *f, double x)
{
    return (x - (double)f->from) / (double)(f->to - f->from);
}

// The sum of k^-s up to x: the first terms, and Euler and Maclaurin's formula for the others.
static double harmonic(const struct function *f, double x)
{
    double s = f->s, m = HEAD, sum = 0, e = 1 - s;
    for (int k = 1; x <= HEAD && k <= x; k++)
        sum += pow(k, -s);
    if (x <= HEAD)
        return sum;
    double ratio = log(x / m);
    double area = pow(m, e) * (e == 0 ? ratio : expm1(e * ratio) / e);
    double ends = (pow(x, -s) - pow(m, -s)) / 2;
    double slopes = -s * (pow(x, -s - 1) - pow(m, -s - 1)) / 12;
    double thirds = -s * (s + 1) * (s + 2) * (pow(x, -s - 3) - pow(m, -s - 3)) / 720;
    return f->head + area + ends + slopes - thirds;
}

static double zipf(const struct function *f, double x)
{
    return harmonic(f, x) / f->all;
}

static double hotset(const struct function *f, double x)
{
    double hot = f->a, share = f->b;
    return x < hot          ? share * x / hot
           : f->range > hot ? share + (1 - share) * (x - hot) / (f->range - hot)
                            : 1;
}

static double exponential(const struct function *f, double x)
{
    return expm1(-x / f->a) / expm1(-f->range / f->a);
}

static double normal(double z)
{
    return erfc(-z / M_SQRT2) / 2;
}

static double gauss(const struct function *f, double x)
{
    return (normal((x - f->a) / f->b) - f->low) / (f->high - f->low);
}

static double listed(const struct function *f, double x)
{
    const struct sizes *s = f->sizes;
    double below = 0;
    for (unsigned i = 0; i < s->n; i++)
        below += s->size[i] < x ? (double)(s->upto[i] - (i ? s->upto[i - 1] : 0)) : 0;
    return below / (double)s->upto[s->n - 1];
}

static double lognormal(const struct function *f, double x)
{
    double z = fmin(LOG_SPREAD, fmax(-LOG_SPREAD, (log(x) - f->a) / f->b));
    return (normal(z) - f->low) / (f->high - f->low);
}

// Sizes are whole bytes, those between two the larger one.
static double pareto(const struct function *f, double x)
{
    double above = x > 1 ? pow(1 + f->a * (x - 1) / f->b, -1 / f->a) : 1;
    return fmin(1, (1 - above) / (1 - TAIL));
}

// The least x below which a share of `wanted` lies, or a little more.
static uint64_t quantile(const struct function *f, double wanted)
{
    uint64_t lo = f->from, hi = f->to;
    while (lo < hi) {
        uint64_t mid = lo + (hi - lo) / 2;
        if (f->below(f, (double)mid) < wanted)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

// Into bins of about the same share; a value that has more is a bin by itself.
static void cut(struct bins *b, const struct function *f)
{
    double before = 0;
    b->n = 0;
    for (unsigned i = 1; i <= BINS_MAX; i++) {
        uint64_t at = i < BINS_MAX ? quantile(f, (double)i / BINS_MAX) : f->to;
        double below = at < f->to ? f->below(f, (double)at) : 1;
        if ((b->n && at <= b->upto[b->n - 1]) || below <= before)
            continue;
        b->upto[b->n] = at;
        b->share[b->n++] = below - before;
        before = below;
    }
    b->n = b->n > 1 ? b->n : 0;
}

static struct function zipf_of(double s, uint64_t range)
{
    struct function f = {.below = zipf, .s = s};
    f.head = harmonic(&f, HEAD);
    f.all = harmonic(&f, (double)range);
    return f;
}

static struct function gauss_of(const struct keylaw *law, uint64_t range)
{
    double n = (double)range;
    struct function f = {.below = gauss,
                         .a = fmin(keylaw_keys(law->a, law->a_share, range), n),
                         .b = fmin(keylaw_keys(law->b, law->b_share, range), n)};
    f.low = normal(-f.a / f.b);
    f.high = normal((n - f.a) / f.b);
    return f;
}

void bins_of_keys(struct bins *b, const struct keylaw *law, uint64_t range)
{
    struct function f = {.below = uniform};
    *b = (struct bins){0};
    if (range < 2 || keylaw_counts(law))
        return;
    if (law->kind == KEYLAW_ZIPF || law->kind == KEYLAW_LATEST)
        f = zipf_of(law->a, range);
    else if (law->kind == KEYLAW_GAUSS)
        f = gauss_of(law, range);
    else if (law->kind == KEYLAW_EXP)
        f = (struct function){.below = exponential, .a = keylaw_keys(law->a, law->a_share, range)};
    else if (law->kind == KEYLAW_HOTSET)
        f = (struct function){
            .below = hotset, .a = fmax(1, round(law->a / 100 * (double)range)), .b = law->b / 100};
    f.to = range;
    f.range = (double)range;
    cut(b, &f);
}

void bins_of_sizes(struct bins *b, const struct sizes *s)
{
    struct function f = {.from = s->lo, .to = (uint64_t)s->hi + 1, .sizes = s, .a = s->mu, .b = s->sigma};
    *b = (struct bins){0};
    if (!sizes_vary(s))
        return;
    f.below = s->kind == SIZES_RANGE    ? uniform
              : s->kind == SIZES_LIST   ? listed
              : s->kind == SIZES_PARETO ? pareto
                                        : lognormal;
    if (s->kind ==
        SIZES_LOGNORMAL) { // whole bytes: what is drawn up to hi and a part of a byte is hi's no more
        f.low = normal(fmax(-LOG_SPREAD, (log((double)s->lo) - s->mu) / s->sigma));
        f.high = normal(fmin(LOG_SPREAD, (log((double)s->hi) - s->mu) / s->sigma));
    }
    cut(b, &f);
}

uint64_t bins_place(enum keylaw_kind law, const struct keydist *k, uint64_t key)
{
    if (key >= k->range)
        return key;
    switch (law) {
    case KEYLAW_LATEST:
        return k->range - 1 - key;
    case KEYLAW_ZIPF:
    case KEYLAW_EXP:
        return scramble_undo(&k->scramble, key);
    case KEYLAW_HOTSET: {
        uint64_t rank = scramble_undo(&k->scramble, key);
        return rank >= k->hot_at ? rank - k->hot_at : rank + (k->range - k->hot_at);
    }
    default:
        return key;
    }
}

unsigned bins_find(const struct bins *b, uint64_t value)
{
    unsigned lo = 0, hi = b->n - 1;
    while (lo < hi) {
        unsigned mid = (lo + hi) / 2;
        if (value < b->upto[mid])
            hi = mid;
        else
            lo = mid + 1;
    }
    return lo;
}
