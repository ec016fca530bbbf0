// SPDX-License-Identifier: MIT
#include "report/history/listing_text.h"

#include "base/quote.h"
#include "base/slice.h"
#include "history/figures.h"
#include "report/history/kinds_text.h"
#include "report/history/sparkline.h"
#include "report/parts/head.h"
#include "report/parts/sheet.h"
#include "stats/verdict.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#define TIME_SHOWN 19
#define TIME_TEXT 24
#define TEST_TEXT 40
#define SERVER_TEXT 96

// "2023-11-14T22:13:20.123Z" as "2023-11-14 22:13:20"
static char *time_of(const char *started, char dst[TIME_TEXT])
{
    slice_quote((struct slice){started, strnlen(started, TIME_SHOWN)}, dst, TIME_TEXT);
    char *t = strchr(dst, 'T');
    if (t)
        *t = ' ';
    return dst;
}

static const char *or_dash(const char *text)
{
    return text[0] ? text : "-";
}

// "redis 7.0.15", quoted
static char *server_of(const struct history_run *r, char dst[SERVER_TEXT])
{
    char plain[SERVER_TEXT];
    snprintf(plain, sizeof plain, "%s%s%s", or_dash(r->server_name), r->server_version[0] ? " " : "",
             r->server_version);
    return slice_quote(slice_of(plain), dst, SERVER_TEXT);
}

// --- list ---

#define CELLS 6 // columns in front of the tags; the last is the figure
#define FIGURES_TEXT 256

struct listing {
    FILE *out;
    const struct metric_path *figure; // NULL: none
    struct run_figures figures;
    int widths[CELLS]; // as the longest needs
};

// "1.20ms", or "get 1.20ms, set 1.31ms" where it is not asked of one test.
static const char *figures_text(const struct listing *l, int64_t run, char dst[FIGURES_TEXT])
{
    const struct run_figure *f;
    size_t len = 0, n = figures_of(&l->figures, run, &f);
    snprintf(dst, FIGURES_TEXT, "-");
    for (size_t i = 0; i < n && len < FIGURES_TEXT; i++) {
        char value[UNITS_TEXT], test[TEST_TEXT];
        bool named = !l->figure->test.len;
        len += (size_t)snprintf(dst + len, FIGURES_TEXT - len, "%s%s%s%s%s", i ? ", " : "",
                                named ? slice_quote(slice_of(f[i].test), test, sizeof test) : "",
                                named ? " " : "", f[i].at_least ? ">=" : "",
                                metric_text(l->figure->metric, f[i].value, value));
    }
    return dst;
}

// What stands in the columns of a run, each quoted.
struct cells {
    char at[CELLS][FIGURES_TEXT];
};

static void cells_of(const struct listing *l, const struct history_run *r, struct cells *c)
{
    snprintf(c->at[0], FIGURES_TEXT, "%" PRId64, r->id);
    time_of(r->started, c->at[1]);
    server_of(r, c->at[2]);
    slice_quote(slice_of(r->target), c->at[3], SERVER_TEXT);
    slice_quote(slice_of(or_dash(r->tests)), c->at[4], SERVER_TEXT);
    if (l->figure)
        figures_text(l, r->id, c->at[5]);
}

static bool widen(void *ctx, const struct history_run *r)
{
    struct listing *l = ctx;
    struct cells c = {0};
    cells_of(l, r, &c);
    for (int i = 0; i < CELLS; i++)
        if (sheet_width(c.at[i]) > l->widths[i])
            l->widths[i] = sheet_width(c.at[i]);
    return true;
}

static void put_cells(const struct listing *l, const struct cells *c)
{
    for (int i = 0; i < CELLS - !l->figure; i++) {
        sheet_pad(l->out, i ? -l->widths[i] : l->widths[i], c->at[i]);
        fputs("  ", l->out);
    }
}

static bool list_run(void *ctx, const struct history_run *r)
{
    const struct listing *l = ctx;
    struct cells c = {0};
    cells_of(l, r, &c);
    put_cells(l, &c);
    quote_terminal(l->out, r->tags);
    fputc('\n', l->out);
    return true;
}

