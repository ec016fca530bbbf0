// SPDX-License-Identifier: MIT
#include "run/worker_rows.h"

#include "run/sight.h"

static double cpu_s(void)
{
    struct usage u;
    usage_read(&u);
    return usage_cpu_s(&u);
}

void worker_rows_begin(struct worker *w, struct series *rows)
{
    w->rows = rows;
    w->edge_ns = UINT64_MAX;
    if (!rows)
        return;
    pthread_mutex_lock(&w->series_lock); // the phase may have begun for whoever looks
    series_reset(rows, w->plan->step_ns);
    rows->before.cpu_s = cpu_s();
    if (w->sight)
        sight_reset(w->sight);
    pthread_mutex_unlock(&w->series_lock);
    w->edge_ns = w->start_ns + series_edge(rows);
    mixed_rows_begin(&w->mixed, w->plan->step_ns);
}

// Those of a mix's kinds are shown of the measured window alone.
static bool has_kinds(const struct worker *w)
{
    return w->rows == &w->series && w->mixing;
}

static void check_rows(struct worker *w, int rc)
{
    if (rc == 0)
        return;
    w->edge_ns = UINT64_MAX;
    w->rows = NULL;
    if (!w->err.code)
        err_set(&w->err, ERR_RUN, "there was not enough memory for the rows of the series");
}

void worker_rows_mark(struct worker *w)
{
    while (w->rows && w->now_ns >= w->edge_ns) {
        pthread_mutex_lock(&w->series_lock);
        int rc = series_mark(w->rows, &w->rec, cpu_s());
        if (w->sight)
            sight_take(w->sight, w);
        if (rc == 0 && has_kinds(w))
            rc = mixed_rows_mark(&w->mixed);
        w->edge_ns = w->start_ns + series_edge(w->rows);
        pthread_mutex_unlock(&w->series_lock);
        check_rows(w, rc);
    }
}

void worker_rows_end(struct worker *w)
{
    worker_rows_mark(w);
    pthread_mutex_lock(&w->series_lock);
    if (has_kinds(w))
        check_rows(w, mixed_rows_end(&w->mixed, w->now_ns - w->start_ns));
    if (w->rows)
        check_rows(w, series_end(w->rows, &w->rec, cpu_s(), w->now_ns - w->start_ns));
    w->rows = NULL;
    pthread_mutex_unlock(&w->series_lock);
}

// Rows that are there already may be read from outside; the next one is the worker's alone.
void worker_rows_due(struct worker *w, uint64_t due_ns, uint64_t n)
{
    if (!w->rows)
        return;
    uint64_t at_ns = due_ns - w->start_ns;
    bool past = series_past(w->rows, at_ns);
    if (past)
        pthread_mutex_lock(&w->series_lock);
    series_due(w->rows, at_ns, n);
    if (past)
        pthread_mutex_unlock(&w->series_lock);
}
