// SPDX-License-Identifier: MIT
#include "run/precise.h"

#include <stdlib.h>
#include <string.h>

// The rows of all workers, of all requests or of one kind (from 0; -1: all). False when they are not of one
// step just now, or without memory.
static bool copy_rows(struct series *out, struct worker *workers, unsigned n, int kind)
{
    struct series **all = calloc(n, sizeof(struct series *));
    bool alike = all;
    for (unsigned i = 0; i < n; i++)
        pthread_mutex_lock(&workers[i].series_lock);
    for (unsigned i = 0; all && i < n; i++) {
        all[i] = kind < 0 ? &workers[i].series : &workers[i].mixed.kinds[kind].rows;
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
    if (!precision_due(p, lasted_ns) || !copy_rows(&rows, workers, n, -1))
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

static int kind_of(const struct plan *p, const char *command)
{
    for (unsigned k = 0; command[0] && p->kinds > 1 && k < p->kinds; k++)
        if (strcmp(p->asks[k].name, command) == 0)
            return (int)k;
    return -1;
}

// The rows of each limit's command beside those of all. False as copy_rows.
static bool see_commands(struct slo_sight *sight, struct series own[SLO_MAX], struct worker *workers,
                         unsigned n, const struct slo *slo)
{
    bool all = true;
    for (unsigned i = 0; all && i < slo->n; i++) {
        int kind = kind_of(workers->plan, slo->limit[i].command);
        if (kind < 0)
            continue;
        all = copy_rows(&own[i], workers, n, kind);
        sight->of[i] = all ? &own[i] : NULL;
    }
    return all;
}

bool precise_hopeless(struct worker *workers, unsigned n, const struct run_conf *conf)
{
    struct series rows, own[SLO_MAX];
    if (!copy_rows(&rows, workers, n, -1))
        return false;
    struct hist *like = hist_new(conf->digits);
    struct slo_window window = {conf->slo_lead_ns, conf->duration_ns - conf->slo_lead_ns};
    struct slo_sight sight = {.rows = &rows, .like = like, .rate = conf->rate, .window = window};
    bool seen = like && see_commands(&sight, own, workers, n, conf->slo);
    bool hopeless = seen && slo_hopeless(conf->slo, &sight);
    for (unsigned i = 0; i < conf->slo->n; i++)
        if (sight.of[i])
            series_free(&own[i]);
    hist_free(like);
    series_free(&rows);
    return hopeless;
}
