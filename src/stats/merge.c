// SPDX-License-Identifier: MIT
#include "stats/merge.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static int by_worker(const void *a, const void *b)
{
    const struct summary *x = *(struct summary *const *)a, *y = *(struct summary *const *)b;
    return x->first_worker < y->first_worker ? -1 : x->first_worker > y->first_worker;
}

static int refuse(struct err *err, unsigned worker, const char *what)
{
    return err_set(err, ERR_RUN, "the parts do not add up: thread %u %s", worker + 1, what);
}

// Sorted by their threads: each thread once.
static int check_threads(struct summary *const *parts, size_t n, struct err *err)
{
    unsigned next = 0, threads = parts[0]->load.threads;
    for (size_t i = 0; i < n; i++) {
        if (parts[i]->first_worker > next)
            return refuse(err, next, "of the load is in none of them");
        if (parts[i]->first_worker < next)
            return refuse(err, parts[i]->first_worker, "of the load is in two of them");
        next += parts[i]->workers;
    }
    return next < threads   ? refuse(err, next, "of the load is in none of them")
           : next > threads ? refuse(err, threads, "is none of the load's")
                            : 0;
}

#define HISTS (13 + CONNECTION_PHASES)

static void list(struct summary *s, struct hist **hists[HISTS])
{
    struct hist **all[HISTS] = {&s->latency,    &s->service,    &s->lag,         &s->wait,
                                &s->wire.send,  &s->wire.wire,  &s->wire.wake,   &s->wire.whole,
                                &s->read.delay, &s->read.whole, &s->read.kernel, &s->tls.full,
                                &s->tls.resumed};
    for (int i = 0; i < CONNECTION_PHASES; i++)
        all[HISTS - CONNECTION_PHASES + i] = &s->connections.of[i];
    memcpy(hists, all, sizeof all);
}

// What hist_merge and series_sum take for granted.
static bool alike(const struct summary *a, const struct summary *b)
{
    struct summary x = *a, y = *b;
    struct hist **hx[HISTS], **hy[HISTS];
    list(&x, hx);
    list(&y, hy);
    for (int i = 0; i < HISTS; i++)
        if (!*hx[i] != !*hy[i] || (*hx[i] && hist_digits(*hx[i]) != hist_digits(*hy[i])))
            return false;
    return !a->series.step_ns == !b->series.step_ns && !a->warm.step_ns == !b->warm.step_ns &&
           a->interval_ns == b->interval_ns && a->reads == b->reads;
}

static int check_loads(struct summary *const *parts, size_t n, struct err *err)
{
    const struct summary *first = parts[0];
    char why[LOAD_WHY];
    for (size_t i = 1; i < n; i++) {
        const struct summary *p = parts[i];
        if (strcmp(p->test, first->test) != 0 || strcmp(p->title, first->title) != 0)
            return err_set(err, ERR_RUN, "the parts are of two tests: %.100s and %.100s", first->title,
                           p->title);
        if (load_differs(&first->load, &p->load, why))
            return err_set(err, ERR_RUN, "the parts are of two loads: %s", why);
        if (p->requests_asked != first->requests_asked || p->duration_asked_ns != first->duration_asked_ns ||
            p->warmup_ns != first->warmup_ns || p->ramp_ns != first->ramp_ns || !alike(first, p))
            return err_set(err, ERR_RUN, "the parts are of two loads: expected the same options for each");
    }
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
        memcpy(out->tls.verified, p->tls.verified, sizeof out->tls.verified);
    }
    out->wire.missed += p->wire.missed;
    out->read.missed += p->read.missed;
    return rc;
}

// Where nothing of a part is unfinished, all that it has is answered.
static int add_bounded(struct summary *out, struct summary *const *parts, size_t n)
{
    bool any = false;
    int rc = 0;
    for (size_t i = 0; i < n; i++)
        any |= parts[i]->bounded != NULL;
    for (size_t i = 0; any && rc == 0 && i < n; i++)
        rc = add_hist(&out->bounded, parts[i]->bounded ? parts[i]->bounded : parts[i]->latency);
    return rc;
}

static int add_rows(struct series *out, struct summary *const *parts, size_t n, bool warm)
{
    struct series **all = calloc(n, sizeof(struct series *));
    for (size_t i = 0; all && i < n; i++)
        all[i] = warm ? &parts[i]->warm : &parts[i]->series;
    int rc = all ? series_sum(out, all, n) : -ENOMEM;
    free(all);
    return rc;
}

