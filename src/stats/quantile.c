// SPDX-License-Identifier: MIT
#include "stats/quantile.h"

#include "judge/student.h"

#include <math.h>

#define ROWS_MIN 10         // fewer say too little about their spread
#define BATCHES 24          // more need not be told apart: rows are put together to so many
#define LAG1_MAX 0.8        // neighbours more alike than this are not told from a drift
#define FREEDOM_MIN 2       // degrees of it
#define BEYOND_MIN 100      // samples beyond a quantile
#define BEYOND_WORTH_MIN 10 // of those, after the design effect

const struct quantile_name quantile_names[QUANTILES] = {
    [QUANTILE_P50] = {0.5, "p50", "p50"},        [QUANTILE_P90] = {0.9, "p90", "p90"},
    [QUANTILE_P95] = {0.95, "p95", "p95"},       [QUANTILE_P99] = {0.99, "p99", "p99"},
    [QUANTILE_P999] = {0.999, "p99.9", "p99_9"}, [QUANTILE_P9999] = {0.9999, "p99.99", "p99_99"},
};

struct batch {
    double n, above; // values, and those above some value
};

struct spread {
    double n;     // values in all
    double share; // of them above some value
    double se;    // its standard error
    unsigned batches;
};

// The last row is short, and may be almost nothing: it counts with its neighbour.
static unsigned batches_of(struct batch *batches, const struct hist *like, const struct series *rows,
                           uint64_t ns)
{
    size_t whole = rows->n > 1 ? rows->n - 1 : rows->n, n = whole < BATCHES ? whole : BATCHES;
    for (size_t i = 0; i < rows->n; i++) {
        struct batch *b = &batches[(i < whole ? i : whole - 1) * n / whole];
        b->n += (double)rows->rows[i].ok;
        b->above += (double)hist_cells_above(like, series_latency(rows, &rows->rows[i]), ns);
    }
    return (unsigned)n;
}

// By how much neighbours that resemble each other make the variance of a sum larger: as in an autoregressive
// process of first order, whose correlation is the observed one without its bias (Marriott and Pope 1954).
static double inflation(double lag1, unsigned batches)
{
    double r = lag1 + (1 + 4 * lag1) / batches;
    r = fmin(fmax(r, 0), LAG1_MAX);
    return (1 + r) / (1 - r);
}

// How the share above ns differs between batches.
static struct spread spread_at(const struct hist *like, const struct series *rows, uint64_t ns)
{
    struct batch batches[BATCHES] = {0};
    struct spread s = {.batches = batches_of(batches, like, rows, ns)};
    double above = 0, squares = 0, products = 0, last = 0, n = s.batches;
    for (unsigned i = 0; i < s.batches; i++) {
        s.n += batches[i].n;
        above += batches[i].above;
    }
    s.share = s.n > 0 ? above / s.n : 0;
    for (unsigned i = 0; i < s.batches; i++) {
        double residual = batches[i].above - s.share * batches[i].n;
        squares += residual * residual;
        products += residual * last;
        last = residual;
    }
    if (squares > 0 && n > 1)
        s.se = sqrt(n / (n - 1) * squares * inflation(products / squares, s.batches)) / s.n;
    return s;
}

static double design_effect(const struct spread *s)
{
    double independent = s->share * (1 - s->share) / s->n;
    return independent > 0 ? s->se * s->se / independent : 1;
}

// A spread that rests on few bunches is itself uncertain, however many batches they lie in.
static unsigned freedom(const struct spread *s)
{
    double bunches = s->n * s->share / fmax(design_effect(s), 1);
    return (unsigned)fmax(fmin(bunches, s->batches - 1), FREEDOM_MIN);
}

// Below the quantile more lies above, in more bunches, and the share is known less well than at the quantile:
// the lower end takes the standard error that holds there.
static void set_interval(struct quantile *out, double q, const struct hist *all, const struct series *rows,
                         const struct spread *s)
{
    double t = student_quantile(0.975, freedom(s)), half = t * s->se, lower = half;
    if (q - half > 0)
        lower = fmax(half, t * spread_at(all, rows, hist_quantile(all, q - half)).se);
    out->has_interval = true;
    out->low_ns = hist_quantile(all, fmax(q - lower, 0));
    out->open_end = q + half >= 1;
    out->high_ns = hist_quantile(all, out->open_end ? 1 : q + half);
}

void quantile_of(struct quantile *out, double q, const struct hist *all, const struct hist *latency,
                 const struct series *rows)
{
    *out = (struct quantile){.ns = hist_quantile(all, q), .design_effect = 1};
    double beyond = (double)hist_count(all) * (1 - q);
    struct spread s = spread_at(latency, rows, out->ns);
    out->rows = s.batches;
    if (s.batches >= ROWS_MIN && s.n > 0) {
        out->design_effect = design_effect(&s);
        set_interval(out, q, all, rows, &s);
    }
    out->worth = beyond / fmax(out->design_effect, 1);
    out->few = beyond < BEYOND_MIN * (1 - 1e-9);
    out->unstable = !out->few && out->worth < BEYOND_WORTH_MIN;
}

double quantile_error(const struct quantile *x)
{
    if (!x->has_interval || x->open_end || x->ns == 0)
        return 1e12;
    double below = (double)x->ns - (double)x->low_ns, above = (double)x->high_ns - (double)x->ns;
    return fmax(below, above) / (double)x->ns;
}

double quantile_spread(const struct quantile *x)
{
    double value = (double)x->ns, low = (double)x->low_ns;
    double high = x->open_end ? 2 * value - low : (double)x->high_ns;
    return x->has_interval && value > 0 ? (high - low) / (2 * 1.96) / value : 0;
}
