// SPDX-License-Identifier: MIT
#include "judge/crossing.h"

#include "judge/student.h"

#include <errno.h>
#include <math.h>
#include <stddef.h>

#define STEEPS 20 // tried in between
#define SPAN 0.05 // beyond the trials' loads, in ln(load), that the crossing may lie
#define PLACES 160
#define PEARSON_LEAST 1.0 // expected: of less, one trial would say too much
#define OUTLYING 3.0      // times as much spread as bunches explain, which one trial makes
#define FREEDOM_LEAST 4   // of trials near the crossing, for their number to count
#define FREEDOM_STEEP 10  // where it is so steep that hardly a trial lies near it
#define OUTLIER_TRIALS 6
#define LEVEL 0.975

// All trials at one load, added up: weights, weighted values and weighted squares.
struct place {
    double x;                    // ln(load)
    double weight, sum, squares; // of what is late, in units of what is allowed, up to CROSSING_FAR
    double late, variance;       // of the number that is late
    unsigned n;
};

struct field {
    struct place at[CROSSING_TRIALS_MAX];
    unsigned n, trials;
    double low, high;                      // of x
    const struct crossing_trial *left_out; // NULL: none
    const struct crossing_prior *prior;
};

static bool sound(const struct crossing_trial *t)
{
    return isfinite(t->load) && t->load > 0 && isfinite(t->requests) && t->requests > 0 && t->share >= 0 &&
           t->share <= 1 && isfinite(t->variance) && t->variance >= 0;
}

static void add(struct field *f, const struct crossing_trial *t)
{
    double allowed = f->prior->allowed;
    double x = log(t->load), y = fmin(t->share / allowed, CROSSING_FAR), w = t->requests * allowed;
    unsigned i = 0;
    while (i < f->n && fabs(f->at[i].x - x) > 1e-9)
        i++;
    if (i == f->n)
        f->at[f->n++] = (struct place){.x = x};
    struct place *p = &f->at[i];
    p->weight += w;
    p->sum += w * y;
    p->squares += w * y * y;
    p->late += t->requests * t->share;
    p->variance += t->variance;
    p->n++;
    f->trials++;
    f->low = fmin(f->low, x);
    f->high = fmax(f->high, x);
}

// The logarithm of what is expected at x where the share crosses at c.
static double expected(double x, double c, double steep)
{
    double power = steep * (x - c), far = log(CROSSING_FAR);
    return fmax(-far - 2, fmin(far, power));
}

// Minus the logarithm of the quasi-likelihood, of counts.
static double misfit(const struct field *f, double c, double steep)
{
    double sum = 0;
    for (const struct place *p = f->at; p < f->at + f->n; p++) {
        double m = expected(p->x, c, steep);
        sum += p->weight * exp(m) - p->sum * m;
    }
    return sum;
}

static double steep_of(const struct field *f, unsigned i)
{
    return f->prior->steep * pow(CROSSING_STEEPEST / f->prior->steep, i / (STEEPS - 1.0));
}

// The least misfit for a crossing at c, over all steepnesses.
static double profile(const struct field *f, double c, double *steep)
{
    double best = INFINITY;
    for (unsigned i = 0; i < STEEPS; i++) {
        double m = misfit(f, c, steep_of(f, i));
        if (m < best)
            *steep = steep_of(f, i);
        best = fmin(best, m);
    }
    return best;
}

// The size of a bunch: Pearson's chi-square among the trials, over its degrees of freedom, or the variance
// within them, over the mean, or what is known beforehand; whichever is most. Only trials neither far above
// nor far below count for freedom.
static double bunch_of(const struct field *f, double c, double steep, unsigned *freedom)
{
    double chi = 0, variance = 0, late = 0;
    unsigned n = 0;
    for (const struct place *p = f->at; p < f->at + f->n; p++) {
        double m = exp(expected(p->x, c, steep));
        chi += (p->squares - 2 * m * p->sum + m * m * p->weight) / fmax(m, PEARSON_LEAST);
        if (m < 1 / CROSSING_FAR || m > CROSSING_FAR / 2)
            continue;
        variance += p->variance;
        late += p->late;
        n += p->n;
    }
    *freedom = n >= FREEDOM_LEAST + 2 ? n - 2 : FREEDOM_STEEP;
    double within = fmax(late > 0 ? variance / late : 1, f->prior->bunch),
           among = chi / fmax(1, f->trials - 2.0);
    return fmax(within, among);
}

// Where the profile reaches `limit` between two places.
static double between(double x0, double y0, double x1, double y1, double limit)
{
    double part = isfinite(y0) && y1 != y0 ? (limit - y0) / (y1 - y0) : 0.5;
    return x0 + (x1 - x0) * fmax(0, fmin(1, part));
}

