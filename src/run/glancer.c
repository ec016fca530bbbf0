// SPDX-License-Identifier: MIT
#include "run/glancer.h"

#include "base/clock.h"
#include "run/live.h"
#include "run/sight.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct glancer_mark {
    uint64_t until_ns, ok, errors; // of rows that were taken
    size_t bytes;                  // of their cells
    uint64_t busy_until_ns;        // when the share of a second was last worked out,
    double busy_s;                 // and what the worker had worked then
};

// --- opening ---

static struct glance_part *new_parts(unsigned n, int digits)
{
    struct glance_part *parts = calloc(n, sizeof *parts);
    for (unsigned i = 0; parts && i < n; i++)
        parts[i].latency = hist_new(digits);
    return parts;
}

static void free_parts(struct glance_part *parts, unsigned n)
{
    for (unsigned i = 0; parts && i < n; i++)
        hist_free(parts[i].latency);
    free(parts);
}

static bool whole(const struct glance_part *parts, unsigned n)
{
    unsigned i = 0;
    while (parts && i < n && parts[i].latency)
        i++;
    return i == n;
}

static int open_parts(struct glance *g, const struct plan *p, unsigned nodes)
{
    g->ncommands = p->kinds > 1 ? p->kinds : 0;
    g->commands = new_parts(g->ncommands + 1, p->conf->digits);
    g->nodes = new_parts(nodes, RECORDER_COARSE_DIGITS);
    for (unsigned i = 0; g->commands && i < g->ncommands; i++)
        snprintf(g->commands[i].name, sizeof g->commands[i].name, "%s", p->asks[i].title);
    return whole(g->commands, g->ncommands + 1) && whole(g->nodes, nodes) ? 0 : -ENOMEM;
}

static void describe(struct glance *is, const struct plan *p)
{
    is->test = p->test;
    is->title = p->title;
    is->target = p->target->addr.text;
    is->rate = p->conf->rate;
    is->clients = p->clients;
    is->threads = p->threads;
    is->pipeline = p->conf->pipeline;
    is->client_busy = is->server_busy = -1;
}

static int set_up(struct glancer *g, const struct plan *p, struct worker *workers)
{
    g->n = p->workers;
    g->nodes = p->target->cluster ? GLANCE_NODES : 1;
    g->marks = calloc(g->n, sizeof *g->marks);
    int rc = g->marks ? timeline_init(&g->glance.line, p->conf->digits) : -ENOMEM;
    if (rc == 0)
        rc = open_parts(&g->glance, p, g->nodes);
    for (unsigned i = 0; rc == 0 && i < g->n; i++) {
        workers[i].sight = sight_new();
        rc = workers[i].sight ? 0 : -ENOMEM;
    }
    return rc;
}

int glancer_new(struct glancer **out, const struct plan *p, struct worker *workers, int64_t server_pid,
                struct err *err)
{
    struct glancer *g = calloc(1, sizeof *g);
    *out = g;
    if (!g || set_up(g, p, workers) < 0)
        return err_set(err, ERR_RUN, "not enough memory to look on");
    describe(&g->glance, p);
    g->server_pid = server_pid;
    return 0;
}

void glancer_free(struct glancer *g, struct worker *workers)
{
    if (!g)
        return;
    for (unsigned i = 0; i < g->n; i++) {
        sight_free(workers[i].sight);
        workers[i].sight = NULL;
    }
    free_parts(g->glance.commands, g->glance.ncommands + 1);
    free_parts(g->glance.nodes, g->nodes);
    timeline_free(&g->glance.line);
    free(g->marks);
    free(g);
}

// --- looking ---

static void begin_phase(struct glancer *g, enum phase phase)
{
    struct glance *is = &g->glance;
    g->phase = phase;
    g->looked_ns = 0;
    is->client_busy = is->server_busy = -1;
    memset(g->marks, 0, g->n * sizeof *g->marks);
    timeline_reset(&is->line);
    for (unsigned i = 0; i < is->ncommands; i++)
        hist_reset(is->commands[i].latency);
    for (unsigned i = 0; i < is->nnodes; i++)
        hist_reset(is->nodes[i].latency);
}

// Rows that were put together with their neighbours meanwhile hold some of what was taken already.
static void take_rows(struct timeline *line, const struct series *s, struct glancer_mark *m)
{
    size_t from = s->step_ns ? (size_t)(m->until_ns / s->step_ns) : 0;
    uint64_t ok_again = m->ok - s->before.ok, errors_again = m->errors - s->before.errors;
    for (size_t i = from; i < s->n; i++) {
        ok_again += s->rows[i].ok;
        errors_again += s->rows[i].errors;
    }
    for (size_t i = from; i < s->n; i++) {
        const struct series_row *row = &s->rows[i];
        struct slice cells = series_latency(s, row);
        size_t again = row->latency_at < m->bytes ? m->bytes - row->latency_at : 0;
        again = again < cells.len ? again : cells.len;
        timeline_add(line, i * s->step_ns, row->ok - ok_again, row->errors - errors_again,
                     (struct slice){cells.at + again, cells.len - again});
        ok_again = errors_again = 0;
    }
    m->until_ns = s->n * s->step_ns;
    m->bytes = s->latency.len;
    m->ok = s->before.ok;
    m->errors = s->before.errors;
}

