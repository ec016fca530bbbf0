// SPDX-License-Identifier: MIT
#include "stats/series.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define CRUMB 8 // a last row shorter than this part of a step goes to the one before

int series_init(struct series *s, const struct recorder *rec, uint64_t step_ns)
{
    *s = (struct series){.step_ns = step_ns, .latency_mark = hist_mark_new(rec->latency)};
    if (rec->lag)
        s->lag_mark = hist_mark_new(rec->lag);
    if (s->latency_mark && (s->lag_mark || !rec->lag))
        return 0;
    series_free(s);
    return -ENOMEM;
}

void series_reset(struct series *s, uint64_t step_ns)
{
    s->step_ns = step_ns;
    s->total_ns = 0;
    s->n = 0;
    s->latency.len = s->lag.len = 0;
    s->due_later = 0;
    s->before = (struct series_row){0};
    hist_mark_reset(s->latency_mark);
    if (s->lag_mark)
        hist_mark_reset(s->lag_mark);
}

void series_free(struct series *s)
{
    free(s->rows);
    buf_free(&s->latency);
    buf_free(&s->lag);
    hist_mark_free(s->latency_mark);
    hist_mark_free(s->lag_mark);
    *s = (struct series){0};
}

void series_due(struct series *s, uint64_t at_ns, uint64_t n)
{
    if (series_past(s, at_ns))
        s->rows[at_ns / s->step_ns].due += n;
    else
        s->due_later += n;
}

static int grow(struct series *s)
{
    if (s->n < s->cap)
        return 0;
    size_t cap = s->cap ? 2 * s->cap : 64;
    struct series_row *rows = realloc(s->rows, cap * sizeof *rows);
    if (!rows)
        return -ENOMEM;
    s->rows = rows;
    s->cap = cap;
    return 0;
}

static struct series_row sums_of(const struct recorder *rec, double cpu_s)
{
    return (struct series_row){
        .sent = rec->counts.sent,
        .ok = rec->counts.ok,
        .errors = rec->counts.errors,
        .invalidations = rec->counts.invalidations,
        .cpu_s = cpu_s,
    };
}

int series_mark(struct series *s, const struct recorder *rec, double cpu_s)
{
    struct series_row now = sums_of(rec, cpu_s), row = {.latency_at = s->latency.len, .lag_at = s->lag.len};
    int rc = grow(s);
    if (rc == 0)
        rc = hist_cells_since(rec->latency, s->latency_mark, &s->latency);
    if (rc == 0 && rec->lag)
        rc = hist_cells_since(rec->lag, s->lag_mark, &s->lag);
    if (rc < 0)
        return rc;
    row.sent = now.sent - s->before.sent;
    row.due = rec->lag ? s->due_later : row.sent;
    row.ok = now.ok - s->before.ok;
    row.errors = now.errors - s->before.errors;
    row.invalidations = now.invalidations - s->before.invalidations;
    row.cpu_s = now.cpu_s - s->before.cpu_s;
    row.latency_len = s->latency.len - row.latency_at;
    row.lag_len = s->lag.len - row.lag_at;
    s->due_later = 0;
    s->before = now;
    s->rows[s->n++] = row;
    s->total_ns = s->n * s->step_ns;
    if (s->n == SERIES_ROWS_MAX)
        series_coarsen(s);
    return 0;
}

static void add_row(struct series_row *to, const struct series_row *from)
{
    to->due += from->due;
    to->sent += from->sent;
    to->ok += from->ok;
    to->errors += from->errors;
    to->invalidations += from->invalidations;
    to->cpu_s += from->cpu_s;
    to->latency_len += from->latency_len;
    to->lag_len += from->lag_len;
}

int series_end(struct series *s, const struct recorder *rec, double cpu_s, uint64_t total_ns)
{
    int rc = series_mark(s, rec, cpu_s);
    s->total_ns = total_ns;
    bool crumb = rc == 0 && s->n > 1 && total_ns < (s->n - 1) * s->step_ns + s->step_ns / CRUMB;
    if (crumb) {
        s->n--;
        add_row(&s->rows[s->n - 1], &s->rows[s->n]);
    }
    return rc;
}

void series_coarsen(struct series *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n; i += 2)
        s->rows[n++] = series_group(s, i, 2);
    s->n = n;
    s->step_ns *= 2;
}

struct series_row series_group(const struct series *s, size_t first, size_t rows)
{
    struct series_row sum = s->rows[first];
    for (size_t i = first + 1; i < first + rows && i < s->n; i++)
        add_row(&sum, &s->rows[i]);
    return sum;
}

static int add_worker_row(struct series *out, struct series_row *row, const struct series *from, size_t i)
{
    const struct series_row *part = &from->rows[i];
    struct slice latency = series_latency(from, part), lag = series_lag(from, part);
    int rc = buf_append(&out->latency, latency.at, latency.len);
    if (rc == 0)
        rc = buf_append(&out->lag, lag.at, lag.len);
    add_row(row, part);
    return rc;
}

static size_t bring_to_one_step(struct series *out, struct series *const *from, size_t n)
{
    size_t rows = 0;
    for (size_t i = 0; i < n; i++)
        out->step_ns = from[i]->step_ns > out->step_ns ? from[i]->step_ns : out->step_ns;
    for (size_t i = 0; i < n; i++) {
        while (from[i]->step_ns < out->step_ns)
            series_coarsen(from[i]);
        rows = from[i]->n > rows ? from[i]->n : rows;
        out->total_ns = from[i]->total_ns > out->total_ns ? from[i]->total_ns : out->total_ns;
    }
    return rows;
}

int series_sum(struct series *out, struct series *const *from, size_t n)
{
    *out = (struct series){0};
    size_t rows = bring_to_one_step(out, from, n);
    int rc = 0;
    while (rc == 0 && out->n < rows) {
        struct series_row row = {.latency_at = out->latency.len, .lag_at = out->lag.len};
        rc = grow(out);
        for (size_t i = 0; rc == 0 && i < n; i++)
            if (out->n < from[i]->n)
                rc = add_worker_row(out, &row, from[i], out->n);
        if (rc == 0)
            out->rows[out->n++] = row;
    }
    if (rc < 0)
        series_free(out);
    return rc;
}

int series_delay(struct series *s, uint64_t by_ns)
{
    if (s->n == 0 || s->step_ns == 0)
        return 0;
    while ((by_ns + s->step_ns / 2) / s->step_ns > SERIES_ROWS_MAX - s->n)
        series_coarsen(s);
    size_t before = (by_ns + s->step_ns / 2) / s->step_ns;
    if (before == 0)
        return 0;
    struct series_row *rows = calloc(s->n + before, sizeof *rows);
    if (!rows)
        return -ENOMEM;
    memcpy(rows + before, s->rows, s->n * sizeof *rows);
    free(s->rows);
    s->rows = rows;
    s->n = s->cap = s->n + before;
    s->total_ns += before * s->step_ns;
    return 0;
}
