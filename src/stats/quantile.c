// SPDX-License-Identifier: MIT
#include "stats/quantile.h"

#include "judge/student.h"

#include <math.h>
#include <stdlib.h>

#define ROWS_MIN 10         // fewer say too little about their spread
#define BEYOND_MIN 100      // samples beyond a quantile
#define BEYOND_WORTH_MIN 10 // of those, after the design effect
#define LAG1_MAX 0.3        // neighbours more alike than this are put together
#define DESIGN_EFFECT_MAX 100

const struct quantile_name quantile_names[QUANTILES] = {
    [QUANTILE_P50] = {0.5, "p50", "p50"},        [QUANTILE_P90] = {0.9, "p90", "p90"},
    [QUANTILE_P95] = {0.95, "p95", "p95"},       [QUANTILE_P99] = {0.99, "p99", "p99"},
    [QUANTILE_P999] = {0.999, "p99.9", "p99_9"}, [QUANTILE_P9999] = {0.9999, "p99.99", "p99_99"},
};

// What one row has: values, and those above the quantile.
struct part {
    double n, above;
};

struct spread {
    double n;  // values in all
    double se; // standard error of the share above
    double share;
    double lag1; // correlation of neighbours' residuals
    size_t rows;
};

static struct spread spread_of(const struct part *parts, size_t n)
{
    struct spread s = {.rows = n};
    double above = 0, squares = 0, products = 0, last = 0;
    for (size_t i = 0; i < n; i++) {
        s.n += parts[i].n;
        above += parts[i].above;
    }
    s.share = s.n > 0 ? above / s.n : 0;
    for (size_t i = 0; i < n; i++) {
        double residual = parts[i].above - s.share * parts[i].n;
        squares += residual * residual;
        products += residual * last;
        last = residual;
    }
    if (n > 1 && s.n > 0)
        s.se = sqrt((double)n / (double)(n - 1) * squares) / s.n;
    s.lag1 = squares > 0 ? products / squares : 0;
    return s;
}

static double design_effect(const struct spread *s)
{
    double independent = s->share * (1 - s->share) / s->n;
    return independent > 0 ? s->se * s->se / independent : 1;
}

static size_t pair_up(struct part *parts, size_t n)
{
    size_t to = 0;
    for (size_t i = 0; i + 1 < n; i += 2, to++)
        parts[to] = (struct part){parts[i].n + parts[i + 1].n, parts[i].above + parts[i + 1].above};
    if (n % 2) // a row left over goes to the last
        parts[to - 1] =
            (struct part){parts[to - 1].n + parts[n - 1].n, parts[to - 1].above + parts[n - 1].above};
    return to;
}

// Puts neighbours together for as long as they resemble each other and enough rows are left.
static struct spread settle(struct part *parts, size_t n)
{
    struct spread s = spread_of(parts, n);
    while (n >= 2 * ROWS_MIN && (s.lag1 > LAG1_MAX || design_effect(&s) > DESIGN_EFFECT_MAX)) {
        n = pair_up(parts, n);
        s = spread_of(parts, n);
    }
    return s;
}

static struct part *parts_of(const struct hist *latency, const struct series *rows, uint64_t ns)
{
    struct part *parts = calloc(rows->n + 1, sizeof *parts);
    for (size_t i = 0; parts && i < rows->n; i++) {
        parts[i].n = (double)rows->rows[i].ok;
        parts[i].above = (double)hist_cells_above(latency, series_latency(rows, &rows->rows[i]), ns);
    }
    return parts;
}

// The last row is short, and may be almost nothing.
static void put_short_end_to_its_neighbour(struct part *parts, size_t *n)
{
    if (*n < 2)
        return;
    --*n;
    parts[*n - 1].n += parts[*n].n;
    parts[*n - 1].above += parts[*n].above;
}

static void set_interval(struct quantile *out, double q, const struct hist *all, const struct spread *s)
{
    double half = student_quantile(0.975, (unsigned)s->rows - 1) * s->se;
    out->has_interval = true;
    out->low_ns = hist_quantile(all, q - half > 0 ? q - half : 0);
    out->open_end = q + half >= 1;
    out->high_ns = hist_quantile(all, out->open_end ? 1 : q + half);
}

void quantile_of(struct quantile *out, double q, const struct hist *all, const struct hist *latency,
                 const struct series *rows)
{
    *out = (struct quantile){.ns = hist_quantile(all, q), .design_effect = 1};
    double beyond = (double)hist_count(all) * (1 - q);
    struct part *parts = rows->n ? parts_of(latency, rows, out->ns) : NULL;
    if (parts) {
        size_t n = rows->n;
        put_short_end_to_its_neighbour(parts, &n);
        struct spread s = settle(parts, n);
        out->rows = (unsigned)s.rows;
        if (s.rows >= ROWS_MIN && s.n > 0) {
            out->design_effect = design_effect(&s);
            set_interval(out, q, all, &s);
        }
        free(parts);
    }
    double worth = out->design_effect > 1 ? beyond / out->design_effect : beyond;
    out->few = beyond < BEYOND_MIN * (1 - 1e-9) || worth < BEYOND_WORTH_MIN;
}

double quantile_error(const struct quantile *x)
{
    if (!x->has_interval || x->open_end || x->ns == 0)
        return 1e12;
    return (double)(x->high_ns - x->low_ns) / 2 / (double)x->ns;
}
