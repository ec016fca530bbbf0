// SPDX-License-Identifier: MIT
#include "run/run.h"

#include "base/clock.h"
#include "base/thread.h"
#include "base/units.h"
#include "run/by_gap.h"
#include "run/by_kind.h"
#include "run/by_node.h"
#include "run/consumers.h"
#include "run/describe.h"
#include "run/evidence.h"
#include "run/glancer.h"
#include "run/live.h"
#include "run/meter.h"
#include "run/notes.h"
#include "run/opened.h"
#include "run/phases.h"
#include "run/precise.h"
#include "run/refresh.h"
#include "run/replay.h"
#include "run/replayed.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
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
    struct refresh refresh;
    struct glancer *glancer;     // NULL: nobody looks closely
    struct consumers *consumers; // of the load's messages; NULL: there are none
    struct delivery delivery;    // what came of them
    bool hopeless;               // ended early, because conf->slo is clearly lost
};

static int open_crew(struct run *r, const struct plan *p, const struct watcher *watch, struct err *err)
{
    *r = (struct run){
        .plan = p,
        .crew = {.plan = p, .phase_ns = clock_ns(), .bell_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)}};
    atomic_store(&r->crew.map, p->target->cluster);
    r->crew.awaits = watch->ready && !p->idle;
    r->workers = aligned_alloc(_Alignof(struct worker), p->workers * sizeof *r->workers);
    if (r->crew.bell_fd < 0 || !r->workers || gate_init(&r->crew.gate, p->workers) < 0 ||
        gate_init(&r->crew.ready, p->workers + 1) < 0)
        return err_set(err, ERR_RUN, "the run could not be set up: %s", strerror(errno));
    if (p->conf->replay.path && replay_open(&r->crew.replay, p->conf, err) < 0)
        return -1;
    if (p->names.n && !(r->crew.versions = notes_keys(p)))
        return err_set(err, ERR_RUN, "not enough memory for the versions of all keys (--verify)");
    while (r->opened < p->workers) {
        if (worker_open(&r->workers[r->opened], &r->crew, p->first + r->opened, err) < 0)
            return -1;
        r->opened++;
    }
    bool closely = watch->closely && !p->idle;
    return closely ? glancer_new(&r->glancer, p, r->workers, watch->server_pid, err) : 0;
}

static void close_crew(struct run *r)
{
    glancer_free(r->glancer, r->workers);
    consumers_close(r->consumers);
    delivery_free(&r->delivery);
    for (unsigned i = 0; i < r->opened; i++)
        worker_close(&r->workers[i]);
    replay_close(r->crew.replay);
    notes_keys_free(r->crew.versions, r->plan);
    refresh_reset(&r->refresh);
    gate_reset(&r->crew.gate);
    gate_reset(&r->crew.ready);
    if (r->crew.bell_fd >= 0)
        close(r->crew.bell_fd);
    free(r->workers);
}

static int start_threads(struct run *r, struct err *err)
{
    for (; r->started < r->plan->workers; r->started++) {
        struct worker *w = &r->workers[r->started];
        int rc = thread_start(&w->thread, phases_main, w);
        if (rc < 0)
            return err_set(err, ERR_RUN, "thread %u of %u could not be started: %s", r->started + 1,
                           r->plan->workers, strerror(-rc));
    }
    return 0;
}

