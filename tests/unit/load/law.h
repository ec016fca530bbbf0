// SPDX-License-Identifier: MIT
// Whether draws follow a law: Pearson's test over cells in the law's own order, those at its ends by
// themselves as far as they have enough draws. Needs cmocka.h included before.
#pragma once

#include "load/keydist.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LAW_CELL 10 // draws that a cell is to expect at least

// What chi-square exceeds once in three million tests, by Wilson and Hilferty.
static inline double law_critical(unsigned df)
{
    double a = 2.0 / (9.0 * df);
    return df * pow(1 - a + 5 * sqrt(a), 3);
}

// seen[i] draws of something whose weight is weights[i].
static inline void law_holds(const double *weights, const unsigned *seen, size_t n)
{
    double all = 0, total = 0, chi = 0, expected = 0, found = 0;
    unsigned cells = 0;
    for (size_t i = 0; i < n; i++) {
        all += weights[i];
        total += seen[i];
    }
    double left = total; // what is expected of those to come
    for (size_t i = 0; i < n; i++) {
        double more = weights[i] / all * total;
        expected += more;
        found += seen[i];
        left -= more;
        if (i + 1 < n && (expected < LAW_CELL || left < LAW_CELL))
            continue;
        chi += (found - expected) * (found - expected) / expected;
        cells++;
        expected = found = 0;
    }
    if (chi > law_critical(cells - 1))
        fail_msg("chi-square is %.1f in %u cells, more than %.1f", chi, cells, law_critical(cells - 1));
}

static inline struct keylaw law_of(const char *text)
{
    struct keylaw law;
    struct err err;
    if (keylaw_parse(text, &law, &err) < 0)
        fail_msg("%s", err.text);
    return law;
}

// One worker's keys.
static inline struct keydist law_keys(uint64_t range, const char *text, uint64_t seed)
{
    struct keylaw law = law_of(text);
    return keydist_init(range, &law, seed, (struct deal){1, 1, 0});
}
