// SPDX-License-Identifier: MIT
#include "run/worker.h"

#include "base/clock.h"
#include "run/link.h"
#include "run/loop.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <unistd.h>

#define HEALTH_SAMPLES 64               // connections that are asked how they fared
#define SETTLE_NS (500 * NS_PER_MS)     // connections that are lost together are lost within so long
#define DIAL_AHEAD 128                  // connects under way at once: a quarter of the smallest usual backlog
#define UNSENT_SLICES 4096              // that what was never sent is told apart by, at most
#define WARMUP_SEED (UINT64_C(1) << 63) // flipped in the seed: others count it up

static bool fine(const struct worker *w)
{
    return !w->stalled && w->live && !crew_flag(&w->crew->stop) && !crew_flag(&w->crew->halt);
}

// --- rows, and what stays unanswered ---

static double cpu_s(void)
{
    struct usage u;
    usage_read(&u);
    return usage_cpu_s(&u);
}

static void begin_rows(struct worker *w, struct series *rows)
{
    w->rows = rows;
    w->edge_ns = UINT64_MAX;
    if (!rows)
        return;
    pthread_mutex_lock(&w->series_lock); // the phase may have begun for whoever looks
    series_reset(rows, w->plan->step_ns);
    rows->before.cpu_s = cpu_s();
    pthread_mutex_unlock(&w->series_lock);
    w->edge_ns = w->start_ns + series_edge(rows);
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

void worker_mark(struct worker *w)
{
    while (w->rows && w->now_ns >= w->edge_ns) {
        pthread_mutex_lock(&w->series_lock);
        int rc = series_mark(w->rows, &w->rec, cpu_s());
        w->edge_ns = w->start_ns + series_edge(w->rows);
        pthread_mutex_unlock(&w->series_lock);
        check_rows(w, rc);
    }
}

static void end_rows(struct worker *w)
{
    worker_mark(w);
    pthread_mutex_lock(&w->series_lock);
    if (w->rows)
        check_rows(w, series_end(w->rows, &w->rec, cpu_s(), w->now_ns - w->start_ns));
    w->rows = NULL;
    pthread_mutex_unlock(&w->series_lock);
}

// Rows that are there already may be read from outside; the next one is the worker's alone.
void worker_due(struct worker *w, uint64_t due_ns, uint64_t n)
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

static uint64_t since(const struct worker *w, uint64_t from_ns)
{
    return w->now_ns > from_ns ? w->now_ns - from_ns : 0; // the last event may be older than the last write
}

void worker_abandon(struct worker *w, struct client *c)
{
    for (; c->head != c->tail; c->head++) {
        const struct span *s = &c->spans[c->head & w->ring];
        recorder_unfinished(&w->rec, since(w, s->from_ns), s->n);
    }
    w->area_ns += c->outstanding * w->now_ns;
    w->rec.counts.abandoned += c->outstanding;
    w->outstanding -= c->outstanding;
    c->outstanding = 0;
}

// The end of a slice of so many ns, or of 1 ns, that begins at due_ns: not beyond its row.
static uint64_t slice_end(const struct worker *w, uint64_t due_ns, double slice_ns)
{
    uint64_t end_ns = due_ns + 1 + (uint64_t)slice_ns;
    if (!w->rows)
        return end_ns;
    uint64_t row_end_ns = due_ns + w->rows->step_ns - (due_ns - w->start_ns) % w->rows->step_ns;
    return row_end_ns < end_ns ? row_end_ns : end_ns;
}

// What was due and never left: by the end of the time or, where the test ended before, by now. It takes no
// longer for a higher rate: where there is much, slice by slice, and each at the least that it waited.
static void give_up_unsent(struct worker *w, uint64_t requests)
{
    if (w->deadline_ns == 0 || pace_closed(&w->pace)) // nothing began
        return;
    uint64_t until_ns = w->now_ns < w->deadline_ns ? w->now_ns : w->deadline_ns - 1;
    uint64_t unit = w->batch ? w->depth : 1;
    double slice_ns = ((double)until_ns - w->pace.next_ns) / UNSENT_SLICES;
    if (slice_ns < w->pace.gap_ns)
        slice_ns = 0; // each by itself
    while (requests && pace_due(&w->pace, until_ns)) {
        uint64_t due_ns = (uint64_t)w->pace.next_ns, end_ns = slice_end(w, due_ns, slice_ns);
        if (end_ns > until_ns)
            end_ns = until_ns;
        uint64_t n = unit * pace_skip(&w->pace, end_ns);
        if (n > requests)
            n = requests;
        recorder_unfinished(&w->rec, since(w, end_ns), n);
        w->rec.counts.unsent += n;
        requests -= n;
        worker_due(w, due_ns, n);
    }
}

// --- phases ---

// All workers begin a phase together, by one and the same start, and none begins it when one has failed.
static bool begin_phase(struct worker *w, enum phase phase)
{
    uint64_t start_ns;
    atomic_store_explicit(&w->answered, 0, memory_order_relaxed); // of the next phase
    if (!gate_pass(&w->crew->gate, &start_ns))
        return false;
    recorder_reset(&w->rec);
    if (w->sampler.every)
        wiretimes_reset(&w->sampler.times);
    w->start_ns = start_ns;
    w->now_ns = w->quiet_ns = clock_ns();
    atomic_store_explicit(&w->crew->phase_ns, w->start_ns, memory_order_relaxed);
    atomic_store_explicit(&w->crew->phase, phase, memory_order_relaxed);
    w->area_ns = 0;
    w->pauses = w->paused_ns = w->excused_ns = 0;
    w->nap.spun_ns = 0; // what it has learnt of the kernel's lateness stays
    nap_works(&w->nap);
    starve_reset(&w->starve);
    w->pace = (struct pace){0};
    begin_rows(w, phase == PHASE_WARMUP ? &w->warm : phase == PHASE_MEASURE ? &w->series : NULL);
    w->drains = phase == PHASE_MEASURE;
    return true;
}

static void set_load(struct worker *w, const struct template *ask, uint64_t requests, uint64_t lasting_ns)
{
    w->ask = ask;
    w->left = requests;
    w->deadline_ns = lasting_ns ? w->start_ns + lasting_ns : UINT64_MAX;
}

// The warm-up has streams of its own: it must not warm the very keys that are measured next.
static uint64_t seed_of(const struct worker *w)
{
    return w->drains ? w->plan->conf->seed : w->plan->conf->seed ^ WARMUP_SEED;
}

static void set_pace(struct worker *w, const struct share *mine)
{
    const struct run_conf *conf = w->plan->conf;
    struct pace_conf pace = {conf->rate, conf->arrival, w->batch ? conf->pipeline : 1, seed_of(w),
                             w->drains ? 0 : conf->ramp_ns};
    w->pace = pace_init(&pace, mine->deal, w->start_ns);
    if (conf->rate > 0)
        prctl(PR_SET_TIMERSLACK, 1); // a due time is not 50 us late by default
}

static void set_replies(struct worker *w, enum reads reads, struct shape shape)
{
    bool null_matters = shape.type == '$' && !shape.nullable;
    w->reads = reads;
    w->shape = shape;
    if (!shape.type)
        w->usual = reads == READS_NOTHING ? '+' : '$';
    else
        w->usual = shape.elements < 0 && !null_matters ? shape.type : 0;
}

static void fill(struct worker *w)
{
    const struct run_conf *conf = w->plan->conf;
    struct share mine = plan_share(w->plan, w->part, conf->keyspace);
    w->keys = keydist_init(conf->keyspace, true, conf->seed, w->part, w->plan->threads);
    for (unsigned kind = 0; kind < KEYDIST_NAMES; kind++)
        keydist_run(&w->keys, kind, mine.first);
    set_replies(w, READS_NOTHING, shape_of("+"));
    set_load(w, &w->plan->fill, mine.requests, 0);
    if (fine(w))
        loop_run(w);
    w->filled = w->rec.counts.ok;
    if (w->rec.counts.errors && !w->err.code)
        err_set(&w->err, ERR_RUN, "the prefill had %llu error replies, the first \"%s\"",
                (unsigned long long)w->rec.counts.errors, w->rec.tally.kinds[0].first);
}

// Keys for the test itself: the same for the same seed, whether there was a prefill or warm-up or not.
static void set_keys(struct worker *w, const struct share *mine)
{
    const struct run_conf *conf = w->plan->conf;
    w->keys = keydist_init(conf->keyspace, conf->sequential, seed_of(w), w->part, w->plan->threads);
    set_replies(w, w->plan->reads, w->plan->shape);
    for (unsigned kind = 0; conf->sequential && conf->requests && kind < KEYDIST_NAMES; kind++)
        keydist_run(&w->keys, kind, mine->first * w->plan->ask.draws[kind]);
    if (!w->drains)
        keydist_shift(&w->keys, conf->keyspace / 2);
}

// What an earlier phase left unanswered is no part of the measured window.
static void forget(struct worker *w)
{
    for (unsigned i = 0; i < w->clients_n; i++)
        worker_abandon(w, &w->clients[i]);
    recorder_reset(&w->rec);
    w->deadline_ns = 0;
}

static void measure(struct worker *w, const struct share *mine)
{
    struct usage before;
    set_keys(w, mine);
    set_pace(w, mine);
    set_load(w, &w->plan->ask, mine->requests, w->plan->conf->duration_ns);
    usage_read(&before);
    if (fine(w))
        loop_run(w);
    else
        forget(w);
    usage_read(&w->used);
    usage_subtract(&w->used, &before);
    w->last_ns = w->quiet_ns;
    w->end_ns = w->now_ns = clock_ns();
    for (unsigned i = 0; i < w->clients_n; i++)
        worker_abandon(w, &w->clients[i]);
    for (unsigned i = 0; i < w->clients_n && i < HEALTH_SAMPLES; i++)
        health_add(&w->health, &w->clients[i].conn);
    if (!w->skip)
        give_up_unsent(w, mine->requests - w->rec.counts.sent);
    end_rows(w);
}

// Whether opening connections makes no sense any more: none can be had, or the server refused the first ones.
static bool hopeless(const struct worker *w)
{
    return w->err.code == ERR_CONNECT || (w->lost >= DIAL_AHEAD && !w->came && !w->opening);
}

// Opens and sets up all connections, a bounded number at a time. Those that the server ends meanwhile are
// lost, as they would be later. 0, or -1 with w->err.
static int dial_all(struct worker *w)
{
    uint64_t begun_ns = w->now_ns = clock_ns();
    uint64_t limit_ns = w->plan->conf->grace_ns + w->clients_n * NS_PER_MS;
    w->dialling = true;
    while (w->live + w->lost < w->clients_n && !crew_flag(&w->crew->stop) && !gate_broken(&w->crew->gate)) {
        bool full = false; // a unix socket's backlog
        while (!full && !hopeless(w) && w->dialled < w->clients_n && w->opening < DIAL_AHEAD)
            full = !link_dial(w, &w->clients[w->dialled]);
        w->awaited_ns = w->now_ns + LOOP_TICK_NS;
        if (hopeless(w) || loop_step(w, full ? NS_PER_MS : LOOP_TICK_NS) < 0)
            return -1;
        begun_ns += loop_pause(w);
        if (w->now_ns - begun_ns > limit_ns)
            return err_set(&w->err, ERR_CONNECT,
                           "only %u of %u connections to %s could be opened in %.1f seconds", w->live,
                           w->clients_n, w->plan->target->addr.text, (double)limit_ns * 1e-9);
    }
    w->connect_ns = w->now_ns - begun_ns;
    w->dialling = false;
    return 0;
}

// Keeps the connections until the user ends it or one of them is lost; those that are lost with it are
// counted.
static void hold(struct worker *w)
{
    uint64_t until_ns = UINT64_MAX;
    while (w->live && w->now_ns < until_ns && !crew_flag(&w->crew->stop) && !gate_broken(&w->crew->gate) &&
           loop_step(w, LOOP_TICK_NS) >= 0) {
        atomic_store_explicit(&w->answered, w->live, memory_order_relaxed);
        if (until_ns == UINT64_MAX && (w->lost || crew_flag(&w->crew->halt)))
            until_ns = w->now_ns + SETTLE_NS;
        if (w->lost)
            atomic_store_explicit(&w->crew->halt, true, memory_order_relaxed);
    }
    if (w->lost)
        atomic_store_explicit(&w->crew->halt, true, memory_order_relaxed);
}

static void work(struct worker *w)
{
    const struct plan *p = w->plan;
    struct share mine = plan_share(p, w->part, p->conf->requests);
    if (p->fill.len) {
        if (!begin_phase(w, PHASE_FILL))
            return;
        fill(w);
    }
    if (p->conf->warmup_ns) {
        if (!begin_phase(w, PHASE_WARMUP))
            return;
        set_keys(w, &mine);
        set_pace(w, &mine);
        set_load(w, &p->ask, UINT64_MAX, p->conf->warmup_ns);
        if (fine(w))
            loop_run(w);
        end_rows(w);
    }
    if (begin_phase(w, PHASE_MEASURE))
        measure(w, &mine);
}

// In the worker's own thread: an io_uring is bound to the thread that made it.
static int open_engine(struct worker *w)
{
    const struct run_conf *conf = w->plan->conf;
    struct engine_conf ec = {
        .connections = w->clients_n,
        .reply_bytes = conf->pipeline * (conf->data_bytes + 32),
        .large = w->skims,
        .refills = !w->batch && conf->pipeline > 1,
        .canned = {w->plan->canned, w->plan->canned_len},
        .asks_max = conf->pipeline > w->plan->setup_replies ? conf->pipeline : w->plan->setup_replies,
    };
    int rc = w->ops->open(&w->io, &ec);
    w->refused = rc < 0;
    if (rc == 0)
        return 0;
    return err_set(&w->err, ERR_RUN, "the %s engine could not be set up in a worker thread: %s%s",
                   w->ops->name, strerror(-rc),
                   w->ops == &engine_uring ? " (use --engine epoll or auto)" : "");
}

void *worker_main(void *arg)
{
    struct worker *w = arg;
    const struct cpus *cpus = &w->plan->conf->cpus;
    if (cpus->n)
        cpus_bind(cpus->at[w->part % cpus->n]); // --cpus was checked: the mask has it
    if (open_engine(w) < 0 || dial_all(w) < 0)
        gate_break(&w->crew->gate);
    if (w->plan->idle)
        hold(w);
    else
        work(w);
    uint64_t one = 1;
    if (write(w->crew->done_fd, &one, sizeof one) < 0)
        BUG("an eventfd does not fill up");
    return NULL;
}

// --- memory ---

static uint32_t ring_of(const struct run_conf *conf)
{
    uint32_t n = 1;
    while (conf->pipeline_mode == PIPELINE_WINDOW && n < conf->pipeline)
        n *= 2;
    return n - 1;
}

static size_t aligned(size_t n)
{
    return (n + 15) & ~(size_t)15;
}

// One block for all clients' buffers: spans, pieces, bytes.
static int lay_out(struct worker *w)
{
    size_t spans = aligned((w->ring + 1) * sizeof(struct span));
    size_t pieces = aligned(plan_out_pieces(w->plan) * sizeof(struct iovec));
    size_t each = spans + pieces + aligned(plan_out_bytes(w->plan));
    char *at = calloc(w->clients_n, each);
    w->slab = at;
    if (at)
        w->clients = calloc(w->clients_n, sizeof *w->clients);
    if (!w->clients)
        return -ENOMEM;
    for (unsigned i = 0; i < w->clients_n; i++, at += each) {
        w->clients[i].conn.fd = -1;
        w->clients[i].spans = (struct span *)at;
        w->clients[i].iov = (struct iovec *)(at + spans);
        w->clients[i].out = at + spans + pieces;
    }
    return pool_init(&w->pool, w->clients_n);
}

int worker_open(struct worker *w, struct crew *crew, unsigned part, struct err *err)
{
    const struct plan *p = crew->plan;
    const struct run_conf *conf = p->conf;
    *w = (struct worker){.crew = crew, .plan = p, .part = part, .ops = p->target->engine};
    w->depth = conf->pipeline;
    w->batch = conf->pipeline_mode == PIPELINE_BATCH;
    w->keepalive = conf->keepalive || p->idle;
    w->quickack = conf->quickack;
    w->skims =
        p->reads != READS_NOTHING && conf->data_bytes >= 2 * SKIP_MIN && !addr_is_unix(&p->target->addr);
    w->ring = ring_of(conf);
    w->clients_n = plan_share(p, part, 0).clients;
    int rc = lay_out(w);
    if (rc == 0)
        rc = recorder_init(&w->rec, conf->digits, conf->rate > 0);
    if (rc == 0)
        rc = series_init(&w->warm, &w->rec, p->step_ns);
    if (rc == 0)
        rc = series_init(&w->series, &w->rec, p->step_ns);
    if (rc == 0)
        rc = sampler_init(&w->sampler, conf->wire_every, w->clients_n);
    if (rc == 0)
        rc = -pthread_mutex_init(&w->series_lock, NULL);
    if (rc == 0)
        return 0;
    worker_close(w);
    return err_set(err, ERR_RUN, "a worker for %u connections could not be set up: %s", w->clients_n,
                   strerror(-rc));
}

void worker_close(struct worker *w)
{
    if (w->io)
        w->ops->close(w->io);
    w->io = NULL;
    for (unsigned i = 0; w->clients && i < w->clients_n; i++)
        conn_close(&w->clients[i].conn);
    free(w->clients);
    free(w->slab);
    w->clients = NULL;
    w->slab = NULL;
    pool_reset(&w->pool);
    recorder_free(&w->rec);
    sampler_free(&w->sampler);
    series_free(&w->warm);
    series_free(&w->series);
}
