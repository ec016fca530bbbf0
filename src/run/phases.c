// SPDX-License-Identifier: MIT
#include "run/phases.h"

#include "base/clock.h"
#include "run/expire.h"
#include "run/knock.h"
#include "run/link.h"
#include "run/loop.h"
#include "run/lull.h"
#include "run/notes.h"
#include "run/patience.h"
#include "run/replaying.h"
#include "run/route.h"
#include "run/unfinished.h"
#include "run/worker_rows.h"

#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define HEALTH_SAMPLES 64               // connections that are asked how they fared
#define SETTLE_NS (500 * NS_PER_MS)     // connections that are lost together are lost within so long
#define AGREE_NS (20 * NS_PER_MS)       // that a server may take for each connection behind a filter
#define FILLS_MORE 3                    // how often keys are written again when connections broke meanwhile
#define DIAL_AHEAD 128                  // connects under way at once: a quarter of the smallest usual backlog
#define AWAKE_NS (500 * NS_PER_US)      // before a moment at which several processes begin
#define WARMUP_SEED (UINT64_C(1) << 63) // flipped in the seed: others count it up

// Counts begin anew; of what they were the server has counted too.
static void reset_counts(struct worker *w)
{
    w->left_before += counts_attempts(&w->rec.counts);
    w->owed_before |= counts_unanswered(&w->rec.counts) > 0;
    recorder_reset(&w->rec);
    if (w->verify)
        staleness_reset(&w->verify->stale);
}

static bool fine(const struct worker *w)
{
    bool can_ask = w->live || (w->opening && (w->plan->reconnects || w->plan->conf->timeout_ns));
    return !w->stalled && can_ask && !crew_flag(&w->crew->stop) && !crew_flag(&w->crew->halt);
}

static void ring(struct crew *crew, atomic_uint *count)
{
    atomic_fetch_add(count, 1);
    crew_ring(crew);
}

// Until a moment that other processes wait for too. Whoever is woken is late by as much as the kernel takes
// for that, which differs from one to the next: the end of it is spent awake.
static void await_moment(uint64_t at_ns)
{
    uint64_t early_ns = at_ns > AWAKE_NS ? at_ns - AWAKE_NS : 0;
    struct timespec early = {.tv_sec = (time_t)(early_ns / NS_PER_S), .tv_nsec = (long)(early_ns % NS_PER_S)};
    if (clock_ns() < early_ns)
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &early, NULL);
    while (clock_ns() < at_ns)
        ;
}

// Connected and prefilled: waits until the load may begin. False when it will not.
static bool await_start(struct worker *w)
{
    uint64_t passed_ns;
    if (!w->crew->awaits)
        return true;
    ring(w->crew, &w->crew->arrived);
    if (!gate_pass(&w->crew->ready, &passed_ns))
        return false;
    await_moment(w->crew->begin_ns);
    return true;
}

// All workers begin a phase together, by one and the same start, and none begins it when one has failed.
static bool begin_phase(struct worker *w, enum phase phase)
{
    uint64_t start_ns;
    atomic_store_explicit(&w->answered, 0, memory_order_relaxed); // of the next phase
    if (!gate_pass(&w->crew->gate, &start_ns))
        return false;
    w->met |= counts_answered(&w->rec.counts) > 0;
    reset_counts(w);
    for (unsigned i = 0; i < w->clients_n; i++) {
        w->clients[i].parser.attributed = 0;
        w->clients[i].next = 0;
        w->clients[i].chain_ns = 0;
    }
    nodes_reset(&w->nodes);
    for (unsigned i = 0; i < w->clients_n; i++)
        w->rec.counts.breaks += w->clients[i].away; // and is not back yet
    w->queued = 0;
    sampler_reset(&w->sampler);
    if (w->schedule)
        schedule_reset(w->schedule);
    w->start_ns = start_ns;
    w->now_ns = w->quiet_ns = clock_ns();
    atomic_store_explicit(&w->crew->phase_ns, w->start_ns, memory_order_relaxed);
    atomic_store_explicit(&w->crew->phase, phase, memory_order_relaxed);
    w->area_ns = 0;
    lull_reset(w);
    expire_begin(w, phase == PHASE_WARMUP || phase == PHASE_MEASURE); // before, it is written again
    w->pauses = w->paused_ns = w->excused_ns = 0;
    w->nap.spun_ns = 0; // what it has learnt of the kernel's lateness stays
    nap_works(&w->nap);
    starve_reset(&w->starve);
    w->pace = (struct pace){0};
    if (w->plan->knocks && (phase == PHASE_WARMUP || phase == PHASE_MEASURE))
        knock_begin(w);
    bool shown = phase == PHASE_MEASURE || w->plan->conf->upkeep;
    worker_rows_begin(w, phase == PHASE_WARMUP ? &w->warm : shown ? &w->series : NULL);
    w->drains = phase == PHASE_MEASURE;
    spots_begin(&w->spots, w->drains);
    return true;
}

