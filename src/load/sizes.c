// SPDX-License-Identifier: MIT
#include "load/sizes.h"

#include "base/slice.h"
#include "base/units.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define TAIL 1e-6 // of a Pareto law is cut off
#define SPREAD 4  // standard deviations of the logarithm at which a lognormal law is cut off

static bool bytes_of(struct slice word, uint32_t *out)
{
    char text[32];
    uint64_t n;
    if (word.len == 0 || word.len >= sizeof text)
        return false;
    memcpy(text, word.at, word.len);
    text[word.len] = 0;
    if (units_parse_bytes(text, &n) < 0 || n < 1 || n > SIZES_MOST)
        return false;
    *out = (uint32_t)n;
    return true;
}

static struct slice cut(const char *at, size_t len)
{
    return (struct slice){at, len};
}

static bool range(const char *text, struct sizes *s)
{
    const char *dash = strchr(text, '-');
    size_t first = dash ? (size_t)(dash - text) : strlen(text);
    s->kind = SIZES_RANGE;
    return bytes_of(cut(text, first), &s->lo) &&
           bytes_of(dash ? slice_of(dash + 1) : slice_of(text), &s->hi) && s->lo <= s->hi;
}

static bool entry(struct slice word, struct sizes *s, uint64_t before)
{
    const char *colon = memchr(word.at, ':', word.len);
    char weight[24], *end;
    size_t len = colon ? word.len - (size_t)(colon + 1 - word.at) : 0;
    if (len == 0 || len >= sizeof weight || s->n == SIZES_LIST_MAX)
        return false;
    memcpy(weight, colon + 1, len);
    weight[len] = 0;
    unsigned long n = strtoul(weight, &end, 10);
    if (*end || weight[0] < '0' || weight[0] > '9' || n < 1 || n > 1000000000)
        return false;
    if (!bytes_of(cut(word.at, (size_t)(colon - word.at)), &s->size[s->n]))
        return false;
    s->upto[s->n++] = before + n;
    return true;
}

static bool list(const char *text, struct sizes *s)
{
    s->kind = SIZES_LIST;
    s->lo = UINT32_MAX;
    for (;; text++) {
        size_t len = strcspn(text, ",");
        if (!entry(cut(text, len), s, s->n ? s->upto[s->n - 1] : 0))
            return false;
        uint32_t size = s->size[s->n - 1];
        s->lo = size < s->lo ? size : s->lo;
        s->hi = size > s->hi ? size : s->hi;
        text += len;
        if (!*text)
            return true;
    }
}

static uint32_t bounded(double x)
{
    return x < 1 ? 1 : x > (double)SIZES_MOST ? (uint32_t)SIZES_MOST : (uint32_t)x;
}

// "5.5:0.3"
static bool two(const char *text, double *first, double *second)
{
    const char *end = units_decimal(text, first);
    end = end && *end == ':' ? units_decimal(end + 1, second) : NULL;
    return end && !*end;
}

static bool lognormal(const char *text, struct sizes *s)
{
    s->kind = SIZES_LOGNORMAL;
    if (!two(text, &s->mu, &s->sigma))
        return false;
    s->lo = bounded(floor(exp(s->mu - SPREAD * s->sigma)));
    s->hi = bounded(ceil(exp(s->mu + SPREAD * s->sigma)));
    return s->mu <= 20 && s->sigma > 0 && s->sigma <= 5;
}

// The size that a share u of all exceeds.
static double pareto_at(const struct sizes *s, double u)
{
    return s->sigma * expm1(-s->mu * log(u)) / s->mu;
}

static bool pareto(const char *text, struct sizes *s)
{
    s->kind = SIZES_PARETO;
    if (!two(text, &s->sigma, &s->mu) || !(s->sigma >= 1 && s->sigma <= 1e6) || !(s->mu > 0 && s->mu < 1))
        return false;
    s->lo = 1;
    s->hi = bounded(ceil(pareto_at(s, TAIL)));
    return true;
}

int sizes_parse(const char *option, const char *text, struct sizes *out, struct err *err)
{
    static const char law[] = "lognormal:", other[] = "pareto:";
    char quoted[64];
    *out = (struct sizes){0};
    bool good = strncmp(text, law, sizeof law - 1) == 0       ? lognormal(text + sizeof law - 1, out)
                : strncmp(text, other, sizeof other - 1) == 0 ? pareto(text + sizeof other - 1, out)
                : strchr(text, ':')                           ? list(text, out)
                                                              : range(text, out);
    if (good)
        return 0;
    return err_set(err, ERR_USAGE,
                   "%s: expected bytes such as 100, 100-500, 32:60,1024:30,64KiB:10 (size:weight), "
                   "lognormal:5:1.2 or pareto:214:0.35, up to 512MiB, got '%s'",
                   option, slice_quote(slice_of(text), quoted, sizeof quoted));
}

static uint32_t draw_list(const struct sizes *s, struct rng *rng)
{
    uint64_t at = rng_below(rng, s->upto[s->n - 1]);
    unsigned i = 0;
    while (at >= s->upto[i])
        i++;
    return s->size[i];
}

// Box and Muller; what lies beyond the cut is drawn again.
static uint32_t draw_lognormal(const struct sizes *s, struct rng *rng)
{
    for (;;) {
        double z = sqrt(-2 * log(rng_unit(rng))) * cos(2 * M_PI * rng_unit(rng));
        double x = exp(s->mu + s->sigma * z);
        if (fabs(z) <= SPREAD && x >= s->lo && x <= s->hi)
            return (uint32_t)x;
    }
}

// By the inverse of what is left of the law, up to whole bytes.
static uint32_t draw_pareto(const struct sizes *s, struct rng *rng)
{
    double x = ceil(pareto_at(s, TAIL + (1 - TAIL) * rng_unit(rng)));
    return x < 1 ? 1 : x > s->hi ? s->hi : (uint32_t)x;
}

uint32_t sizes_draw(const struct sizes *s, struct rng *rng)
{
    if (s->kind == SIZES_PARETO)
        return draw_pareto(s, rng);
    if (s->kind == SIZES_LIST)
        return draw_list(s, rng);
    if (s->kind == SIZES_LOGNORMAL)
        return draw_lognormal(s, rng);
    return s->lo + (uint32_t)rng_below(rng, (uint64_t)s->hi - s->lo + 1);
}

double sizes_mean(const struct sizes *s)
{
    double sum = 0;
    if (s->kind == SIZES_PARETO)
        return s->sigma / (1 - s->mu) + 0.5;
    if (s->kind == SIZES_LOGNORMAL)
        return fmin(exp(s->mu + s->sigma * s->sigma / 2), s->hi);
    if (s->kind == SIZES_RANGE)
        return ((double)s->lo + s->hi) / 2;
    for (unsigned i = 0; i < s->n; i++)
        sum += (double)s->size[i] * (double)(s->upto[i] - (i ? s->upto[i - 1] : 0));
    return sum / (double)s->upto[s->n - 1];
}