// What lies between two loads was not measured: the interval ends at a load, where there is one beyond it.
static void widen(const struct field *f, struct crossing *out)
{
    double low = -INFINITY, high = INFINITY;
    for (const struct place *p = f->at; p < f->at + f->n; p++) {
        low = p->x <= log(out->low) + 1e-9 ? fmax(low, p->x) : low;
        high = p->x >= log(out->high) - 1e-9 ? fmin(high, p->x) : high;
    }
    out->low = isfinite(low) ? fmin(out->low, exp(low)) : out->low;
    out->high = isfinite(high) ? fmax(out->high, exp(high)) : out->high;
}

// The misfit for crossings at places that are evenly apart.
struct scan {
    double y[PLACES], from, step;
};

// Both ends of the interval: the outermost places whose misfit is within the limit.
static void interval(const struct field *f, const struct scan *s, double limit, struct crossing *out)
{
    unsigned first = 0, last = PLACES - 1;
    while (first < last && s->y[first] > limit)
        first++;
    while (last > first && s->y[last] > limit)
        last--;
    out->open_low = first == 0;
    out->open_high = last == PLACES - 1;
    double low = s->from + first * s->step, high = s->from + last * s->step;
    if (first > 0)
        low = between(low - s->step, s->y[first - 1], low, s->y[first], limit);
    if (last < PLACES - 1)
        high = between(high, s->y[last], high + s->step, s->y[last + 1], limit);
    out->low = fmin(exp(low), out->at);
    out->high = fmax(exp(high), out->at);
    widen(f, out);
}

// The middle of the places whose misfit is least: where nothing lies between two loads, all places between
// them are equally good.
static double best_place(const struct scan *s, double *least)
{
    *least = INFINITY;
    for (unsigned i = 0; i < PLACES; i++)
        *least = fmin(*least, s->y[i]);
    double sum = 0, weight = 0;
    for (unsigned i = 0; i < PLACES; i++) {
        double w = exp(-4 * (s->y[i] - *least));
        sum += w * (s->from + i * s->step);
        weight += w;
    }
    return sum / weight;
}

static void solve(const struct field *f, struct crossing *out)
{
    struct scan s = {.from = f->low - SPAN, .step = (f->high - f->low + 2 * SPAN) / (PLACES - 1)};
    double steep = 1, least;
    unsigned freedom;
    for (unsigned i = 0; i < PLACES; i++)
        s.y[i] = profile(f, s.from + i * s.step, &steep);
    double x = best_place(&s, &least);
    least = fmin(least, profile(f, x, &steep));
    *out = (struct crossing){.at = exp(x), .steepness = steep, .bunch = bunch_of(f, x, steep, &freedom)};
    double t = student_quantile(LEVEL, freedom);
    interval(f, &s, least + out->bunch * t * t / 2, out);
}

static bool gather(struct field *f, const struct crossing_trial *trials, unsigned n)
{
    bool above = false, below = false;
    f->n = f->trials = 0;
    f->low = INFINITY;
    f->high = -INFINITY;
    for (const struct crossing_trial *t = trials; t < trials + n; t++) {
        if (t == f->left_out)
            continue;
        above |= t->share > f->prior->allowed;
        below |= t->share <= f->prior->allowed;
        add(f, t);
    }
    return above && below;
}

// The trial that is farthest from what is expected, where it alone makes a spread that bunches do not
// explain.
static const struct crossing_trial *outlier(const struct field *f, const struct crossing_trial *trials,
                                            unsigned n, const struct crossing *c)
{
    const struct crossing_trial *out = NULL;
    double most = 0, sum = 0;
    for (const struct crossing_trial *t = trials; t < trials + n; t++) {
        double m = exp(expected(log(t->load), log(c->at), c->steepness)), w = t->requests * f->prior->allowed;
        double off = fmin(t->share / f->prior->allowed, CROSSING_FAR) - m;
        double part = w * off * off / fmax(m, PEARSON_LEAST);
        out = part > most ? t : out;
        most = fmax(most, part);
        sum += part;
    }
    return n >= OUTLIER_TRIALS && sum - most < sum / 4 && most > OUTLYING * n * f->prior->bunch ? out : NULL;
}

static bool sound_prior(const struct crossing_prior *p)
{
    return p->allowed > 0 && p->allowed < 1 && p->steep >= 1 && p->steep <= CROSSING_STEEPEST &&
           p->bunch >= 1 && p->bunch <= 1e12;
}

int crossing_of(const struct crossing_trial *trials, unsigned n, const struct crossing_prior *prior,
                struct crossing *out)
{
    struct field f = {.prior = prior};
    if (n == 0 || n > CROSSING_TRIALS_MAX || !sound_prior(prior))
        return -EINVAL;
    for (unsigned i = 0; i < n; i++)
        if (!sound(&trials[i]))
            return -EINVAL;
    if (!gather(&f, trials, n))
        return -EINVAL;
    solve(&f, out);
    f.left_out = outlier(&f, trials, n, out);
    if (f.left_out && gather(&f, trials, n)) {
        solve(&f, out);
        out->left_out = true;
    }
    return 0;
}
