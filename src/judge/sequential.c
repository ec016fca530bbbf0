// SPDX-License-Identifier: MIT
#include "judge/sequential.h"

#include "base/err.h"
#include "judge/normal.h"
#include "judge/order.h"
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
    {0,   0,   0,   1,   2,   3,   4,   6,   8,   11,  14,  17,  20,  24,  28,  32,  37,  42,  48,  54,
     60,  67,  74,  82,  89,  97,  105, 114, 124, 133, 144, 154, 165, 176, 189, 200, 213, 225, 238, 252,
     265, 279, 294, 310, 325, 341, 358, 375, 391, 410, 428, 446, 465, 484, 505, 524, 545, 565, 586},
    {-1,  0,   0,   0,   1,   2,   2,   4,   6,   8,   10,  13,  16,  19,  23,  27,  32,  36,  41,  47,
     53,  58,  65,  73,  79,  87,  95,  103, 113, 121, 131, 141, 152, 162, 173, 184, 195, 207, 220, 234,
     247, 261, 275, 289, 305, 320, 333, 351, 366, 384, 399, 419, 436, 453, 473, 495, 514, 537, 557},
    {-1,  -1,  0,   0,   0,   1,   2,   4,   6,   8,   10,  13,  16,  19,  23,  27,  31,  36,  41,  46,
     52,  58,  65,  72,  79,  87,  94,  103, 112, 121, 131, 140, 152, 162, 173, 183, 195, 207, 219, 233,
     246, 260, 274, 288, 304, 319, 333, 350, 366, 383, 399, 419, 435, 453, 473, 494, 514, 536, 557},
    {-1,  -1,  0,   0,   0,   0,   2,   3,   4,   6,   7,   10,  13,  16,  19,  23,  27,  31,  36,  41,
     46,  53,  58,  65,  71,  78,  86,  94,  102, 111, 120, 129, 139, 149, 159, 170, 182, 194, 205, 216,
     229, 242, 255, 271, 286, 301, 316, 331, 347, 364, 378, 393, 413, 430, 451, 465, 487, 510, 526},
    {-1,  -1,  -1,  0,   0,   0,   2,   3,   4,   6,   9,   11,  14,  17,  20,  24,  28,  33,  38,  43,
     49,  55,  61,  67,  75,  83,  90,  97,  107, 115, 125, 135, 144, 154, 167, 177, 188, 200, 212, 224,
     237, 251, 265, 280, 295, 308, 324, 340, 355, 371, 386, 405, 421, 441, 460, 480, 499, 520, 540},
    {-1,  -1,  -1,  0,   0,   0,   1,   2,   4,   6,   8,   10,  12,  16,  19,  22,  27,  31,  35,  41,
     46,  52,  58,  64,  71,  78,  85,  93,  102, 110, 119, 129, 139, 148, 159, 170, 181, 193, 204, 216,
     229, 241, 255, 270, 286, 301, 315, 330, 346, 363, 378, 394, 413, 430, 451, 465, 487, 507, 525},
    {-1,  -1,  -1,  0,   0,   0,   1,   2,   3,   5,   6,   9,   11,  14,  17,  20,  25,  29,  33,  38,
     43,  49,  55,  61,  67,  75,  81,  89,  97,  105, 114, 123, 132, 142, 152, 163, 174, 185, 197, 210,
     220, 233, 245, 261, 276, 291, 305, 319, 335, 352, 371, 386, 402, 417, 436, 456, 471, 490, 510},
    {-1,  -1,  -1,  0,   0,   0,   0,   2,   3,   4,   6,   8,   10,  12,  15,  19,  22,  27,  31,  36,
     40,  46,  52,  58,  65,  72,  78,  85,  93,  100, 109, 118, 127, 136, 146, 156, 167, 180, 192, 202,
     214, 226, 239, 250, 265, 281, 298, 313, 329, 343, 361, 381, 394, 410, 425, 443, 462, 478, 500},
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
    if (n < 2 || n > SEQUENTIAL_LAST || !order_sound(d, n))
        BUG("a spread is that of 2 to 64 blocks");
    for (unsigned j = 1; j < n; j++)
        for (unsigned i = 0; i < j; i++)
            apart[m++] = fabs(d[i] - d[j]);
    order_sort(apart, m);
    return order_median(apart, m) / APART_NORMAL;
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