// The workers count four times as often as they are looked at, or less: a rate goes by when they did.
static void look(struct run *r, const struct watcher *watch, struct meter *meter)
{
    const struct run_conf *conf = r->plan->conf;
    enum phase is = (enum phase)atomic_load_explicit(&r->crew.phase, memory_order_relaxed);
    uint64_t since_ns = atomic_load_explicit(&r->crew.phase_ns, memory_order_relaxed), late_ns = 0;
    uint64_t now_ns = clock_ns();
    struct progress p = {.title = r->plan->title, .phase = is, .elapsed_ns = now_ns - since_ns};
    for (unsigned i = 0; i < r->started; i++) {
        uint64_t at_ns = atomic_load_explicit(&r->workers[i].answered_ns, memory_order_relaxed);
        p.answered += atomic_load_explicit(&r->workers[i].answered, memory_order_relaxed);
        late_ns += (now_ns > at_ns ? now_ns - at_ns : 0) / r->started;
    }
    meter_add(meter, since_ns, late_ns < p.elapsed_ns ? now_ns - late_ns : since_ns, p.answered);
    p.rps = meter->now;
    p.mean_rps = meter->mean;
    if (is == PHASE_FILL || is == PHASE_CLEAN)
        p.requests = plan_upkeep_requests(r->plan);
    if (is == PHASE_WARMUP)
        p.lasting_ns = conf->warmup_ns;
    if (is == PHASE_MEASURE) {
        p.requests = conf->requests ? plan_share_here(r->plan, conf->requests).requests : 0;
        p.lasting_ns = conf->duration_ns;
    }
    p.live = live_look(r->workers, r->started, conf->digits, is);
    p.glance = r->glancer ? glancer_look(r->glancer, r->workers, &p) : NULL;
    watch->tick(watch->ctx, &p);
}

// How far a quantile is known by now.
struct known {
    struct precision precision;
    uint64_t since_ns; // when the measuring was first seen; 0: not yet
};

// Ends the measuring once it is as precise as was asked for, or a promise is clearly broken.
static void look_at_rows(struct run *r, struct known *sight)
{
    const struct run_conf *conf = r->plan->conf;
    if (atomic_load_explicit(&r->crew.phase, memory_order_relaxed) != PHASE_MEASURE)
        return;
    if (conf->slo && conf->parts < 2 && !r->hopeless && precise_hopeless(r->workers, r->started, conf)) {
        r->hopeless = true;
        atomic_store(&r->crew.enough, true);
    }
    uint64_t now_ns = clock_ns();
    if (sight->since_ns == 0)
        sight->since_ns = now_ns;
    if (conf->until_error > 0 &&
        precise_enough(r->workers, r->started, conf, &sight->precision, now_ns - sight->since_ns))
        atomic_store(&r->crew.enough, true);
}

// Sleeps until something is to be seen to.
static void wait_bell(struct run *r, struct stopper *stop, bool ticks)
{
    uint64_t rung;
    if (crew_flag(&r->crew.stop)) // the stopper goes on being readable
        poll(&(struct pollfd){.fd = r->crew.bell_fd, .events = POLLIN}, 1, TICK_MS);
    else if (stopper_wait(stop, r->crew.bell_fd, ticks ? TICK_MS : -1))
        atomic_store(&r->crew.stop, true);
    if (read(r->crew.bell_fd, &rung, sizeof rung) < 0)
        return; // it was not the bell
}

// All workers are ready and wait: begins the load, once those who watch let it.
static int begin_load(struct run *r, struct stopper *stop, const struct watcher *watch, struct err *err)
{
    uint64_t passed_ns;
    int rc = watch->ready(watch->ready_ctx, stop, &r->crew.begin_ns, err);
    if (stop->signal)
        atomic_store(&r->crew.stop, true);
    if (rc < 0)
        crew_break(&r->crew);
    else
        gate_pass(&r->crew.ready, &passed_ns);
    return rc;
}

// Until every worker has ended: sees signals, tells the watcher. 0, or -1 with err when the load was not
// begun.
static int attend(struct run *r, struct stopper *stop, const struct watcher *watch, struct err *err)
{
    struct meter meter = {0};
    struct known sight = {.precision.error = r->plan->conf->until_error};
    bool ticks = watch->tick || r->plan->conf->until_error > 0 || r->plan->conf->slo, began = false;
    ticks |= r->plan->target->cluster != NULL;
    int rc = 0;
    while (atomic_load(&r->crew.ended) < r->started) {
        wait_bell(r, stop, ticks);
        if (!began && r->crew.awaits && atomic_load(&r->crew.arrived) == r->plan->workers) {
            began = true;
            rc = begin_load(r, stop, watch, err);
        }
        if (watch->tick && atomic_load(&r->crew.ended) < r->started)
            look(r, watch, &meter);
        look_at_rows(r, &sight);
        refresh_look(&r->refresh, &r->crew, stop->fd);
    }
    return rc;
}

