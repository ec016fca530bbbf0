// SPDX-License-Identifier: MIT
// What the tests of judge share: noise to judge, and closeness.
#pragma once

#include "base/rng.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

// Normal, around 0 with deviation 1 (Box and Muller 1958).
static inline double sample_normal(struct rng *r)
{
    double length = sqrt(-2 * log(rng_unit(r)));
    return length * cos(2 * M_PI * rng_unit(r));
}

static inline void assert_near(double value, double expected, double error)
{
    if (!(fabs(value - expected) <= error))
        fail_msg("%.12g, not %.12g", value, expected);
}
