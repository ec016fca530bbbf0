// SPDX-License-Identifier: MIT
#include "judge/change.h"

#include "judge/sample.h"
#include "judge/student.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#define POINTS_MAX (CHANGE_MAX / CHANGE_SEGMENT * 2) // two windows see each value

struct series {
    const double *y;
    unsigned n;
    double weak_p;
    unsigned count;
    double (*reach)[CHANGE_WINDOW + 1]; // room for the distances within a window
    unsigned at[POINTS_MAX];            // weak points, then those that are left
};

struct level {
    unsigned n;
    double mean, squares; // squares: of the deviations from the mean
};

static struct level level_of(const double *y, unsigned from, unsigned to)
{
    struct level l = {.n = to - from};
    for (unsigned i = from; i < to; i++)
        l.mean += (y[i] - y[from]) / l.n;
    l.mean += y[from];
    for (unsigned i = from; i < to; i++)
        l.squares += (y[i] - l.mean) * (y[i] - l.mean);
    return l;
}

// Student's two-sample test with one variance.
static double p_between(struct level a, struct level b)
{
    double gap = fabs(a.mean - b.mean);
    unsigned df = a.n + b.n - 2;
    double error = df ? sqrt((a.squares + b.squares) / df * (1.0 / a.n + 1.0 / b.n)) : 0;
    if (gap == 0 || df == 0)
        return 1;
    return error > 0 ? student_p(gap / error, df) : 0;
}

struct split {
    unsigned at, end; // levels [from, at) and [at, end)
    double q;
};

// The divergence between [0, at) and [at, end) for each end, kept where it is the greatest. reach[j][t] is
// the sum of the distances of value j from the values before t.
static void best_end(double (*reach)[CHANGE_WINDOW + 1], unsigned n, unsigned at, struct split *best)
{
    double between = 0, left = 0, right = 0, a = at;
    for (unsigned j = 0; j < at; j++)
        left += reach[j][j];
    for (unsigned j = at; j < n; j++) {
        double b = j + 1 - at;
        between += reach[j][at];
        right += reach[j][j] - reach[j][at];
        if (b < CHANGE_SEGMENT)
            continue;
        double apart = between / (a * b), within = left / (a * (a - 1)) + right / (b * (b - 1));
        double q = 2 * a * b / (a + b) * (apart - within);
        if (q > best->q)
            *best = (struct split){.at = at, .end = j + 1, .q = q};
    }
}

static struct split best_split(double (*reach)[CHANGE_WINDOW + 1], const double *y, unsigned n)
{
    struct split best = {.q = -INFINITY};
    for (unsigned j = 0; j < n; j++) {
        reach[j][0] = 0;
        for (unsigned t = 0; t < n; t++)
            reach[j][t + 1] = reach[j][t] + fabs(y[j] - y[t]);
    }
    for (unsigned at = CHANGE_SEGMENT; at + CHANGE_SEGMENT <= n; at++)
        best_end(reach, n, at, &best);
    return best;
}

// Keeps at[] in rising order, each point once.
static void add_point(struct series *s, unsigned point)
{
    unsigned i = s->count;
    while (i > 0 && s->at[i - 1] > point)
        i--;
    if (i > 0 && s->at[i - 1] == point)
        return;
    for (unsigned k = s->count++; k > i; k--)
        s->at[k] = s->at[k - 1];
    s->at[i] = point;
}

// The weak points of [from, to), which is no longer than a window: the best one if it is one, then both sides
// of it.
static void divide(struct series *s, unsigned from, unsigned to)
{
    if (to - from < 2 * CHANGE_SEGMENT)
        return;
    struct split best = best_split(s->reach, s->y + from, to - from);
    unsigned at = from + best.at, end = from + best.end;
    if (p_between(level_of(s->y, from, at), level_of(s->y, at, end)) > s->weak_p)
        return;
    add_point(s, at);
    divide(s, from, at);
    divide(s, at, to);
}

static struct change change_at(const struct series *s, unsigned i, bool *too_short)
{
    unsigned from = i ? s->at[i - 1] : 0, to = i + 1 < s->count ? s->at[i + 1] : s->n;
    struct level a = level_of(s->y, from, s->at[i]), b = level_of(s->y, s->at[i], to);
    *too_short = a.n < CHANGE_SEGMENT || b.n < CHANGE_SEGMENT;
    double places = a.n + b.n - 1; // where the point could be between its neighbours
    return (struct change){
        .at = s->at[i], .before = a.mean, .after = b.mean, .p = fmin(places * p_between(a, b), 1)};
}

static double magnitude(struct change c)
{
    double gap = fabs(c.after - c.before);
    return gap > 0 ? gap / fabs(c.before) : 0; // infinite where the level before is 0
}

// The point that the rule forbids most: first the least certain, then the smallest; s->count when there is
// none.
static unsigned worst_point(const struct series *s, struct change_rule rule)
{
    unsigned unsure = s->count, small = s->count;
    double most = rule.p, least = rule.least;
    for (unsigned i = 0; i < s->count; i++) {
        bool too_short;
        struct change c = change_at(s, i, &too_short);
        double doubt = c.p + too_short;
        if (doubt > most) {
            most = doubt;
            unsure = i;
        }
        if (magnitude(c) < least) {
            least = magnitude(c);
            small = i;
        }
    }
    return unsure < s->count ? unsure : small;
}

static void remove_point(struct series *s, unsigned i)
{
    for (s->count--; i < s->count; i++)
        s->at[i] = s->at[i + 1];
}

int change_find(const double *y, unsigned n, struct change_rule rule, struct change *list, unsigned room)
{
    if (n > CHANGE_MAX || !sample_sound(y, n) || !(rule.p > 0 && rule.p <= 1) || !(rule.least >= 0))
        return -EINVAL;
    struct series s = {.y = y, .n = n, .weak_p = fmin(10 * rule.p, 1)};
    s.reach = malloc(CHANGE_WINDOW * sizeof *s.reach);
    if (!s.reach)
        return -ENOMEM;
    for (unsigned from = 0, to = 0; to < n; from += CHANGE_WINDOW / 2) {
        to = n - from > CHANGE_WINDOW ? from + CHANGE_WINDOW : n;
        divide(&s, from, to);
    }
    free(s.reach);
    for (unsigned worst; (worst = worst_point(&s, rule)) < s.count;)
        remove_point(&s, worst);
    for (unsigned i = 0; i < s.count && i < room; i++) {
        bool too_short;
        list[i] = change_at(&s, i, &too_short);
    }
    return (int)s.count;
}
