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
    double n;       // values in all
    double share;   // of them above some value
    double se;      // its standard error
    double freedom; // degrees of it
    unsigned batches;
};

// How many batches so many rows make. The last row is short, and may be almost nothing: it counts with its
// neighbour.
struct cut {
    size_t whole, n;
};

static struct cut cut_of(const struct series *rows)
{
    size_t whole = rows->n > 1 ? rows->n - 1 : rows->n;
    return (struct cut){whole, whole < BATCHES ? whole : BATCHES};
}

static void fill(struct batch *batches, const struct cut *cut, const struct hist *like,
                 const struct series *rows, uint64_t ns)
{
    for (size_t i = 0; i < rows->n && cut->whole; i++) {
        struct batch *b = &batches[(i < cut->whole ? i : cut->whole - 1) * cut->n / cut->whole];
        b->n += (double)rows->rows[i].ok;
        b->above += (double)hist_cells_above(like, series_latency(rows, &rows->rows[i]), ns);
    }
}

// By how much neighbours that resemble each other make the variance of a sum larger: as in an autoregressive
// process of first order, whose correlation is the observed one without its bias (Marriott and Pope 1954).
static double inflation(double lag1, unsigned batches)
{
    double r = lag1 + (1 + 4 * lag1) / batches;
    r = fmin(fmax(r, 0), LAG1_MAX);
    return (1 + r) / (1 - r);
}

// What the residuals of a generator's own batches, and of all of them together, say of its share.
struct apart {
    double between, within;
};

static struct apart apart_of(const struct hist *like, const struct quantile_rows *rows, uint64_t ns,
                             double share)
{
    struct cut cut = cut_of(rows->all);
    struct apart a = {0};
    for (size_t g = 0; g < rows->n; g++) {
        struct batch batches[BATCHES] = {0};
        double sum = 0;
        fill(batches, &cut, like, &rows->of[g], ns);
        for (size_t i = 0; i < cut.n; i++) {
            double residual = batches[i].above - share * batches[i].n;
            a.within += residual * residual;
            sum += residual;
        }
        a.between += sum * sum;
    }
    a.between *= (double)rows->n / ((double)rows->n - 1);
    return a;
}

// What generators differ by beyond what their batches make of it.
static void add_generators(struct spread *s, double *variance, const struct apart *a, size_t n)
{
    double more = fmax(a->between - a->within, 0), rows = *variance;
    if (more <= 0)
        return;
    *variance += more;
    s->freedom = *variance * *variance / (rows * rows / s->freedom + more * more / ((double)n - 1));
}

// How the share above ns differs between batches, and between generators.
static struct spread spread_at(const struct hist *like, const struct quantile_rows *rows, uint64_t ns)
{
    struct batch batches[BATCHES] = {0};
    struct cut cut = cut_of(rows->all);
    struct spread s = {.batches = (unsigned)cut.n, .freedom = (double)cut.n - 1};
    double above = 0, squares = 0, products = 0, last = 0, n = s.batches, variance = 0;
    fill(batches, &cut, like, rows->all, ns);
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
        variance = n / (n - 1) * squares * inflation(products / squares, s.batches);
    if (rows->n > 1 && n > 1 && s.n > 0) {
        struct apart a = apart_of(like, rows, ns, s.share);
        add_generators(&s, &variance, &a, rows->n);
    }
    s.se = s.n > 0 ? sqrt(variance) / s.n : 0;
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
    return (unsigned)fmax(fmin(bunches, s->freedom), s->freedom < s->batches - 1 ? 1 : FREEDOM_MIN);
}

// Below the quantile more lies above, in more bunches, and the share is known less well than at the quantile:
// the lower end takes the standard error that holds there.
static void set_interval(struct quantile *out, double q, const struct hist *all,
                         const struct quantile_rows *rows, const struct spread *s)
{
    double t = student_quantile(0.975, freedom(s)), half = t * s->se, lower = half;
    if (q - half > 0)
        lower = fmax(half, t * spread_at(all, rows, hist_quantile(all, q - half)).se);
    out->has_interval = true;
    out->low_ns = hist_quantile(all, fmax(q - lower, 0));
    out->open_end = q + half >= 1;
    out->high_ns = hist_quantile(all, out->open_end ? 1 : q + half);
}

void quantile_of_many(struct quantile *out, double q, const struct hist *all, const struct hist *latency,
                      const struct quantile_rows *rows)
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

void quantile_of(struct quantile *out, double q, const struct hist *all, const struct hist *latency,
                 const struct series *rows)
{
    quantile_of_many(out, q, all, latency, &(struct quantile_rows){.all = rows});
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