static void join_threads(struct run *r)
{
    for (unsigned i = 0; i < r->started; i++)
        pthread_join(r->workers[i].thread, NULL);
}

static enum ending ending_of(const struct run *r)
{
    enum ending e = ENDING_DONE;
    bool skip = false;
    for (unsigned i = 0; i < r->started; i++) {
        const struct worker *w = &r->workers[i];
        skip |= w->skip;
        if (w->stalled && !w->overrun)
            e = ENDING_STALLED;
        else if (!w->live && !w->opening && e == ENDING_DONE)
            e = ENDING_LOST;
    }
    if (skip)
        return ENDING_SKIPPED;
    return atomic_load(&r->crew.stop) ? ENDING_INTERRUPTED : e;
}

// One that could not connect says more than one that lost a connection.
static const struct worker *first_in_trouble(const struct run *r)
{
    const struct worker *first = NULL;
    for (unsigned i = r->started; i-- > 0;) {
        const struct worker *w = &r->workers[i];
        if (w->err.code && (!first || first->err.code != ERR_CONNECT || w->err.code == ERR_CONNECT))
            first = w;
    }
    return first;
}

// Whether the server took none of the connections, though nobody stopped us.
static bool none_came(const struct run *r)
{
    uint64_t came = 0, lost = 0;
    for (unsigned i = 0; i < r->started; i++) {
        came += r->workers[i].came;
        lost += r->workers[i].lost;
    }
    return !came && lost;
}

static void write_note(struct summary *s, const struct run *r)
{
    const struct worker *w = first_in_trouble(r);
    if (w && s->lost && !load_renews(&s->load))
        snprintf(s->note, sizeof s->note, "%llu of %u connections lost: %.400s", (unsigned long long)s->lost,
                 plan_share_here(r->plan, 0).clients, w->err.text);
    else if (w)
        snprintf(s->note, sizeof s->note, "%s", w->err.text);
    else if (s->ending == ENDING_STALLED)
        snprintf(s->note, sizeof s->note, "%s did not reply for %s s: %llu requests unanswered",
                 r->plan->target->addr.text, UNITS_SECONDS((double)r->plan->conf->grace_ns * 1e-9),
                 (unsigned long long)counts_unanswered(&s->counts));
    else if (s->ending == ENDING_DONE && counts_unfinished(&s->counts) && !s->hopeless)
        snprintf(s->note, sizeof s->note,
                 "%llu of %llu requests were still unanswered after the grace period of %s s",
                 (unsigned long long)counts_unfinished(&s->counts),
                 (unsigned long long)counts_due(&s->counts),
                 UNITS_SECONDS((double)r->plan->conf->grace_ns * 1e-9));
    else if (s->ending == ENDING_INTERRUPTED)
        snprintf(s->note, sizeof s->note, "interrupted: partial results");
}

// From the first worker's start, which it notes, to the last answer. A test that ended early, or that ran by
// time, lasted until its end even if no answer came by then.
static uint64_t wall_of(const struct run *r, struct summary *s)
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
    s->start_ns = start_ns;
    uint64_t wall_ns = last_ns > start_ns ? last_ns - start_ns : 0;
    bool whole = s->ending == ENDING_DONE && !s->precise && !s->hopeless && s->duration_asked_ns > wall_ns;
    return whole ? s->duration_asked_ns : wall_ns;
}

