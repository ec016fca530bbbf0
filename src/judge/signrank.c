// SPDX-License-Identifier: MIT
#include "judge/signrank.h"

#include "base/err.h"
#include "judge/sample.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#define SUM_MAX (SIGNRANK_MAX * (SIGNRANK_MAX + 1)) // of ranks that were doubled, so that mid-ranks are whole

struct law {
    unsigned top;             // the greatest sum
    double mass[SUM_MAX + 1]; // P(sum = i)
};

// A rank that is in the sum or not, both equally likely. Rank 0 changes nothing.
static void add_rank(struct law *law, unsigned rank)
{
    for (unsigned i = law->top + 1; i <= law->top + rank; i++)
        law->mass[i] = 0;
    law->top += rank;
    for (unsigned i = law->top + 1; rank && i-- > 0;)
        law->mass[i] = 0.5 * (law->mass[i] + (i >= rank ? law->mass[i - rank] : 0));
}

// Of no ranks; too large for a stack. NULL without memory.
static struct law *new_law(void)
{
    struct law *law = calloc(1, sizeof *law);
    if (law)
        law->mass[0] = 1;
    return law;
}

int signrank_critical(unsigned n, double tail)
{
    if (n == 0 || n > SIGNRANK_MAX)
        BUG("a signed-rank test has from 1 to 64 values");
    struct law *law = new_law();
    if (!law)
        return -1;
    for (unsigned rank = 1; rank <= n; rank++)
        add_rank(law, rank);
    int c = -1;
    for (double sum = law->mass[0]; sum <= tail && c < (int)law->top; sum += law->mass[c + 1])
        c++;
    free(law);
    return c;
}

// Twice the mid-rank that a value of this size has among all sizes.
static unsigned doubled_rank(const double *sizes, unsigned n, double size)
{
    unsigned below = 0, equal = 0;
    for (unsigned i = 0; i < n; i++) {
        below += sizes[i] < size;
        equal += sizes[i] == size;
    }
    return 2 * below + equal + 1;
}

int signrank_p(const double *d, unsigned n, double *p)
{
    if (n == 0 || n > SIGNRANK_MAX || !sample_sound(d, n))
        return -EINVAL;
    double sizes[SIGNRANK_MAX];
    struct law *law = new_law();
    unsigned positive = 0;
    if (!law)
        return -ENOMEM;
    for (unsigned i = 0; i < n; i++)
        sizes[i] = fabs(d[i]);
    for (unsigned i = 0; i < n; i++) {
        unsigned rank = d[i] != 0 ? doubled_rank(sizes, n, sizes[i]) : 0;
        positive += d[i] > 0 ? rank : 0;
        add_rank(law, rank);
    }
    unsigned least = positive < law->top - positive ? positive : law->top - positive;
    double tail = 0;
    for (unsigned i = 0; i <= least; i++)
        tail += law->mass[i];
    free(law);
    *p = fmin(2 * tail, 1);
    return 0;
}
