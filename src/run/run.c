// SPDX-License-Identifier: MIT
#include "run/run.h"

#include "base/clock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define TICK_MS 250

struct run {
    const struct plan *plan;
    struct crew crew;
    struct worker *workers;
    unsigned opened, started; // workers with memory, workers with a thread
};

static int open_crew(struct run *r, const struct plan *p, struct err *err)
{
    *r = (struct run){.plan = p, .crew = {.plan = p, .done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)}};
    r->workers = aligned_alloc(_Alignof(struct worker), p->threads * sizeof *r->workers);
    if (r->crew.done_fd < 0 || !r->workers || gate_init(&r->crew.gate, p->threads) < 0)
        return err_set(err, ERR_RUN, "the run could not be set up: %s", strerror(errno));
    while (r->opened < p->threads) {
        if (worker_open(&r->workers[r->opened], &r->crew, r->opened, err) < 0)
            return -1;
        r->opened++;
    }
    return 0;
}

static void close_crew(struct run *r)
{
    for (unsigned i = 0; i < r->opened; i++)
        worker_close(&r->workers[i]);
    gate_reset(&r->crew.gate);
    if (r->crew.done_fd >= 0)
        close(r->crew.done_fd);
    free(r->workers);
}

static int start_threads(struct run *r, struct err *err)
{
    for (; r->started < r->plan->threads; r->started++) {
        struct worker *w = &r->workers[r->started];
        int rc = pthread_create(&w->thread, NULL, worker_main, w);
        if (rc)
            return err_set(err, ERR_RUN, "thread %u of %u could not be started: %s", r->started + 1,
                           r->plan->threads, strerror(rc));
    }
    return 0;
}

static void look(struct run *r, const struct watcher *watch, enum phase *phase, uint64_t *since_ns)
{
    const struct run_conf *conf = r->plan->conf;
    uint64_t now_ns = clock_ns();
    enum phase is = (enum phase)atomic_load_explicit(&r->crew.phase, memory_order_relaxed);
    if (is != *phase) {
        *phase = is;
        *since_ns = now_ns;
    }
    struct progress p = {.title = r->plan->title, .phase = is, .elapsed_ns = now_ns - *since_ns};
    for (unsigned i = 0; i < r->started; i++)
        p.answered += atomic_load_explicit(&r->workers[i].answered, memory_order_relaxed);
    if (is == PHASE_FILL)
        p.requests = conf->keyspace;
    if (is == PHASE_WARMUP)
        p.lasting_ns = conf->warmup_ns;
    if (is == PHASE_MEASURE) {
        p.requests = conf->requests;
        p.lasting_ns = conf->duration_ns;
    }
    watch->tick(watch->ctx, &p);
}

// Until every worker has ended: sees signals, tells the watcher.
static void attend(struct run *r, struct stopper *stop, const struct watcher *watch)
{
    enum phase phase = PHASE_DIAL;
    uint64_t since_ns = clock_ns(), ended = 0;
    while (ended < r->started) {
        int fd = ended < r->started ? r->crew.done_fd : -1;
        if (stopper_wait(stop, fd, watch->tick ? TICK_MS : -1))
            atomic_store(&r->crew.stop, true);
        uint64_t n;
        if (read(r->crew.done_fd, &n, sizeof n) == sizeof n)
            ended += n;
        if (watch->tick && ended < r->started)
            look(r, watch, &phase, &since_ns);
    }
}

static void join_threads(struct run *r)
{
    for (unsigned i = 0; i < r->started; i++)
        pthread_join(r->workers[i].thread, NULL);
}

static void describe(struct summary *s, const struct plan *p)
{
    const struct run_conf *conf = p->conf;
    s->test = p->test;
    s->title = p->title;
    s->clients = p->clients;
    s->threads = p->threads;
    s->pipeline = conf->pipeline;
    s->window = conf->pipeline_mode == PIPELINE_WINDOW;
    s->keepalive = conf->keepalive;
    s->sequential = conf->sequential;
    s->keyspace = conf->keyspace;
    s->payload_bytes = p->payload_bytes;
    s->requests_asked = conf->requests;
    s->duration_asked_ns = conf->duration_ns;
    s->warmup_ns = conf->warmup_ns;
    s->rate_asked = conf->rate;
    s->reads = p->reads != READS_NOTHING;
}

static enum ending ending_of(const struct run *r)
{
    enum ending e = ENDING_DONE;
    bool skip = false;
    for (unsigned i = 0; i < r->started; i++) {
        const struct worker *w = &r->workers[i];
        skip |= w->skip;
        if (w->stalled)
            e = ENDING_STALLED;
        else if (!w->live && e == ENDING_DONE)
            e = ENDING_LOST;
    }
    if (skip)
        return ENDING_SKIPPED;
    return atomic_load(&r->crew.stop) ? ENDING_INTERRUPTED : e;
}

