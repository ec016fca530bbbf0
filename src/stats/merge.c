// SPDX-License-Identifier: MIT
#include "stats/merge.h"

#include "stats/freeze.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static int refuse(struct err *err, unsigned worker, const char *what)
{
    return err_set(err, ERR_RUN, "the parts do not add up: thread %u %s", worker + 1, what);
}

// Parts come in the order of their threads: each thread once.
static int check_threads(const struct merge *m, const struct summary *p, struct err *err)
{
    if (p->first_worker > m->next && !m->partial)
        return refuse(err, m->next, "of the load is in none of them");
    if (p->first_worker < m->next)
        return refuse(err, p->first_worker, "of the load is in two of them");
    if (p->first_worker + p->workers > p->load.threads)
        return refuse(err, p->load.threads, "is none of the load's");
    return 0;
}

#define HISTS (16 + CONNECTION_PHASES)

static void list(struct summary *s, struct hist **hists[HISTS])
{
    struct hist **all[HISTS] = {&s->latency,     &s->service,          &s->lag,         &s->wait,
                                &s->wire.send,   &s->wire.wire,        &s->wire.wake,   &s->wire.whole,
                                &s->read.delay,  &s->read.whole,       &s->read.kernel, &s->tls.full,
                                &s->tls.resumed, &s->delivery.latency, &s->chain,       &s->staleness.age};
    for (int i = 0; i < CONNECTION_PHASES; i++)
        all[HISTS - CONNECTION_PHASES + i] = &s->connections.of[i];
    memcpy(hists, all, sizeof all);
}

// What hist_merge and series_sum take for granted.
static bool alike(const struct merge *m, const struct summary *p)
{
    const struct summary *x = &m->out;
    struct hist **hx[HISTS], **hy[HISTS];
    list((struct summary *)x, hx); // which only looks: a copy of both is too large for a stack
    list((struct summary *)p, hy);
    for (int i = 0; i < HISTS; i++)
        if (!*hx[i] != !*hy[i] || (*hx[i] && hist_digits(*hx[i]) != hist_digits(*hy[i])))
            return false;
    return !m->rows[0].step_ns == !p->series.step_ns && !m->warm[0].step_ns == !p->warm.step_ns &&
           x->interval_ns == p->interval_ns && x->reads == p->reads;
}

static int check_load(const struct merge *m, const struct summary *p, struct err *err)
{
    const struct summary *first = &m->out;
    char why[LOAD_WHY];
    if (strcmp(p->test, first->test) != 0 || strcmp(p->title, first->title) != 0)
        return err_set(err, ERR_RUN, "the parts are of two tests: %.100s and %.100s", first->title, p->title);
    if (load_differs(&first->load, &p->load, why))
        return err_set(err, ERR_RUN, "the parts are of two loads: %s", why);
    if (p->requests_asked != first->requests_asked || p->duration_asked_ns != first->duration_asked_ns ||
        p->warmup_ns != first->warmup_ns || p->ramp_ns != first->ramp_ns || !alike(m, p))
        return err_set(err, ERR_RUN, "the parts are of two loads: expected the same options for each");
    return 0;
}

// --- adding up ---

