// SPDX-License-Identifier: MIT
#include "run/precise.h"

#include <stdlib.h>

// The rows of all workers. False when they are not of one step just now, or without memory.
static bool copy_rows(struct series *out, struct worker *workers, unsigned n)
{
    struct series **all = calloc(n, sizeof(struct series *));
    bool alike = all;
    for (unsigned i = 0; i < n; i++)
        pthread_mutex_lock(&workers[i].series_lock);
    for (unsigned i = 0; all && i < n; i++) {
        all[i] = &workers[i].series;
        alike &= all[i]->step_ns == all[0]->step_ns;
    }
    bool copied = alike && series_sum(out, all, n) == 0;
    for (unsigned i = 0; i < n; i++)
        pthread_mutex_unlock(&workers[i].series_lock);
    free(all);
    return copied;
}

bool precise_enough(struct worker *workers, unsigned n, const struct run_conf *conf, struct precision *p,
                    uint64_t lasted_ns)
{
    struct series rows;
    if (!precision_due(p, lasted_ns) || !copy_rows(&rows, workers, n))
        return false;
    struct quantile x = {0};
    struct hist *all = hist_new(conf->digits);
    if (all) {
        hist_add_cells(all, buf_unread(&rows.latency));
        quantile_of(&x, quantile_names[conf->until_quantile].q, all, all, &rows);
    }
    hist_free(all);
    series_free(&rows);
    return precision_look(p, &x, lasted_ns);
}

bool precise_hopeless(struct worker *workers, unsigned n, const struct run_conf *conf)
{
    struct series rows;
    if (!copy_rows(&rows, workers, n))
        return false;
    struct hist *like = hist_new(conf->digits);
    struct slo_window window = {conf->slo_lead_ns, conf->duration_ns - conf->slo_lead_ns};
    struct slo_sight sight = {&rows, like, conf->rate, window};
    bool hopeless = like && slo_hopeless(conf->slo, &sight);
    hist_free(like);
    series_free(&rows);
    return hopeless;
}
