// SPDX-License-Identifier: MIT
#include "load/zipf.h"

#include <math.h>

#define STRAIGHT 1e-3 // from here on 1 + e * u is precise enough to take its logarithm

// The integral of x^-s from 1 on.
static double integral(const struct zipf *z, double x)
{
    return z->e == 0 ? log(x) : expm1(z->e * log(x)) / z->e;
}

static inline double inverse(const struct zipf *z, double u)
{
    if (fabs(z->e) >= STRAIGHT)
        return exp(log(1 + z->e * u) * z->per_e);
    return z->e == 0 ? exp(u) : exp(log1p(z->e * u) / z->e);
}

static double weight(const struct zipf *z, double k)
{
    return exp((z->e - 1) * log(k));
}

struct zipf zipf_init(uint64_t n, double s)
{
    struct zipf z = {.e = 1 - s};
    z.per_e = z.e == 0 ? 0 : 1 / z.e;
    z.first = integral(&z, 1.5) - 1;
    z.always = 2 - inverse(&z, integral(&z, 2.5) - weight(&z, 2));
    zipf_resize(&z, n);
    return z;
}

void zipf_resize(struct zipf *z, uint64_t n)
{
    z->n = n;
    z->last = integral(z, (double)n + 0.5);
}

// A point of the area under x^-s, each rank's part of which is its weight or a little more, and is cut down
// to it: what falls into the rest is drawn again.
uint64_t zipf_draw(const struct zipf *z, struct rng *rng)
{
    for (;;) {
        double u = z->last + rng_unit(rng) * (z->first - z->last);
        double x = inverse(z, u);
        uint64_t k = (uint64_t)(x + 0.5);
        if (k < 1)
            k = 1;
        if (k > z->n)
            k = z->n;
        if ((double)k - x <= z->always || u >= integral(z, (double)k + 0.5) - weight(z, (double)k))
            return k - 1;
    }
}
