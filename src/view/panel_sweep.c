// SPDX-License-Identifier: MIT
#include "view/panel_sweep.h"

#include "view/chart.h"
#include "view/parts.h"

#include <stdio.h>

// The points by rising x, a column each; those of the same x as their mean.
struct curve {
    double x[SWEEP_POINTS], rps[SWEEP_POINTS], p99[SWEEP_POINTS];
    unsigned times[SWEEP_POINTS], n;
};

static void add_point(struct curve *v, const struct sweep_point *p)
{
    unsigned at = 0;
    while (at < v->n && v->x[at] < p->x)
        at++;
    bool known = at < v->n && v->x[at] == p->x;
    if (!known && v->n == SWEEP_POINTS)
        return;
    for (unsigned i = known ? 0 : v->n; i > at; i--) {
        v->x[i] = v->x[i - 1];
        v->rps[i] = v->rps[i - 1];
        v->p99[i] = v->p99[i - 1];
        v->times[i] = v->times[i - 1];
    }
    if (!known) {
        v->x[at] = p->x;
        v->rps[at] = v->p99[at] = 0;
        v->times[at] = 0;
        v->n++;
    }
    double times = ++v->times[at];
    v->rps[at] += (p->rps - v->rps[at]) / times;
    v->p99[at] += ((double)p->quantiles[QUANTILE_P99].ns - v->p99[at]) / times;
}

// So many columns for each point that all have room.
static void spread(const struct curve *v, struct box box, double *rps, double *p99, unsigned *n)
{
    unsigned columns = chart_columns(box), each = v->n && columns / v->n > 1 ? columns / v->n : 1;
    each = each < 6 ? each : 6;
    *n = 0;
    for (unsigned i = 0; i < v->n; i++)
        for (unsigned k = 0; k < each && *n < columns; k++, ++*n) {
            rps[*n] = k + 1 < each || each == 1 ? v->rps[i] : -1;
            p99[*n] = k == 0 ? v->p99[i] : 0;
        }
}

void panel_sweep(const struct panel *p, const struct sweep *s, const struct glance *g)
{
    struct canvas *c = p->canvas;
    struct curve v = {0};
    double rps[CHART_POINTS], p99[CHART_POINTS];
    unsigned half = c->rows / 2, n;
    char title[96];
    parts_title(p, g);
    parts_keys(p);
    if (c->rows < 12)
        return;
    for (unsigned i = 0; s && s->points && i < s->n; i++)
        add_point(&v, &s->points[i]);
    struct box box = {2, 0, (half - 2) / 2, c->columns};
    spread(&v, box, rps, p99, &n);
    snprintf(title, sizeof title, "requests per second by %s, %.15g to %.15g", s ? sweep_kinds[s->kind] : "",
             v.n ? v.x[0] : 0, v.n ? v.x[v.n - 1] : 0);
    chart_bars(c, box, &(struct chart){title, false, n, rps, NULL, parts_rate});
    box.row += box.rows;
    chart_points(c, box, &(struct chart){"p99", p->log, n, p99, NULL, parts_latency});
    parts_figures(p, half, g);
    if (g->counts)
        parts_charts(p, (struct box){half + 2, 0, c->rows - half - 3, c->columns}, g);
}
