// SPDX-License-Identifier: MIT
#include "load/keydist.h"

#include <math.h>

static void set_hot(struct keydist *k, const struct keylaw *law)
{
    k->hot = (uint64_t)round(law->a / 100 * (double)k->range);
    k->hot = k->hot ? k->hot : 1;
    k->hot_share = k->hot < k->range ? law->b / 100 : 1;
    k->shift_ns = law->shift_ns;
}

struct keydist keydist_init(uint64_t range, const struct keylaw *law, uint64_t seed, struct deal deal)
{
    struct keydist k = {.range = range ? range : 1,
                        .uniform = law->kind == KEYLAW_UNIFORM,
                        .rng = rng_init(seed, deal.part),
                        .kind = law->kind,
                        .deal = deal};
    k.scramble = scramble_init(k.range);
    k.mean = keylaw_keys(law->a, law->a_share, k.range);
    k.sd = keylaw_keys(law->b, law->b_share, k.range);
    if (law->kind == KEYLAW_GAUSS) { // else draws might never fall into the range
        k.mean = fmin(k.mean, (double)k.range);
        k.sd = fmin(k.sd, (double)k.range);
    }
    if (law->kind == KEYLAW_ZIPF || law->kind == KEYLAW_LATEST)
        k.zipf = zipf_init(k.range, law->a);
    if (law->kind == KEYLAW_HOTSET)
        set_hot(&k, law);
    if (law->kind == KEYLAW_EXP)
        k.all = -expm1(-(double)k.range / k.mean);
    for (unsigned i = 0; law->kind == KEYLAW_SEQ && i < KEYDIST_NAMES; i++) {
        k.next[i] = deal.part % k.range;
        k.step[i] = deal.parts % k.range;
    }
    return k;
}

void keydist_run(struct keydist *k, unsigned kind, uint64_t first)
{
    k->next[kind] = first % k->range;
    k->step[kind] = 1 % k->range;
}

void keydist_shift(struct keydist *k, uint64_t by)
{
    for (unsigned i = 0; i < KEYDIST_NAMES; i++)
        k->next[i] =
            k->kind == KEYLAW_SEQ ? (k->next[i] + by % k->range) % k->range : k->next[i] + by / k->deal.parts;
}

void keydist_at(struct keydist *k, uint64_t since_ns)
{
    if (k->shift_ns)
        k->hot_at = since_ns / k->shift_ns % k->range * k->hot % k->range;
}

static uint64_t count_up(struct keydist *k, unsigned kind)
{
    uint64_t key = k->next[kind];
    uint64_t after = key + k->step[kind];
    k->next[kind] = after < k->range ? after : after - k->range;
    return key;
}

// The worker's connections in turn, each through a part of the keys of its own.
static uint64_t count_up_apart(struct keydist *k, unsigned kind)
{
    uint64_t n = k->next[kind]++, own = deal_clients(&k->deal);
    uint64_t client = deal_clients_before(&k->deal, k->deal.part) + n % own;
    uint64_t from = client * k->range / k->deal.clients, to = (client + 1) * k->range / k->deal.clients;
    return to > from ? from + n / own % (to - from) : from;
}

// Marsaglia's polar method; what lies outside the range is drawn again.
static uint64_t draw_gauss(struct keydist *k)
{
    for (;;) {
        double x = 2 * rng_unit(&k->rng) - 1, y = 2 * rng_unit(&k->rng) - 1, r = x * x + y * y;
        if (r >= 1 || r == 0)
            continue;
        double at = k->mean + k->sd * x * sqrt(-2 * log(r) / r);
        if (at >= 0 && at < (double)k->range)
            return (uint64_t)at;
    }
}

// By the inverse of the part of the law that lies in the range.
static uint64_t draw_exp(struct keydist *k)
{
    double at = -k->mean * log1p(-k->all * (1 - rng_unit(&k->rng)));
    return at < (double)k->range ? (uint64_t)at : k->range - 1;
}

static uint64_t draw_hotset(struct keydist *k)
{
    bool hot = rng_unit(&k->rng) <= k->hot_share;
    uint64_t rank = hot ? rng_below(&k->rng, k->hot) : k->hot + rng_below(&k->rng, k->range - k->hot);
    rank += k->hot_at;
    return rank < k->range ? rank : rank - k->range;
}

static inline __attribute__((always_inline)) uint64_t draw_law(struct keydist *k, unsigned kind)
{
    switch (k->kind) {
    case KEYLAW_UNIFORM:
        break;
    case KEYLAW_ZIPF:
        return scramble(&k->scramble, zipf_draw(&k->zipf, &k->rng));
    case KEYLAW_HOTSET:
        return scramble(&k->scramble, draw_hotset(k));
    case KEYLAW_GAUSS:
        return draw_gauss(k);
    case KEYLAW_LATEST:
        return k->range - 1 - zipf_draw(&k->zipf, &k->rng);
    case KEYLAW_EXP:
        return scramble(&k->scramble, draw_exp(k));
    case KEYLAW_SEQ:
        return count_up(k, kind);
    case KEYLAW_SEQ_PARALLEL:
        return count_up_apart(k, kind);
    }
    return rng_below(&k->rng, k->range);
}

void keydist_grow(struct keydist *k, struct growth *growth, double inserts)
{
    k->growth = growth;
    k->inserts = inserts;
    k->uniform = false;
}

// The i-th key of those that the worker knows: the range, then its own. Workers take turns behind the range.
static uint64_t known_key(const struct keydist *k, uint64_t i)
{
    return i < k->range ? i : k->range + (i - k->range) * k->deal.parts + k->deal.part;
}

__attribute__((noinline)) static uint64_t draw_growing(struct keydist *k, unsigned kind)
{
    struct growth *g = k->growth;
    if (k->inserts > 0 && rng_unit(&k->rng) <= k->inserts)
        return known_key(k, k->range + g->added++);
    uint64_t known = k->range + (g->added > g->pending ? g->added - g->pending : 0);
    if (k->kind == KEYLAW_UNIFORM)
        return known_key(k, rng_below(&k->rng, known));
    if (k->kind != KEYLAW_LATEST)
        return draw_law(k, kind);
    if (k->zipf.n != known)
        zipf_resize(&k->zipf, known);
    return known_key(k, known - 1 - zipf_draw(&k->zipf, &k->rng));
}

uint64_t keydist_draw(struct keydist *k, unsigned kind)
{
    return k->growth ? draw_growing(k, kind) : draw_law(k, kind);
}
