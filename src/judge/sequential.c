// SPDX-License-Identifier: MIT
#include "judge/sequential.h"

#include "base/err.h"
#include "judge/normal.h"
#include "judge/sample.h"
#include "judge/student.h"

#include <errno.h>
#include <math.h>

#define LOOKS (SEQUENTIAL_LAST - SEQUENTIAL_FIRST + 1)
#define HODGES_LEHMANN 1.0233267 // sqrt(pi / 3): its deviation over that of the mean, for normal noise
#define APART_NORMAL 0.9539      // the middle of all |x - y| of a normal sample, over its deviation
#define FOUR_IN_FIVE 0.8416212   // the normal quantile at 0.8

// By the size of the family, less 1: the critical sum of signed ranks at each look; -1 where there is none
// yet. Printed by tests/sim/boundaries.c (make simulate).
static const short criticals[SEQUENTIAL_FAMILY][LOOKS] = {
    {0,   0,   1,   2,   3,   5,   7,   9,   12,  16,  19,  22,  26,  31,  36,  41,  47,  52,  59,  65,
     73,  80,  88,  95,  105, 113, 123, 132, 143, 153, 164, 176, 188, 200, 212, 225, 239, 252, 265, 279,
     294, 311, 325, 341, 359, 375, 393, 411, 428, 448, 467, 486, 506, 526, 546, 568, 589, 610},
    {-1,  0,   0,   0,   2,   4,   5,   7,   9,   12,  15,  18,  22,  26,  30,  35,  40,  46,  52,  58,
     64,  71,  78,  86,  94,  103, 111, 120, 130, 140, 150, 161, 172, 184, 196, 207, 220, 233, 248, 260,
     275, 289, 304, 319, 336, 352, 368, 385, 403, 420, 439, 458, 477, 496, 517, 538, 558, 578},
    {-1,  0,   0,   0,   1,   2,   3,   5,   7,   10,  12,  15,  18,  21,  25,  29,  35,  39,  44,  50,
     57,  63,  69,  77,  84,  92,  100, 109, 118, 128, 137, 147, 158, 169, 179, 192, 203, 215, 226, 241,
     255, 269, 283, 298, 312, 328, 343, 359, 375, 390, 410, 427, 445, 464, 485, 506, 525, 545},
    {-1,  -1,  0,   0,   0,   2,   3,   5,   7,   9,   12,  15,  18,  21,  26,  30,  35,  39,  45,  50,
     57,  63,  70,  77,  85,  93,  101, 110, 119, 128, 138, 148, 159, 170, 181, 193, 204, 216, 229, 242,
     256, 270, 285, 299, 314, 329, 344, 361, 378, 393, 413, 429, 447, 465, 488, 509, 527, 548},
    {-1,  -1,  0,   0,   0,   2,   2,   4,   6,   8,   10,  13,  16,  19,  24,  27,  32,  37,  41,  48,
     53,  59,  66,  73,  79,  87,  95,  104, 113, 121, 131, 142, 151, 163, 174, 185, 197, 208, 219, 232,
     245, 260, 275, 290, 304, 319, 334, 349, 366, 382, 398, 416, 434, 454, 470, 492, 514, 532},
    {-1,  -1,  0,   0,   0,   1,   2,   3,   5,   7,   9,   12,  15,  18,  21,  25,  30,  34,  39,  44,
     50,  56,  63,  68,  76,  82,  90,  98,  108, 117, 125, 134, 144, 154, 165, 177, 187, 199, 212, 223,
     236, 248, 263, 279, 294, 309, 324, 339, 356, 374, 388, 406, 422, 443, 460, 475, 497, 515},
    {-1,  -1,  -1,  0,   0,   1,   2,   3,   5,   7,   9,   12,  15,  19,  22,  27,  31,  35,  41,  46,
     52,  58,  65,  71,  78,  86,  94,  102, 111, 120, 130, 139, 149, 161, 171, 183, 194, 206, 217, 230,
     243, 256, 272, 288, 302, 316, 331, 347, 364, 380, 395, 415, 431, 451, 468, 489, 511, 527},
    {-1,  -1,  -1,  0,   0,   0,   2,   3,   5,   7,   9,   11,  14,  18,  21,  25,  30,  34,  39,  45,
     50,  57,  63,  69,  76,  83,  91,  98,  109, 117, 125, 135, 145, 155, 166, 178, 188, 200, 213, 223,
     237, 249, 264, 281, 296, 310, 325, 342, 357, 374, 390, 408, 424, 445, 461, 478, 499, 519},
};