static void add_worker(struct summary *s, struct thread_share *share, const struct worker *w)
{
    *share = (struct thread_share){
        .clients = w->clients_n,
        .answered = counts_answered(&w->rec.counts),
        .user_s = w->used.user_s,
        .system_s = w->used.system_s,
        .queued_s = w->used.queued_s,
        .spun_s = 1e-9 * (double)w->nap.spun_ns,
        .preempted = w->used.preempted,
    };
    s->user_s += w->used.user_s;
    s->system_s += w->used.system_s;
    s->prefilled += w->filled;
    s->prefill_ns = w->filled_ns > s->prefill_ns ? w->filled_ns : s->prefill_ns;
    s->pauses = w->pauses > s->pauses ? w->pauses : s->pauses;
    s->paused_ns = w->paused_ns > s->paused_ns ? w->paused_ns : s->paused_ns;
    s->lost += w->lost;
    s->outstanding_ns += (double)w->area_ns;
    s->connect_ns = w->connect_ns > s->connect_ns ? w->connect_ns : s->connect_ns;
}

static void take_counts(struct summary *s, const struct recorder *all, const struct run *r)
{
    const struct plan *p = r->plan;
    s->tally = all->tally;
    s->counts = all->counts;
    const struct ask *first = p->conf->upkeep ? p->upkeep.at : p->asks;
    bool alike =
        !p->conf->replay.path && (p->conf->upkeep ? p->upkeep.n : p->kinds) == 1 && !first->request.recipe;
    s->bytes_sent = p->conf->connect_only ? all->counts.connects * p->setup.wire_len
                    : alike               ? counts_attempts(&all->counts) * first->request.wire_len
                                          : 0;
    for (unsigned i = 0; i < r->started; i++)
        s->bytes_sent += r->workers[i].draw.bytes;
}

// The histograms change hands.
static void take_hists(struct summary *s, struct recorder *all)
{
    s->latency = all->latency;
    s->service = all->service;
    s->lag = all->lag;
    s->wait = all->wait;
}

static int sum_rows(struct series *out, const struct run *r, bool warm)
{
    struct series **all = calloc(r->started, sizeof(struct series *));
    for (unsigned i = 0; all && i < r->started; i++)
        all[i] = warm ? &r->workers[i].warm : &r->workers[i].series;
    int rc = all ? series_sum(out, all, r->started) : -ENOMEM;
    free(all);
    return rc;
}

// What all workers sent, by one clock; what the first has is added to.
static void take_schedule(struct summary *s, const struct run *r)
{
    struct schedule *all = r->workers[0].schedule;
    for (unsigned i = 1; all && i < r->started; i++)
        schedule_merge(all, r->workers[i].schedule);
    if (all)
        s->punctual = schedule_of(all);
}

static int take_stamps(struct summary *s, const struct run *r)
{
    if (!r->workers[0].sampler.on)
        return 0;
    int rc = readtimes_init(&s->read);
    if (rc == 0 && r->plan->conf->wire_every)
        rc = wiretimes_init(&s->wire);
    for (unsigned i = 0; rc == 0 && i < r->started; i++) {
        readtimes_merge(&s->read, &r->workers[i].sampler.read);
        if (s->wire.whole)
            wiretimes_merge(&s->wire, &r->workers[i].sampler.times);
    }
    return rc;
}

static void take_health(struct signals *to, const struct run *r)
{
    struct health h = {0};
    for (unsigned i = 0; i < r->started; i++)
        health_merge(&h, &r->workers[i].health);
    double busy_us = h.busy_us > 0 ? (double)h.busy_us : 1;
    to->sampled = h.sampled;
    to->segments = h.segments;
    to->retransmitted = h.retransmitted;
    to->receiver_limited = (double)h.receiver_limited_us / busy_us;
    to->sender_limited = (double)h.sender_limited_us / busy_us;
    to->rtt_min_us = h.rtt_min_us;
}

static int no_memory(struct summary *s, struct err *err)
{
    summary_free(s);
    return err_set(err, ERR_RUN, "not enough memory to sum up the run");
}