int listing_text_runs(FILE *out, struct history *h, const struct history_tag *tag,
                      const struct metric_path *figure, struct err *err)
{
    struct listing l = {.out = out, .figure = figure};
    struct cells head = {{"run", "started (UTC)", "server", "target", "tests"}};
    if (figures_read(&l.figures, h, figure, err) < 0)
        return -1;
    if (figure)
        snprintf(head.at[5], FIGURES_TEXT, "%s", metric_name(figure->metric));
    for (int i = 0; i < CELLS; i++)
        l.widths[i] = sheet_width(head.at[i]);
    const struct history_pick pick = {.tag = tag};
    int rc = walk_runs(h, &pick, widen, &l, err);
    if (rc == 0) {
        put_cells(&l, &head);
        fputs("tags\n", out);
        rc = walk_runs(h, &pick, list_run, &l, err);
    }
    figures_free(&l.figures);
    return rc;
}

// --- show ---

static void print_line(FILE *out, const char *label, const char *text)
{
    fprintf(out, "  %-9s  ", label);
    quote_terminal(out, text);
    fputc('\n', out);
}

struct showing {
    FILE *out;
    bool plain; // a run of its own kind, whose figures have columns
};

static bool show_run(void *ctx, const struct history_run *r)
{
    char time[TIME_TEXT];
    struct showing *s = ctx;
    FILE *out = s->out;
    s->plain = strcmp(r->kind, "run") == 0;
    fprintf(out, "run %" PRId64 ", %s UTC, hkv-bench ", r->id, time_of(r->started, time));
    quote_terminal(out, r->tool_version);
    fputs(r->tool_git[0] ? " " : "", out);
    quote_terminal(out, r->tool_git);
    fputc('\n', out);
    print_line(out, "command", r->command_line);
    fputs("  server     ", out);
    head_server(out, or_dash(r->server_name), r->server_version, r->target);
    fputs("\n  client     ", out);
    quote_terminal(out, r->host);
    fputs(", ", out);
    quote_terminal(out, or_dash(r->cpu));
    fputs(", engine ", out);
    quote_terminal(out, or_dash(r->engine));
    fputs(", seed ", out);
    quote_terminal(out, r->seed);
    fputc('\n', out);
    if (r->tags[0])
        print_line(out, "tags", r->tags);
    fprintf(out, "  exit code  %d\n", r->exit_code);
    return true;
}

static const enum metric columns[] = {METRIC_RPS,
                                      METRIC_MEAN,
                                      METRIC_P50 + QUANTILE_P50,
                                      METRIC_P50 + QUANTILE_P99,
                                      METRIC_P50 + QUANTILE_P999,
                                      METRIC_MAX,
                                      METRIC_ERRORS,
                                      METRIC_UNFINISHED};
#define COLUMNS (sizeof columns / sizeof *columns)

static int width_of(enum metric m)
{
    return metric_kind(m) == METRIC_RATE ? 17 : 12;
}

static const char *bottleneck_of(const char *limited_by)
{
    return limited_by[0] ? verdict_text(verdict_named(limited_by)) : "-";
}

static bool show_test(void *ctx, const struct history_test *t)
{
    FILE *out = ctx;
    char test[TEST_TEXT];
    fprintf(out, "%-16s", slice_quote(slice_of(t->test), test, sizeof test));
    for (size_t i = 0; i < COLUMNS; i++) {
        struct figure f = t->figures[columns[i]];
        char value[UNITS_TEXT], text[UNITS_TEXT + 2];
        snprintf(text, sizeof text, "%s%s", f.at_least ? ">=" : "",
                 f.known ? metric_text(columns[i], f.value, value) : "-");
        sheet_pad(out, width_of(columns[i]), text);
    }
    fputs("  ", out);
    quote_terminal(out, strcmp(t->status, "done") == 0 ? bottleneck_of(t->limited_by) : t->status);
    if (strcmp(t->validity, "INVALID") == 0)
        fputs(", INVALID", out);
    if (t->doubts)
        fprintf(out, ", %d warning%s", t->doubts, t->doubts == 1 ? "" : "s");
    fputc('\n', out);
    return true;
}

static int show_plain(FILE *out, struct history *h, int64_t run, struct err *err)
{
    fprintf(out, "\n%-16s", "test");
    for (size_t i = 0; i < COLUMNS; i++)
        fprintf(out, "%*s", width_of(columns[i]), metric_name(columns[i]));
    fprintf(out, "  bottleneck\n");
    return walk_tests(h, run, show_test, out, err);
}