static int critical_at(unsigned family, unsigned n)
{
    return n < SEQUENTIAL_FIRST ? -1 : criticals[family - 1][n - SEQUENTIAL_FIRST];
}

unsigned sequential_first(unsigned family)
{
    if (family == 0 || family > SEQUENTIAL_FAMILY)
        BUG("a family has one to eight verdicts");
    unsigned n = SEQUENTIAL_FIRST;
    while (critical_at(family, n) < 0)
        n++;
    return n;
}

double sequential_spent(unsigned family, unsigned n)
{
    unsigned first = sequential_first(family);
    double error = SEQUENTIAL_ERROR / family, at_first = ldexp(1, 1 - (int)first);
    if (n < first)
        return 0;
    return family *
           (at_first + (error - at_first) * log((double)n / first) / log((double)SEQUENTIAL_LAST / first));
}

// Half the width that the interval of n blocks is expected to have, in deviations of a block: about that of
// Student's interval with the same error at this look.
static double half_width(unsigned family, unsigned n)
{
    double sums = n * (n + 1.0), deviation = sqrt(sums * (2 * n + 1) / 24);
    double error = normal_p((sums / 4 - critical_at(family, n) - 0.5) / deviation);
    return HODGES_LEHMANN * student_quantile(1 - error / 2, n - 1) / sqrt(n);
}

double sequential_spread(const double *d, unsigned n)
{
    double apart[SEQUENTIAL_LAST * (SEQUENTIAL_LAST - 1) / 2];
    unsigned m = 0;
    if (n < 2 || n > SEQUENTIAL_LAST || !sample_sound(d, n))
        BUG("a spread is that of 2 to 64 blocks");
    for (unsigned j = 1; j < n; j++)
        for (unsigned i = 0; i < j; i++)
            apart[m++] = fabs(d[i] - d[j]);
    sample_sort(apart, m);
    return sample_median(apart, m) / APART_NORMAL;
}

double sequential_smallest(double spread, unsigned blocks, const struct sequential_terms *terms)
{
    if (blocks > SEQUENTIAL_LAST)
        BUG("a comparison has up to 64 blocks");
    if (blocks < sequential_first(terms->family))
        return INFINITY;
    double half = half_width(terms->family, blocks);
    double by_chance = sqrt(HODGES_LEHMANN / blocks + half * half / (2 * (blocks - 1)));
    double told = log1p(terms->margin) + spread * (half + FOUR_IN_FIVE * by_chance);
    return exp(fmax(told, terms->floor));
}

// How many blocks more until the interval lies on one side of the margin, if the ratio stays where it is.
static unsigned blocks_more(const double *d, unsigned n, const struct sequential_terms *terms, double ratio)
{
    double edge = ratio < 1 ? log1p(-terms->margin) : log1p(terms->margin);
    double room = fabs(log(ratio) - edge), spread = sequential_spread(d, n);
    unsigned first = sequential_first(terms->family), low = n + 1 > first ? n + 1 : first;
    unsigned high = SEQUENTIAL_LAST + 1;
    while (low < high) { // the width falls with the blocks
        unsigned middle = (low + high) / 2;
        if (spread * half_width(terms->family, middle) < room)
            high = middle;
        else
            low = middle + 1;
    }
    return low <= SEQUENTIAL_LAST ? low - n : 0;
}

// A verdict that the floor forbids stays forbidden, however many blocks there are.
static bool forbidden(const struct sequential_terms *terms, double ratio)
{
    double told = fabs(log(ratio)), margin = log1p(terms->margin);
    return (told > margin ? told : margin) < terms->floor;
}

int sequential_look(const double *d, unsigned n, const struct sequential_terms *terms, struct sequential *out)
{
    unsigned first = sequential_first(terms->family);
    struct sequential s = {0};
    struct paired_level level = {.critical = -1, .tail = SEQUENTIAL_ERROR / 2 / terms->family};
    if (n >= first && n <= SEQUENTIAL_LAST)
        level.critical = critical_at(terms->family, n);
    int rc = paired_at(d, n, &level, &s.estimate);
    if (rc < 0)
        return rc;
    s.finding = finding_of(&s.estimate, terms->margin, terms->floor);
    s.stands = n >= first &&
               (s.finding == FINDING_HIGHER || s.finding == FINDING_LOWER || s.finding == FINDING_EQUIVALENT);
    if (!s.stands && !forbidden(terms, s.estimate.ratio))
        s.blocks_more = blocks_more(d, n, terms, s.estimate.ratio);
    *out = s;
    return 0;
}