static void set_load(struct worker *w, const struct ask *asks, uint64_t requests, uint64_t lasting_ns)
{
    w->asks = asks;
    w->expected = asks->reply;
    if (w->ops->canned)
        w->ops->canned(w->io, (struct slice){asks->canned, asks->canned_len});
    if (w->map) {
        w->nodes.varies = asks->request.mix || asks->request.recipe;
        w->nodes.reading = plan_reading(w->plan, asks);
        nodes_weigh(&w->nodes);
    }
    w->mixing = asks->request.mix != NULL;
    w->delivers = w->plan->delivery_run && asks == plan_asks(w->plan);
    loop_chooses(w, false);
    w->more = w->mixing || w->quickack || w->sampler.on;
    w->notes = !w->eager || w->sampler.on;
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
    if (w->replaying)
        replaying_begin(w, &mine->deal);
    if (conf->rate > 0)
        prctl(PR_SET_TIMERSLACK, 1); // a due time is not 50 us late by default
}

// Asks for each key of the worker's share; where it is always the same, one of the workers does.
static void ask_keys(struct worker *w, const struct ask *asks)
{
    const struct run_conf *conf = w->plan->conf;
    struct share mine = plan_share(w->plan, w->part, asks->once ? 1 : asks->keyspace);
    struct keydist keys =
        keydist_init(asks->keyspace, &(struct keylaw){.kind = KEYLAW_SEQ}, conf->seed, mine.deal);
    w->draw = draw_init(&keys, conf->seed, &mine.deal);
    for (unsigned kind = 0; kind < KEYDIST_NAMES; kind++)
        keydist_run(&w->draw.keys, kind, mine.first);
    set_load(w, asks, mine.requests, 0);
    loop_run(w);
}

static void ask_all_keys(struct worker *w)
{
    for (unsigned i = 0; i < w->plan->upkeep.n && fine(w); i++)
        ask_keys(w, &w->plan->upkeep.at[i]);
}

// How many requests a connection has outstanding, until the next phase.
static void set_depth(struct worker *w, uint32_t depth, bool batch)
{
    w->depth = depth;
    w->batch = batch;
    for (unsigned i = 0; i < w->clients_n; i++)
        w->clients[i].depth = depth;
}

// What was lost with connections is written, or removed, by doing it all again: nothing is measured yet.
static void keep_up(struct worker *w)
{
    const char *does = w->plan->conf->upkeep == UPKEEP_CLEAN ? "cleanup" : "prefill";
    uint32_t depth = w->depth, deep = plan_upkeep_depth(w->plan);
    bool batch = w->batch;
    if (deep > depth)
        set_depth(w, deep, true);
    ask_all_keys(w);
    for (unsigned more = 0; more < FILLS_MORE && w->rec.counts.lost && fine(w); more++) {
        reset_counts(w);
        ask_all_keys(w);
    }
    if (deep > depth)
        set_depth(w, depth, batch);
    w->filled = w->rec.counts.ok;
    w->filled_ns = w->quiet_ns > w->start_ns ? w->quiet_ns - w->start_ns : 0;
    if (w->rec.counts.errors && !w->err.code)
        err_set(&w->err, ERR_RUN, "the %s had %llu error replies, the first \"%s\"", does,
                (unsigned long long)w->rec.counts.errors, w->rec.tally.kinds[0].first);
    else if (w->rec.counts.lost && !w->err.code)
        err_set(&w->err, ERR_RUN, "connections broke during the %s: up to %llu keys are missing", does,
                (unsigned long long)w->rec.counts.lost);
}

// Keys for the test itself: the same for the same seed, whether there was a prefill or warm-up or not.
static void set_keys(struct worker *w, const struct share *mine)
{
    const struct run_conf *conf = w->plan->conf;
    const struct ask *ask = w->plan->asks; // where there is one kind
    bool seq = ask->keys.kind == KEYLAW_SEQ;
    struct keydist keys = keydist_init(ask->keyspace, &ask->keys, seed_of(w), mine->deal);
    w->draw = draw_init(&keys, seed_of(w), &mine->deal);
    for (unsigned kind = 0; seq && conf->requests && kind < KEYDIST_NAMES; kind++)
        keydist_run(&w->draw.keys, kind, mine->first * ask->request.draws[kind]);
    if (!w->drains)
        keydist_shift(&w->draw.keys, ask->keyspace / 2);
    mixed_grow(&w->mixed, w->plan, ask, &w->draw.keys);
    mixed_begin(&w->mixed, w->plan, w->part, seed_of(w));
    w->draw.mixer = w->mixed.mixer;
    w->draw.spaces = w->mixed.spaces;
    w->draw.envelope =
        (struct envelope){.run = w->plan->delivery_run, .worker = (uint16_t)w->part, .measured = w->drains};
}

// What an earlier phase left unanswered is no part of the measured window.
static void forget(struct worker *w)
{
    for (unsigned i = 0; i < w->clients_n; i++)
        unfinished_abandon(w, &w->clients[i], ABANDONED_END);
    route_abandon(w);
    reset_counts(w);
    w->deadline_ns = 0;
}