static void add_part(struct glance_part *to, struct sight_part *from)
{
    to->ok += from->ok;
    to->errors += from->errors;
    hist_add_cells(to->latency, (struct slice){from->cells.at, from->cells.len});
    from->cells.len = 0;
}

// NULL where there is no more room.
static struct glance_part *node_of(struct glance *g, const char *name)
{
    for (unsigned i = 0; i < g->nnodes; i++)
        if (strcmp(g->nodes[i].name, name) == 0)
            return &g->nodes[i];
    if (g->nnodes == GLANCE_NODES)
        return NULL;
    memcpy(g->nodes[g->nnodes].name, name, NODE_ADDR);
    return &g->nodes[g->nnodes++];
}

static void take_sight(struct glance *g, struct sight *s)
{
    tally_merge(&g->tally, &s->tally);
    for (unsigned i = 0; i < s->ncommands && i < g->ncommands; i++)
        add_part(&g->commands[i], &s->commands[i]);
    for (unsigned i = 0; i < s->nnodes && i < GLANCE_NODES; i++) {
        struct glance_part *node = node_of(g, s->nodes[i].name);
        if (node)
            add_part(node, &s->nodes[i]);
    }
}

// The share of the time since it was last asked that the worker has worked; < 0 at first.
static double busy_of(struct glancer_mark *m, const struct series *s, const struct sight *sight)
{
    double busy_s = s->before.cpu_s - 1e-9 * (double)sight->spun_ns, share = -1;
    uint64_t until_ns = s->n * s->step_ns;
    if (m->busy_until_ns && until_ns > m->busy_until_ns)
        share = (busy_s - m->busy_s) / (1e-9 * (double)(until_ns - m->busy_until_ns));
    m->busy_until_ns = until_ns;
    m->busy_s = busy_s;
    return share < 1 ? share : 1;
}

static void forget(struct glance *g)
{
    g->ok = g->errors = 0;
    g->tally = (struct tally){0};
    for (unsigned i = 0; i < g->ncommands; i++)
        g->commands[i].ok = g->commands[i].errors = 0;
    for (unsigned i = 0; i < g->nnodes; i++)
        g->nodes[i].ok = g->nodes[i].errors = 0;
}

static void look_at_server(struct glancer *g, uint64_t took_ns)
{
    g->server[0] = g->server[1];
    if (g->server_pid && process_read(&g->server[1], g->server_pid) && g->looked_ns && g->server[0].n)
        g->glance.server_busy =
            (double)process_busiest_ns(&g->server[0], &g->server[1]) / (double)(took_ns ? took_ns : 1);
}

static void look_at_workers(struct glancer *g, struct worker *workers, bool second)
{
    double most = -1;
    forget(&g->glance);
    for (unsigned i = 0; i < g->n; i++) {
        struct worker *w = &workers[i];
        pthread_mutex_lock(&w->series_lock);
        struct series *s = live_rows(w, g->phase);
        take_rows(&g->glance.line, s, &g->marks[i]);
        take_sight(&g->glance, w->sight);
        double busy = second ? busy_of(&g->marks[i], s, w->sight) : -1;
        pthread_mutex_unlock(&w->series_lock);
        g->glance.ok += g->marks[i].ok;
        g->glance.errors += g->marks[i].errors;
        most = busy > most ? busy : most;
    }
    g->glance.client_busy = second ? most : g->glance.client_busy;
}

static void tell(struct glance *g, const struct progress *p)
{
    g->phase = progress_phases[p->phase];
    g->measuring = p->phase == PHASE_MEASURE;
    g->counts = g->measuring || p->phase == PHASE_WARMUP;
    g->elapsed_ns = p->elapsed_ns;
    g->done = progress_done(p);
    g->rps = p->rps;
    g->mean_rps = p->mean_rps;
    g->p50_ns = p->live.p50_ns;
    g->p99_ns = p->live.p99_ns;
}

const struct glance *glancer_look(struct glancer *g, struct worker *workers, const struct progress *p)
{
    uint64_t now_ns = clock_ns(), took_ns = now_ns - g->looked_ns;
    bool second = took_ns >= NS_PER_S;
    if (p->phase != g->phase)
        begin_phase(g, p->phase);
    tell(&g->glance, p);
    if (!g->glance.counts)
        return &g->glance;
    look_at_workers(g, workers, second);
    if (second) {
        look_at_server(g, took_ns);
        g->looked_ns = now_ns;
    }
    return &g->glance;
}