static const struct worker *first_in_trouble(const struct run *r)
{
    for (unsigned i = 0; i < r->started; i++)
        if (r->workers[i].err.code)
            return &r->workers[i];
    return NULL;
}

static void write_note(struct summary *s, const struct run *r)
{
    const struct worker *w = first_in_trouble(r);
    if (w)
        snprintf(s->note, sizeof s->note, "%s", w->err.text);
    else if (s->ending == ENDING_STALLED)
        snprintf(s->note, sizeof s->note, "%s did not answer for %.3g seconds: %llu requests are unanswered",
                 r->plan->target->addr.text, (double)r->plan->conf->grace_ns * 1e-9,
                 (unsigned long long)s->unfinished);
    else if (s->ending == ENDING_INTERRUPTED)
        snprintf(s->note, sizeof s->note, "interrupted: this is what was measured until then");
}

// From the first worker's start to the last answer. A test that ended early, or that ran by time, lasted
// until its end even if no answer came by then.
static uint64_t wall_of(const struct run *r, const struct summary *s)
{
    uint64_t start_ns = UINT64_MAX, last_ns = 0, end_ns = 0;
    for (unsigned i = 0; i < r->started; i++) {
        const struct worker *w = &r->workers[i];
        start_ns = w->start_ns < start_ns ? w->start_ns : start_ns;
        last_ns = w->last_ns > last_ns ? w->last_ns : last_ns;
        end_ns = w->end_ns > end_ns ? w->end_ns : end_ns;
    }
    if (s->ending != ENDING_DONE)
        last_ns = end_ns;
    uint64_t wall_ns = last_ns > start_ns ? last_ns - start_ns : 0;
    bool whole = s->ending == ENDING_DONE && s->duration_asked_ns > wall_ns;
    return whole ? s->duration_asked_ns : wall_ns;
}

static void add_worker(struct summary *s, struct thread_share *share, const struct worker *w)
{
    *share = (struct thread_share){w->clients_n, w->rec.ok + w->rec.errors, w->user_s, w->system_s};
    s->user_s += w->user_s;
    s->system_s += w->system_s;
    s->prefilled += w->filled;
    s->connect_ns = w->connect_ns > s->connect_ns ? w->connect_ns : s->connect_ns;
}

static int sum_up(struct summary *s, const struct run *r, struct err *err)
{
    struct recorder all;
    *s = (struct summary){0};
    describe(s, r->plan);
    s->shares = calloc(r->started, sizeof *s->shares);
    if (!s->shares || recorder_init(&all, r->plan->conf->digits) < 0) {
        summary_free(s);
        return err_set(err, ERR_RUN, "not enough memory to sum up the run");
    }
    for (unsigned i = 0; i < r->started; i++) {
        recorder_merge(&all, &r->workers[i].rec);
        add_worker(s, &s->shares[i], &r->workers[i]);
    }
    s->latency = all.latency;
    s->tally = all.tally;
    s->sent = all.sent;
    s->ok = all.ok;
    s->errors = all.errors;
    s->unfinished = all.sent - all.ok - all.errors;
    s->hits = all.hits;
    s->misses = all.misses;
    s->pushes = all.pushes;
    s->lost = all.lost;
    s->connects = all.connects;
    s->bytes_sent = all.sent * r->plan->ask.wire_len;
    s->bytes_received = all.bytes_received;
    s->ending = ending_of(r);
    s->wall_ns = wall_of(r, s);
    write_note(s, r);
    return 0;
}

static int run_crew(struct run *r, struct stopper *stop, const struct watcher *watch, struct err *err)
{
    int rc = start_threads(r, err);
    if (rc < 0)
        gate_break(&r->crew.gate);
    attend(r, stop, watch);
    join_threads(r);
    if (rc < 0 || !gate_broken(&r->crew.gate))
        return rc;
    const struct worker *w = first_in_trouble(r);
    *err = w ? w->err : (struct err){ERR_RUN, "the run could not be set up"};
    return -1;
}

int run_test(const struct plan *p, struct stopper *stop, const struct watcher *watch, struct summary *out,
             struct err *err)
{
    struct run r;
    int rc = open_crew(&r, p, err);
    if (rc == 0)
        rc = run_crew(&r, stop, watch, err);
    if (rc == 0)
        rc = sum_up(out, &r, err);
    close_crew(&r);
    return rc;
}