static uint64_t greater(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static double greater_of(double a, double b)
{
    return a > b ? a : b;
}

// As one process with all workers would have it.
static unsigned weight_of(enum ending e)
{
    static const unsigned weights[] = {[ENDING_DONE] = 0,
                                       [ENDING_LOST] = 1,
                                       [ENDING_STALLED] = 2,
                                       [ENDING_INTERRUPTED] = 3,
                                       [ENDING_SKIPPED] = 4};
    return weights[e];
}

static void take_ending(struct summary *out, const struct summary *p)
{
    bool graver = weight_of(p->ending) > weight_of(out->ending);
    if (p->note[0] && (graver || !out->note[0]))
        snprintf(out->note, sizeof out->note, "%s", p->note);
    if (graver)
        out->ending = p->ending;
}

// Shares of times that are not known themselves: by the connections that they are of.
static double mean(double a, unsigned n, double b, unsigned m)
{
    return n + m ? (a * n + b * m) / ((double)n + m) : 0;
}

// The client's machines, and its connections. What was seen of the server is known once, or not.
static void add_signals(struct signals *out, const struct signals *p)
{
    struct signals sum = p->asked && !out->asked ? *p : *out;
    sum.steal = greater_of(out->steal, p->steal);
    sum.throttled = out->throttled + p->throttled;
    sum.cpus = out->cpus + p->cpus;
    sum.sampled = out->sampled + p->sampled;
    sum.segments = out->segments + p->segments;
    sum.retransmitted = out->retransmitted + p->retransmitted;
    sum.receiver_limited = mean(out->receiver_limited, out->sampled, p->receiver_limited, p->sampled);
    sum.sender_limited = mean(out->sender_limited, out->sampled, p->sender_limited, p->sampled);
    bool less = p->rtt_min_us > 0 && (out->rtt_min_us <= 0 || p->rtt_min_us < out->rtt_min_us);
    sum.rtt_min_us = less ? p->rtt_min_us : out->rtt_min_us;
    sum.ceiling_rps = out->ceiling_rps + p->ceiling_rps;
    *out = sum;
}

static void add_plain(struct summary *out, const struct summary *p)
{
    take_ending(out, p);
    out->prefilled += p->prefilled;
    out->prefill_ns = greater(out->prefill_ns, p->prefill_ns);
    out->wall_ns = greater(out->wall_ns, p->wall_ns);
    counts_add(&out->counts, &p->counts);
    evidence_add(&out->evidence, &p->evidence);
    out->bytes_sent += p->bytes_sent;
    out->lost += p->lost;
    out->connect_ns = greater(out->connect_ns, p->connect_ns);
    out->in_flight += p->in_flight;
    if (p->bounded && (!out->bound_min_ns || p->bound_min_ns < out->bound_min_ns))
        out->bound_min_ns = p->bound_min_ns;
    out->outstanding_ns += p->outstanding_ns;
    out->user_s += p->user_s;
    out->system_s += p->system_s;
    out->pauses = greater(out->pauses, p->pauses);
    out->paused_ns = greater(out->paused_ns, p->paused_ns);
    out->delivery.sent += p->delivery.sent;
    out->delivery.expected += p->delivery.expected;
    out->delivery.delivered += p->delivery.delivered;
    out->delivery.duplicates += p->delivery.duplicates;
    out->delivery.gone += p->delivery.gone;
    staleness_add_counts(&out->staleness, &p->staleness);
    out->precise &= p->precise;
    out->hopeless |= p->hopeless;
    tally_merge(&out->tally, &p->tally);
}

static int add_hist(struct hist **out, const struct hist *p)
{
    if (p && !*out)
        *out = hist_new(hist_digits(p));
    if (p && !*out)
        return -ENOMEM;
    if (p)
        hist_merge(*out, p);
    return 0;
}

static int add_hists(struct summary *out, const struct summary *p)
{
    struct summary shallow = *p;
    struct hist **to[HISTS], **from[HISTS];
    int rc = 0;
    list(out, to);
    list(&shallow, from);
    for (int i = 0; rc == 0 && i < HISTS; i++)
        rc = add_hist(to[i], *from[i]);
    if (!out->tls.protocol[0]) {
        memcpy(out->tls.protocol, p->tls.protocol, sizeof out->tls.protocol);
        memcpy(out->tls.cipher, p->tls.cipher, sizeof out->tls.cipher);
        memcpy(out->tls.kernel, p->tls.kernel, sizeof out->tls.kernel);
        memcpy(out->tls.verified, p->tls.verified, sizeof out->tls.verified);
    }
    out->wire.missed += p->wire.missed;
    out->read.missed += p->read.missed;
    return rc;
}

// Where nothing of a part is unfinished, all that it has is answered. Before its latencies are added.
static int add_bounded(struct summary *out, const struct summary *p)
{
    int rc = 0;
    if (!out->bounded && !p->bounded)
        return 0;
    if (!out->bounded && out->latency)
        rc = add_hist(&out->bounded, out->latency);
    return rc == 0 ? add_hist(&out->bounded, p->bounded ? p->bounded : p->latency) : rc;
}

static int add_shares(struct summary *out, const struct summary *p)
{
    if (!out->shares)
        out->shares = calloc(out->load.threads + 1, sizeof *out->shares);
    if (!out->shares)
        return -ENOMEM;
    for (unsigned k = 0; k < p->workers; k++)
        out->shares[out->workers++] = p->shares[k];
    return 0;
}

// What all parts have alike; clocks are those of the first.
static int begin(struct summary *out, const struct summary *first)
{
    *out = (struct summary){
        .load = first->load,
        .requests_asked = first->requests_asked,
        .duration_asked_ns = first->duration_asked_ns,
        .warmup_ns = first->warmup_ns,
        .ramp_ns = first->ramp_ns,
        .reads = first->reads,
        .verified = first->verified,
        .interval_ns = first->interval_ns,
        .outages = first->outages,
        .start_ns = first->start_ns,
        .offset_ns = first->offset_ns,
        .until_precise = first->until_precise,
        .delivery = {.consumers = first->delivery.consumers, .queues = first->delivery.queues},
        .precise = true,
        .first_worker = first->first_worker};
    memcpy(out->test, first->test, sizeof out->test);
    memcpy(out->cure, first->cure, sizeof out->cure);
    return summary_own_words(out, slice_of(first->title), slice_of(first->waits_by ? first->waits_by : ""));
}

static int add_nodes(struct summary *out, const struct summary *p)
{
    int rc = 0;
    for (unsigned i = 0; rc == 0 && i < p->nodes.n; i++)
        rc = node_shares_add(&out->nodes, &p->nodes.at[i]);
    out->topologies = out->topologies > p->topologies ? out->topologies : p->topologies;
    return rc;
}

// Each tells of itself.
static int add_generators(struct summary *out, const struct summary *p)
{
    int rc = 0;
    for (unsigned i = 0; rc == 0 && i < p->generators.n; i++)
        rc = generators_add(&out->generators, &p->generators.at[i]);
    if (p->generators.asked > out->generators.asked)
        out->generators.asked = p->generators.asked;
    return rc;
}

static int grow(struct merge *m)
{
    size_t cap = m->cap ? 2 * m->cap : 16;
    if (m->n < m->cap)
        return 0;
    struct series *warm = realloc(m->warm, cap * sizeof *warm);
    m->warm = warm ? warm : m->warm;
    struct series *rows = realloc(m->rows, cap * sizeof *rows);
    m->rows = rows ? rows : m->rows;
    if (!warm || !rows)
        return -ENOMEM;
    m->cap = cap;
    return 0;
}

// The rows change hands.
static int take_rows(struct merge *m, struct summary *p)
{
    int rc = grow(m);
    if (rc < 0)
        return rc;
    m->warm[m->n] = p->warm;
    m->rows[m->n++] = p->series;
    p->warm = p->series = (struct series){0};
    return 0;
}

static int add_up(struct merge *m, struct summary *p)
{
    struct summary *out = &m->out;
    int rc = m->n ? 0 : begin(out, p);
    if (rc < 0)
        return rc;
    add_plain(out, p);
    add_signals(&out->signals, &p->signals);
    if (m->n) {
        outages_join(&out->outages, &p->outages);
        out->signals.calls_known = false; // each looked when its own part ended, and not when all had
    }
    rc = add_bounded(out, p);
    if (rc == 0)
        rc = add_hists(out, p);
    if (rc == 0)
        rc = add_nodes(out, p);
    if (rc == 0)
        rc = add_shares(out, p);
    if (rc == 0)
        rc = add_generators(out, p);
    return rc == 0 ? take_rows(m, p) : rc;
}

// Of a mix: each kind. A part that ended early may have none.
static int add_kinds(struct merge *m, struct summary *p)
{
    int rc = 0;
    if (!m->kinds && p->nkinds) {
        m->kinds = calloc(p->nkinds, sizeof *m->kinds);
        m->nkinds = m->kinds ? p->nkinds : 0;
        rc = m->kinds ? 0 : -ENOMEM;
    }
    for (unsigned k = 0; rc == 0 && k < m->nkinds && k < p->nkinds; k++)
        rc = add_up(&m->kinds[k], &p->kinds[k]);
    return rc;
}

int merge_add(struct merge *m, struct summary *part, struct err *err)
{
    if ((m->n && check_load(m, part, err) < 0) || check_threads(m, part, err) < 0)
        return -1;
    m->missing += part->first_worker - m->next;
    m->next = part->first_worker + part->workers;
    if (add_up(m, part) == 0 && add_kinds(m, part) == 0)
        return 0;
    return err_set(err, ERR_RUN, "not enough memory to add up the parts");
}

static int sum_rows(struct series *out, struct series *of, size_t n)
{
    struct series **all = calloc(n, sizeof(struct series *));
    for (size_t i = 0; all && i < n; i++)
        all[i] = &of[i];
    int rc = all ? series_sum(out, all, n) : -ENOMEM;
    free(all);
    return rc;
}

// One clock for all rows: where one began late, by how much is told.
static int align(struct merge *m)
{
    struct summary *out = &m->out;
    int rc = 0;
    if (out->generators.n != m->n || m->n == 0)
        return 0;
    out->wall_ns = generators_settle(&out->generators);
    for (size_t i = 0; rc == 0 && i < m->n; i++)
        rc = series_delay(&m->rows[i], out->generators.at[i].late_ns);
    return rc;
}

static int end(struct merge *m, struct summary *out)
{
    int rc = align(m);
    if (rc == 0)
        rc = sum_rows(&m->out.warm, m->warm, m->n);
    if (rc == 0)
        rc = sum_rows(&m->out.series, m->rows, m->n);
    if (m->nkinds)
        m->out.kinds = calloc(m->nkinds, sizeof *m->out.kinds);
    if (m->nkinds && !m->out.kinds)
        rc = -ENOMEM;
    for (; rc == 0 && m->out.nkinds < m->nkinds; m->out.nkinds++)
        rc = end(&m->kinds[m->out.nkinds], &m->out.kinds[m->out.nkinds]);
    if (rc < 0)
        return rc;
    if (m->out.latency)
        summary_settle_many(&m->out, m->rows, m->n);
    *out = m->out;
    m->out = (struct summary){0};
    return 0;
}

int merge_end(struct merge *m, struct summary *out, struct err *err)
{
    unsigned threads = m->out.load.threads;
    *out = (struct summary){0};
    if (m->n == 0)
        return err_set(err, ERR_RUN, "there are no parts to add up");
    if (m->next < threads && !m->partial)
        return refuse(err, m->next, "of the load is in none of them");
    m->missing += threads - m->next;
    m->next = threads;
    int rc = end(m, out);
    if (rc == 0)
        rc = freeze_summary(out);
    return rc == 0 ? 0 : err_set(err, ERR_RUN, "not enough memory to add up the parts");
}

void merge_free(struct merge *m)
{
    for (unsigned k = 0; k < m->nkinds; k++)
        merge_free(&m->kinds[k]);
    for (size_t i = 0; i < m->n; i++) {
        series_free(&m->warm[i]);
        series_free(&m->rows[i]);
    }
    summary_free(&m->out);
    free(m->kinds);
    free(m->warm);
    free(m->rows);
    *m = (struct merge){0};
}

static int by_worker(const void *a, const void *b)
{
    const struct summary *x = *(struct summary *const *)a, *y = *(struct summary *const *)b;
    return x->first_worker < y->first_worker ? -1 : x->first_worker > y->first_worker;
}

int merge_parts(struct summary *out, struct summary *const *parts, size_t n, struct err *err)
{
    struct summary **sorted = calloc(n + 1, sizeof(struct summary *));
    struct merge m = {0};
    int rc = 0;
    *out = (struct summary){0};
    if (!sorted)
        return err_set(err, ERR_RUN, "not enough memory to add up the parts");
    for (size_t i = 0; i < n; i++)
        sorted[i] = parts[i];
    if (n)
        qsort(sorted, n, sizeof(struct summary *), by_worker);
    for (size_t i = 0; rc == 0 && i < n; i++)
        rc = merge_add(&m, sorted[i], err);
    if (rc == 0)
        rc = merge_end(&m, out, err);
    merge_free(&m);
    free(sorted);
    return rc;
}