static int sum_up(struct summary *s, struct run *r, struct err *err)
{
    struct recorder all = {0};
    const struct run_conf *conf = r->plan->conf;
    *s = (struct summary){0};
    describe(s, r->plan);
    s->waits_by = r->workers[0].ops->waits(r->workers[0].io);
    s->shares = calloc(r->started, sizeof *s->shares);
    s->first_worker = r->plan->first;
    s->workers = r->started;
    int rc = s->shares ? recorder_init(&all, conf->digits, run_conf_open(conf)) : -ENOMEM;
    for (unsigned i = 0; rc == 0 && i < r->started; i++) {
        recorder_merge(&all, &r->workers[i].rec);
        add_worker(s, &s->shares[i], &r->workers[i]);
    }
    const struct map *cluster = r->plan->target->cluster;
    if (rc == 0 && cluster && !cluster->lone)
        rc = by_node(s, r->workers, r->started);
    s->topologies = atomic_load(&r->crew.maps_read);
    if (rc == 0)
        rc = take_stamps(s, r);
    if (rc == 0)
        rc = opened_sum(s, r->plan, r->workers, r->started);
    if (rc == 0)
        rc = sum_rows(&s->warm, r, true);
    if (rc == 0)
        rc = sum_rows(&s->series, r, false);
    if (rc < 0) {
        recorder_free(&all);
        return no_memory(s, err);
    }
    take_counts(s, &all, r);
    take_hists(s, &all);
    take_schedule(s, r);
    s->delivery = r->delivery; // which changes hands
    r->delivery = (struct delivery){0};
    take_health(&s->signals, r);
    if (r->crew.replay && replayed_sum(s, r->crew.replay, r->workers, r->started) < 0)
        return no_memory(s, err);
    s->hopeless = r->hopeless;
    s->precise = atomic_load(&r->crew.enough) && !s->hopeless;
    s->ending = ending_of(r);
    s->wall_ns = wall_of(r, s);
    if (by_gap(s, r->workers, r->started) < 0)
        return no_memory(s, err);
    write_note(s, r);
    summary_take_unfinished(s, all.unfinished);
    summary_settle(s);
    if (by_kind(s, r->workers, r->started) < 0)
        return no_memory(s, err);
    evidence_sum(s, r->plan, r->workers, r->started);
    return 0;
}

// All that was to be sent is: waits for what is still on its way.
static void end_delivery(struct run *r)
{
    uint64_t sent = 0;
    for (unsigned i = 0; i < r->started; i++)
        sent += r->workers[i].rec.counts.sent;
    if (r->consumers)
        consumers_end(r->consumers, sent, &r->delivery);
}

static int run_crew(struct run *r, struct stopper *stop, const struct watcher *watch, struct err *err)
{
    int rc = start_threads(r, err);
    if (rc < 0)
        crew_break(&r->crew);
    if (attend(r, stop, watch, err) < 0)
        rc = -1;
    join_threads(r);
    end_delivery(r);
    bool none = rc == 0 && none_came(r);
    if (rc < 0 || !(none || gate_broken(&r->crew.gate)))
        return rc;
    const struct worker *w = first_in_trouble(r);
    *err = w ? w->err : (struct err){ERR_RUN, "the run could not be set up"};
    if (none)
        err->code = ERR_CONNECT;
    return w && w->refused ? RUN_REFUSED : -1;
}

int run_test(const struct plan *p, struct stopper *stop, const struct watcher *watch, struct summary *out,
             struct err *err)
{
    struct run r;
    int rc = open_crew(&r, p, watch, err);
    if (rc == 0)
        rc = consumers_open(&r.consumers, &r.crew, stop, err);
    if (rc == -ENOSYS)
        rc = RUN_REFUSED;
    if (rc == 0)
        rc = run_crew(&r, stop, watch, err);
    if (rc == 0)
        rc = sum_up(out, &r, err);
    close_crew(&r);
    return rc;
}
