// SPDX-License-Identifier: MIT
#include "stats/pack_series.h"

#include <errno.h>
#include <stdlib.h>

#define STEP_MAX_NS (UINT64_C(1) << 62)

// As in pack.c: one that grows must be packed whole.
#if __SIZEOF_POINTER__ == 8
_Static_assert(sizeof(struct series_row) == 80, "pack what struct series_row has got");
#endif

static void row(struct packer *p, struct series_row *r)
{
    packer_number(p, &r->due);
    packer_number(p, &r->sent);
    packer_number(p, &r->ok);
    packer_number(p, &r->errors);
    packer_number(p, &r->invalidations);
    packer_real(p, &r->cpu_s);
    r->latency_len = packer_upto(p, r->latency_len, HIST_CELLS_MAX);
    r->lag_len = packer_upto(p, r->lag_len, HIST_CELLS_MAX);
}

// Cells that can be read as those of h.
static void check_cells(struct packer *p, const struct hist *h, struct slice cells, uint64_t *count)
{
    uint64_t n = 0;
    packer_demand(p, cells.len == 0 || (h && hist_cells_fit(h, cells, &n)));
    packer_demand(p, n <= HIST_CELLS_MAX - *count);
    if (p->rc == 0)
        *count += n;
}

static void check_rows(struct packer *p, struct series *s, const struct hist *latency, const struct hist *lag)
{
    size_t latency_at = 0, lag_at = 0;
    uint64_t latencies = 0, lags = 0;
    packer_demand(p, s->step_ns <= STEP_MAX_NS && (s->step_ns > 0 || s->n == 0));
    for (size_t i = 0; i < s->n && p->rc == 0; i++) {
        struct series_row *r = &s->rows[i];
        r->latency_at = latency_at;
        r->lag_at = lag_at;
        packer_demand(p, r->latency_len <= s->latency.len - latency_at && r->lag_len <= s->lag.len - lag_at);
        if (p->rc)
            return;
        check_cells(p, latency, series_latency(s, r), &latencies);
        check_cells(p, lag, series_lag(s, r), &lags);
        latency_at += r->latency_len;
        lag_at += r->lag_len;
    }
    packer_demand(p, latency_at == s->latency.len && lag_at == s->lag.len);
}

// The marks of a series that is still being written stay behind.
void pack_series(struct packer *p, struct series *s, const struct hist *latency, const struct hist *lag)
{
    packer_number(p, &s->step_ns);
    packer_number(p, &s->total_ns);
    size_t n = packer_upto(p, s->n, SERIES_ROWS_MAX);
    if (!p->out && p->rc == 0 && n) {
        s->rows = calloc(n, sizeof *s->rows);
        if (!s->rows)
            packer_fail(p, -ENOMEM);
        s->n = s->cap = s->rows ? n : 0;
    }
    for (size_t i = 0; i < s->n; i++)
        row(p, &s->rows[i]);
    packer_heap(p, &s->latency);
    packer_heap(p, &s->lag);
    if (!p->out && p->rc == 0)
        check_rows(p, s, latency, lag);
}
