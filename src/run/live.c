// SPDX-License-Identifier: MIT
#include "run/live.h"

#include "base/clock.h"

struct series *live_rows(struct worker *w, enum phase phase)
{
    return phase == PHASE_WARMUP ? &w->warm : phase == PHASE_MEASURE ? &w->series : NULL;
}

static void add(struct hist *last_second, const struct series *s, struct live *live)
{
    size_t second = s->step_ns ? (size_t)(NS_PER_S / s->step_ns) : 0,
           from = s->n > second ? s->n - second : 0;
    for (size_t i = 0; i < s->n; i++) {
        live->errors += s->rows[i].errors;
        if (i >= from)
            hist_add_cells(last_second, series_latency(s, &s->rows[i]));
    }
}

struct live live_look(struct worker *workers, unsigned n, int digits, enum phase phase)
{
    struct live live = {0};
    struct hist *last_second = phase == PHASE_WARMUP || phase == PHASE_MEASURE ? hist_new(digits) : NULL;
    if (!last_second)
        return live;
    for (unsigned i = 0; i < n; i++) {
        pthread_mutex_lock(&workers[i].series_lock);
        add(last_second, live_rows(&workers[i], phase), &live);
        pthread_mutex_unlock(&workers[i].series_lock);
    }
    if (hist_count(last_second)) {
        live.p50_ns = hist_quantile(last_second, 0.5);
        live.p99_ns = hist_quantile(last_second, 0.99);
    }
    hist_free(last_second);
    return live;
}
