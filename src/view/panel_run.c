// SPDX-License-Identifier: MIT
#include "view/panel_run.h"

#include "base/units.h"
#include "stats/quantile.h"
#include "view/parts.h"

#include <stdio.h>

#define SIDE 26      // columns of the tables on the right,
#define SIDE_FROM 72 // where there are so many in all
#define ERRORS 4

// --- on the right ---

struct table {
    struct canvas *c;
    struct box box;
    unsigned row; // the next one
};

static void put_row(struct table *t, const char *name, const char *value)
{
    unsigned end = t->box.column + t->box.columns;
    if (t->row >= t->box.row + t->box.rows)
        return;
    canvas_fit(t->c, (struct canvas_span){t->row, t->box.column, end}, INK_DIM, name);
    canvas_right(t->c, t->row++, end, INK_PLAIN, value);
}

static void put_quantiles(struct table *t, const struct glance *g)
{
    uint64_t n = hist_count(g->line.all);
    char text[UNITS_TEXT];
    canvas_put(t->c, t->row++, t->box.column, INK_BOLD, g->measuring ? "since the start" : "of the warm-up");
    put_row(t, "requests", units_count(g->ok + g->errors, text));
    for (int i = 0; i < QUANTILES && n; i++)
        put_row(t, quantile_names[i].text,
                units_duration(hist_quantile(g->line.all, quantile_names[i].q), text));
    if (n)
        put_row(t, "max", units_duration(hist_max(g->line.all), text));
}

static void put_errors(struct table *t, const struct glance *g)
{
    char text[UNITS_TEXT], name[40];
    put_row(t, "errors", units_count(g->errors, text));
    for (int i = 0; i < ERRORS && g->tally.kinds[i].prefix[0]; i++) {
        snprintf(name, sizeof name, "  %.20s", g->tally.kinds[i].prefix);
        put_row(t, name, units_count(g->tally.kinds[i].count, text));
    }
}

static void put_load(struct table *t, const struct glance *g)
{
    char text[UNITS_TEXT];
    t->row++;
    put_row(t, "connections", units_count(g->clients, text));
    put_row(t, "pipeline", units_count(g->pipeline, text));
    put_row(t, "threads", units_count(g->threads, text));
    if (g->rate > 0)
        put_row(t, "offered req/s", units_count((uint64_t)g->rate, text));
}

// --- below: commands and nodes ---

static const unsigned ends[] = {44, 56, 68, 80}; // of the columns behind the name
#define NAME_END 30

static void put_heads(struct canvas *c, unsigned row, const char *what)
{
    static const char *const heads[] = {"mean req/s", "p50", "p99", "errors"};
    canvas_put(c, row, 0, INK_BOLD, what);
    for (unsigned i = 0; i < 4; i++)
        canvas_right(c, row, ends[i], INK_BOLD, heads[i]);
}

static void put_part(struct canvas *c, unsigned row, const struct glance_part *p, double seconds)
{
    char text[UNITS_TEXT];
    canvas_fit(c, (struct canvas_span){row, 0, NAME_END}, INK_PLAIN, p->name);
    canvas_right(c, row, ends[0], INK_PLAIN,
                 units_count(seconds > 0 ? (uint64_t)((double)(p->ok + p->errors) / seconds) : 0, text));
    canvas_right(c, row, ends[1], INK_PLAIN, units_duration(hist_quantile(p->latency, 0.5), text));
    canvas_right(c, row, ends[2], INK_PLAIN, units_duration(hist_quantile(p->latency, 0.99), text));
    canvas_right(c, row, ends[3], p->errors ? INK_BAD : INK_PLAIN, units_count(p->errors, text));
}

struct list {
    const char *what;
    const struct glance_part *parts;
    unsigned n;
};

// Ends above row `end`, in a quarter of all rows at most. Answers the row that it begins in.
static unsigned put_list(struct canvas *c, unsigned end, const struct list *l, double seconds)
{
    unsigned room = c->rows / 4, shown = l->n < room - 1 ? l->n : room - 1, from = end - shown - 1;
    if (l->n < 2)
        return end;
    put_heads(c, from, l->what);
    for (unsigned i = 0; i < shown; i++)
        put_part(c, from + 1 + i, &l->parts[i], seconds);
    return from;
}

void panel_run(const struct panel *p, const struct glance *g)
{
    struct canvas *c = p->canvas;
    parts_title(p, g);
    parts_figures(p, 1, g);
    parts_keys(p);
    if (!g->counts || c->rows < 12)
        return;
    double seconds = (double)g->elapsed_ns * 1e-9;
    unsigned end = put_list(c, c->rows - 1, &(struct list){"command", g->commands, g->ncommands}, seconds);
    end = put_list(c, end, &(struct list){"node", g->nodes, g->nnodes}, seconds);
    bool wide = c->columns >= SIDE_FROM;
    parts_charts(p, (struct box){3, 0, end - 3, wide ? c->columns - SIDE - 2 : c->columns}, g);
    if (!wide)
        return;
    struct table t = {c, {3, c->columns - SIDE, end - 3, SIDE}, 3};
    put_quantiles(&t, g);
    put_errors(&t, g);
    put_load(&t, g);
}
