// SPDX-License-Identifier: MIT
#include "export/metrics.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int metrics_init(struct metrics *m)
{
    *m = (struct metrics){0};
    return -pthread_mutex_init(&m->lock, NULL);
}

void metrics_free(struct metrics *m)
{
    for (size_t i = 0; i < m->n; i++) {
        hist_free(m->tests[i].finished);
        hist_free(m->tests[i].latency);
    }
    free(m->tests);
    pthread_mutex_destroy(&m->lock);
    *m = (struct metrics){0};
}

// --- the thread that measures ---

static struct metrics_test *add(struct metrics *m, const char *test, const char *target, int digits)
{
    struct metrics_test *more = realloc(m->tests, (m->n + 1) * sizeof *more);
    if (!more)
        return NULL;
    m->tests = more;
    struct metrics_test *t = &more[m->n];
    *t = (struct metrics_test){.finished = hist_new(digits), .latency = hist_new(digits)};
    snprintf(t->test, sizeof t->test, "%s", test);
    snprintf(t->target, sizeof t->target, "%s", target);
    if (t->finished && t->latency) {
        m->n++;
        return t;
    }
    hist_free(t->finished);
    hist_free(t->latency);
    return NULL;
}

// Of that name, target and precision; NULL without memory.
static struct metrics_test *find(struct metrics *m, const char *test, const char *target, int digits)
{
    for (size_t i = 0; i < m->n; i++)
        if (strcmp(m->tests[i].test, test) == 0 && strcmp(m->tests[i].target, target) == 0 &&
            hist_digits(m->tests[i].finished) == digits)
            return &m->tests[i];
    return add(m, test, target, digits);
}

static void put_together(struct metrics_test *t, const struct hist *live)
{
    hist_reset(t->latency);
    hist_merge(t->latency, t->finished);
    if (live)
        hist_merge(t->latency, live);
}

void metrics_tick(struct metrics *m, const struct glance *g)
{
    if (!g->measuring)
        return;
    pthread_mutex_lock(&m->lock);
    struct metrics_test *t = find(m, g->test, g->target, hist_digits(g->line.all));
    if (t) {
        t->live_ok = g->ok;
        t->live_errors = g->errors;
        t->live_s = (double)g->elapsed_ns * 1e-9;
        t->rps = g->rps;
        put_together(t, g->line.all);
    }
    pthread_mutex_unlock(&m->lock);
}

void metrics_ended(struct metrics *m, const char *target, const struct summary *s)
{
    if (s->ending == ENDING_SKIPPED || !s->latency)
        return;
    pthread_mutex_lock(&m->lock);
    struct metrics_test *t = find(m, s->test, target, hist_digits(s->latency));
    if (t) {
        t->ok += s->counts.ok;
        t->errors += s->counts.errors;
        t->unanswered += counts_unanswered(&s->counts);
        t->wall_s += (double)s->wall_ns * 1e-9;
        t->rps = s->wall_ns ? summary_rps(s) : 0;
        t->live_ok = t->live_errors = 0;
        t->live_s = 0;
        hist_merge(t->finished, s->latency);
        put_together(t, NULL);
    }
    pthread_mutex_unlock(&m->lock);
}

void metrics_settle(struct metrics *m, const struct run_facts *f)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    if (!out)
        return;
    prometheus_ended(out, f);
    if (fclose(out) == 0) {
        pthread_mutex_lock(&m->lock);
        snprintf(m->info, sizeof m->info, "%s", text);
        pthread_mutex_unlock(&m->lock);
    }
    free(text);
}

// --- whoever reads ---

static struct prometheus_test seen(const struct metrics_test *t)
{
    struct prometheus_test is = {.test = t->test,
                                 .target = t->target,
                                 .ok = t->ok + t->live_ok,
                                 .errors = t->errors + t->live_errors,
                                 .unanswered = t->unanswered,
                                 .wall_s = t->wall_s + t->live_s,
                                 .rps = t->rps,
                                 .latency = t->latency};
    for (int i = 0; i < QUANTILES; i++)
        is.quantile_ns[i] = hist_quantile(t->latency, quantile_names[i].q);
    return is;
}

void metrics_see(struct metrics *m, void (*see)(void *ctx, const struct prometheus_test *tests, size_t n),
                 void *ctx)
{
    pthread_mutex_lock(&m->lock);
    struct prometheus_test *all = calloc(m->n + 1, sizeof *all);
    for (size_t i = 0; all && i < m->n; i++)
        all[i] = seen(&m->tests[i]);
    if (all)
        see(ctx, all, m->n);
    pthread_mutex_unlock(&m->lock);
    free(all);
}

struct writing {
    const struct metrics *m;
    FILE *out;
};

static void write_text(void *ctx, const struct prometheus_test *tests, size_t n)
{
    const struct writing *w = ctx;
    prometheus_info(w->out, &(struct run_facts){0});
    fputs(w->m->info, w->out);
    prometheus_tests(w->out, tests, n);
}

void metrics_text(struct metrics *m, FILE *out)
{
    metrics_see(m, write_text, &(struct writing){m, out});
}