// The measured window is over: what it leaves unanswered stays so. requests: of it in all.
static void seal(struct worker *w, const struct usage *before, uint64_t requests)
{
    usage_read(&w->used);
    usage_subtract(&w->used, before);
    for (unsigned i = 0; i < w->clients_n; i++)
        w->rec.counts.attributes += w->clients[i].parser.attributed;
    w->last_ns = w->quiet_ns;
    w->end_ns = w->now_ns = clock_ns();
    lull_last(w);
    link_end(w);
    for (unsigned i = 0; i < w->clients_n; i++)
        unfinished_abandon(w, &w->clients[i], ABANDONED_END);
    route_abandon(w);
    for (unsigned i = 0; i < w->clients_n && i < HEALTH_SAMPLES; i++)
        health_add(&w->health, &w->clients[i].conn);
    if (!w->skip)
        unfinished_unsent(w, requests - counts_due(&w->rec.counts));
    worker_rows_end(w);
}

static void measure(struct worker *w, const struct share *mine)
{
    struct usage before;
    set_keys(w, mine);
    set_pace(w, mine);
    set_load(w, plan_asks(w->plan), mine->requests, w->plan->conf->duration_ns);
    usage_read(&before);
    if (fine(w))
        loop_run(w);
    else
        forget(w);
    seal(w, &before, mine->requests);
}

// A run that does nothing else: its keys are what is measured.
static void measure_upkeep(struct worker *w)
{
    struct usage before;
    usage_read(&before);
    keep_up(w);
    seal(w, &before, 0);
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
    uint64_t limit_ns =
        w->plan->conf->grace_ns + w->clients_n * (w->plan->target->filter ? AGREE_NS : NS_PER_MS);
    w->dialling = true;
    while (w->live + w->lost < w->clients_n && !crew_flag(&w->crew->stop) && !gate_broken(&w->crew->gate)) {
        bool full = false; // a unix socket's backlog
        while (!full && !hopeless(w) && w->dialled < w->clients_n && w->opening < DIAL_AHEAD)
            full = !link_dial(w, &w->clients[w->dialled]);
        w->awaited_ns = w->now_ns + LOOP_TICK_NS;
        if (hopeless(w) || loop_step(w, full ? NS_PER_MS : LOOP_TICK_NS) < 0)
            return -1;
        begun_ns += patience_pause(w);
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
    struct share mine = plan_load(p, w->part);
    if (p->conf->upkeep) {
        if (begin_phase(w, p->conf->upkeep == UPKEEP_FILL ? PHASE_FILL : PHASE_CLEAN))
            measure_upkeep(w);
        return;
    }
    if (p->upkeep.n) {
        if (!begin_phase(w, PHASE_FILL))
            return;
        keep_up(w);
    }
    if (!await_start(w))
        return;
    if (p->conf->warmup_ns) {
        if (!begin_phase(w, PHASE_WARMUP))
            return;
        set_keys(w, &mine);
        set_pace(w, &mine);
        set_load(w, plan_asks(p), UINT64_MAX, p->conf->warmup_ns);
        if (fine(w))
            loop_run(w);
        worker_rows_end(w);
    }
    if (begin_phase(w, PHASE_MEASURE))
        measure(w, &mine);
}

// In the worker's own thread: an io_uring is bound to the thread that made it.
static int open_engine(struct worker *w)
{
    const struct run_conf *conf = w->plan->conf;
    const struct engine_ops *engine = w->plan->target->engine;
    uint32_t depth = plan_upkeep_depth(w->plan);
    struct engine_conf ec = {
        .connections = w->clients_n,
        .reply_bytes = conf->pipeline * (w->plan->value_most + 32),
        .large = w->skims,
        .refills = !w->batch && conf->pipeline > 1,
        .filter = w->plan->target->filter,
        .below = engine,
        .canned = w->plan->kinds ? (struct slice){w->plan->asks->canned, w->plan->asks->canned_len}
                                 : (struct slice){0},
        .canned_by = w->mixed.n ? w->mixed.canned : NULL,
        .asks_max = depth > w->plan->setup_replies ? depth : w->plan->setup_replies,
    };
    int rc = w->ops->open(&w->io, &ec);
    w->refused = rc < 0;
    if (rc == 0)
        return 0;
    return err_set(&w->err, ERR_RUN, "the %s engine could not be set up in a worker thread: %s%s",
                   engine->name, strerror(-rc),
                   engine == &engine_uring ? " (use --engine epoll or auto)" : "");
}

void *phases_main(void *arg)
{
    struct worker *w = arg;
    const struct cpus *cpus = &w->plan->conf->cpus;
    if (cpus->n)
        cpus_bind(cpus->at[(w->part - w->plan->first) % cpus->n]); // --cpus was checked: the mask has it
    if (open_engine(w) < 0 || dial_all(w) < 0)
        crew_break(w->crew);
    if (w->plan->idle)
        hold(w);
    else
        work(w);
    ring(w->crew, &w->crew->ended);
    return NULL;
}