static int add_shares(struct summary *out, struct summary *const *parts, size_t n)
{
    out->shares = calloc(out->load.threads + 1, sizeof *out->shares);
    if (!out->shares)
        return -ENOMEM;
    for (size_t i = 0; i < n; i++)
        for (unsigned k = 0; k < parts[i]->workers; k++)
            out->shares[out->workers++] = parts[i]->shares[k];
    return 0;
}

// What all parts have alike; clocks are those of the first.
static void begin(struct summary *out, const struct summary *first)
{
    *out = (struct summary){.load = first->load,
                            .requests_asked = first->requests_asked,
                            .duration_asked_ns = first->duration_asked_ns,
                            .warmup_ns = first->warmup_ns,
                            .ramp_ns = first->ramp_ns,
                            .reads = first->reads,
                            .interval_ns = first->interval_ns,
                            .outages = first->outages,
                            .start_ns = first->start_ns,
                            .offset_ns = first->offset_ns,
                            .until_precise = first->until_precise,
                            .precise = true};
    memcpy(out->test, first->test, sizeof out->test);
}

static int add_nodes(struct summary *out, const struct summary *p)
{
    int rc = 0;
    for (unsigned i = 0; rc == 0 && i < p->nodes.n; i++)
        rc = node_shares_add(&out->nodes, &p->nodes.at[i]);
    out->topologies = out->topologies > p->topologies ? out->topologies : p->topologies;
    return rc;
}

static int add_up(struct summary *out, struct summary *const *parts, size_t n)
{
    const struct summary *first = parts[0];
    begin(out, first);
    int rc = summary_own_words(out, slice_of(first->title), slice_of(first->waits_by ? first->waits_by : ""));
    for (size_t i = 0; rc == 0 && i < n; i++) {
        add_plain(out, parts[i]);
        add_signals(&out->signals, &parts[i]->signals);
        if (i > 0)
            outages_join(&out->outages, &parts[i]->outages);
        rc = add_hists(out, parts[i]);
    }
    for (size_t i = 0; rc == 0 && i < n; i++)
        rc = add_nodes(out, parts[i]);
    if (rc == 0)
        rc = add_bounded(out, parts, n);
    if (rc == 0)
        rc = add_rows(&out->warm, parts, n, true);
    if (rc == 0)
        rc = add_rows(&out->series, parts, n, false);
    return rc == 0 ? add_shares(out, parts, n) : rc;
}

// Of a mix: each kind of all parts.
static int add_kinds(struct summary *out, struct summary *const *parts, size_t n)
{
    unsigned kinds = parts[0]->nkinds;
    struct summary **same = calloc(n, sizeof(struct summary *));
    int rc = same ? 0 : -ENOMEM;
    if (kinds)
        out->kinds = calloc(kinds, sizeof *out->kinds);
    if (kinds && !out->kinds)
        rc = -ENOMEM;
    for (unsigned k = 0; rc == 0 && k < kinds; k++) {
        for (size_t i = 0; i < n; i++)
            same[i] = k < parts[i]->nkinds ? &parts[i]->kinds[k] : &(struct summary){.title = ""};
        rc = add_up(&out->kinds[k], same, n);
        out->nkinds = k + 1;
    }
    free(same);
    return rc;
}

int merge_parts(struct summary *out, struct summary *const *parts, size_t n, struct err *err)
{
    struct summary **sorted = calloc(n + 1, sizeof(struct summary *));
    int rc = -1;
    *out = (struct summary){0};
    for (size_t i = 0; sorted && i < n; i++)
        sorted[i] = parts[i];
    if (sorted)
        qsort(sorted, n, sizeof(struct summary *), by_worker);
    if (!sorted || n == 0)
        err_set(err, ERR_RUN,
                sorted ? "there are no parts to add up" : "not enough memory to add up the parts");
    else if (check_loads(sorted, n, err) == 0 && check_threads(sorted, n, err) == 0)
        rc = add_up(out, sorted, n);
    if (rc == 0)
        rc = add_kinds(out, sorted, n);
    if (rc == -ENOMEM)
        rc = err_set(err, ERR_RUN, "not enough memory to add up the parts");
    free(sorted);
    if (rc == 0 && out->latency)
        summary_settle(out);
    if (rc < 0)
        summary_free(out);
    return rc;
}