static int show_kind(FILE *out, struct history *h, int64_t run, struct err *err)
{
    struct buf document = {0};
    int rc = history_document(h, run, &document, err);
    if (rc == 0)
        kinds_text(out, document.at);
    buf_free(&document);
    return rc;
}

int listing_text_run(FILE *out, struct history *h, int64_t run, struct err *err)
{
    struct showing s = {.out = out};
    if (walk_runs(h, &(struct history_pick){.run = run}, show_run, &s, err) < 0)
        return -1;
    return (s.plain ? show_plain : show_kind)(out, h, run, err);
}

// --- trend ---

// Whether it is one for the better, and what else changed there.
static void print_reading(FILE *out, const struct trend_series *s, const struct change *c)
{
    bool differs[TREND_DIFFERENCES];
    const char *before = "; changed there too: ";
    fputs(trend_direction(s, c) > 0 ? " (better" : " (worse", out);
    trend_differs_at(s, c, differs);
    for (int i = 0; i < TREND_DIFFERENCES; i++)
        if (differs[i]) {
            fprintf(out, "%s%s", before, trend_difference_names[i]);
            before = ", ";
        }
    fputs(trend_unlike(s, c) ? "; not like with like)\n" : ")\n", out);
}

static void print_change(FILE *out, const struct trend_series *s, const struct change *c,
                         const struct history_tag *tag)
{
    const struct trend_point *p = &s->points[c->at];
    char time[TIME_TEXT], before[UNITS_TEXT], after[UNITS_TEXT];
    fprintf(out, "  from run %" PRId64 " on (%s UTC", p->run, time_of(p->started, time));
    if (tag) {
        fputs(", ", out);
        quote_terminal(out, tag->key);
        fputc('=', out);
        quote_terminal(out, p->label);
    }
    fprintf(out, "): %s → %s", metric_text(s->metric, c->before, before),
            metric_text(s->metric, c->after, after));
    if (c->before != 0)
        fprintf(out, ", %+.1f%%", 100 * (c->after - c->before) / fabs(c->before));
    fprintf(out, c->p < 0.0001 ? ", p < 0.0001" : ", p = %.4f", c->p);
    print_reading(out, s, c);
}

static void print_differences(FILE *out, const struct trend_series *s)
{
    const char *before = "! the runs differ in ";
    for (int i = 0; i < TREND_DIFFERENCES; i++)
        if (s->differs[i]) {
            fprintf(out, "%s%s", before, trend_difference_names[i]);
            before = ", ";
        }
    if (before[0] == ',')
        fprintf(out, ", which may explain a change\n");
}

static void print_promise(FILE *out, const char *promise)
{
    struct slo slo;
    struct err err;
    char text[SLO_TEXT];
    if (!promise[0])
        return;
    fputs(", ", out);
    quote_terminal(out, slo_parse(&slo, promise, &err) == 0 ? slo_text(&slo, text) : promise);
}

static void print_series(FILE *out, const struct trend_series *s, const struct history_tag *tag)
{
    char bars[SPARKLINE_TEXT];
    quote_terminal(out, s->test);
    fprintf(out, ".%s", metric_name(s->metric));
    print_promise(out, s->promise);
    fprintf(out, ": %u runs", s->n);
    if (s->left_out)
        fprintf(out, ", %u older ones left out", s->left_out);
    if (s->n < TREND_RUNS_MIN)
        fprintf(out, "; changes are detected from %d runs on\n", TREND_RUNS_MIN);
    else
        fprintf(out, s->nchanges ? "\n" : ", no change\n");
    if (s->n > 1)
        fprintf(out, "  %s\n", sparkline(&s->points->value, s->n, sizeof *s->points, bars));
    for (unsigned i = 0; i < s->nchanges; i++)
        print_change(out, s, &s->changes[i], tag);
    if (s->bounds)
        fprintf(out, "! %u of the values are lower bounds: some requests were unanswered\n", s->bounds);
    print_differences(out, s);
}

void listing_text_trend(FILE *out, const struct trend *t, const struct history_tag *tag)
{
    for (size_t i = 0; i < t->n; i++)
        print_series(out, &t->series[i], tag);
    if (t->n == 0)
        fprintf(out, "no run has this metric\n");
}
