// SPDX-License-Identifier: MIT
#include "run/worker.h"

#include "base/clock.h"
#include "run/link.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#define TICK_NS (100 * NS_PER_MS) // how long a worker may overlook the crew's flags
#define DIAL_AHEAD 128            // connects under way at once: a quarter of the smallest usual backlog

// --- asking ---

static uint32_t room_of(const struct worker *w, const struct client *c)
{
    if (c->conn.blocked || (w->batch && c->outstanding))
        return 0;
    return w->depth - c->outstanding;
}

static void ask(struct worker *w, struct client *c, uint32_t room)
{
    bool open = !pace_closed(&w->pace);
    uint32_t n = open && !w->batch ? 1 : room;
    if (n > w->left)
        n = (uint32_t)w->left;
    client_write(c, w->ask, &w->keys, n);
    if (!w->outstanding)
        w->quiet_ns = w->now_ns;
    uint64_t sent_ns = clock_ns();
    client_asked(c, n, open ? pace_take(&w->pace) : sent_ns, w->ring);
    w->outstanding += n;
    w->left -= n;
    w->rec.sent += n;
    int rc = w->ops->send(w->io, &c->conn);
    if (rc < 0)
        link_lost(w, c, rc);
    else if (!w->batch && room_of(w, c))
        pool_push(&w->pool, c);
}

// A client that may have room: in the closed loop its next request leaves at once, in the open loop it waits
// until one is due.
static void offer(struct worker *w, struct client *c)
{
    uint32_t room = room_of(w, c);
    if (room && w->left && pace_closed(&w->pace))
        ask(w, c, room);
    else if (room)
        pool_push(&w->pool, c);
}

// Asks everything that is due and finds a client with room, the one idle for longest first.
static void ask_due(struct worker *w)
{
    while (w->left && pool_any(&w->pool) && pace_due(&w->pace, w->now_ns)) {
        struct client *c = pool_pop(&w->pool);
        uint32_t room = room_of(w, c);
        if (c->state == CLIENT_READY && room)
            ask(w, c, room);
    }
}

// --- answers ---

static void count_hits(struct worker *w, const struct resp_reply *r)
{
    if (w->reads == READS_MANY && r->type == '*') {
        w->rec.misses += r->nulls;
        w->rec.hits += (uint64_t)r->number - r->nulls;
        return;
    }
    bool empty = r->number == 0 && (r->type == '*' || r->type == '~' || r->type == '%');
    if (r->null || empty)
        w->rec.misses++;
    else
        w->rec.hits++;
}

static void error_reply(struct worker *w, const struct resp_reply *r)
{
    recorder_error(&w->rec, r->text);
    bool unknown = slice_find(r->text, "unknown command") != NULL;
    bool framing = w->plan->raw && slice_find(r->text, "rotocol error");
    if ((unknown || framing) && !w->skip) {
        char quoted[160];
        w->skip = true;
        w->left = 0;
        err_set(&w->err, ERR_RUN,
                unknown ? "the server does not know the command (it answered \"%s\")"
                        : "the server takes no inline commands (it answered \"%s\")",
                slice_quote(r->text, quoted, sizeof quoted));
        atomic_store_explicit(&w->crew->halt, true, memory_order_relaxed);
    }
}

static void count_reply(struct worker *w, const struct resp_reply *r)
{
    if (resp_is_error(r))
        error_reply(w, r);
    else if (w->reads != READS_NOTHING)
        count_hits(w, r);
}

// Takes every reply that the event holds. Replies to one write share a latency, and are recorded together.
// Answers what is left, unread, where the bytes are no answer; else an empty slice.
static struct slice take_answers(struct worker *w, struct client *c, const struct io_event *ev)
{
    struct slice in = {ev->data, ev->len};
    struct span *span = client_oldest(c, w->ring);
    uint64_t alike = 0; // ok replies of this span not yet recorded
    while (in.len) {
        struct resp_reply r;
        ssize_t n = resp_parse(&c->parser, in.at, in.len, &r);
        if (n == RESP_MORE)
            in.len = 0;
        if (n < 0 || (!r.push && !c->outstanding)) {
            in = n == RESP_BAD ? r.text : in;
            break;
        }
        in = (struct slice){in.at + n, in.len - (size_t)n};
        w->rec.pushes += r.push;
        if (r.push)
            continue;
        count_reply(w, &r);
        alike += !resp_is_error(&r);
        uint64_t from_ns = span->from_ns;
        if (client_answered(c, span)) {
            recorder_ok(&w->rec, ev->at_ns - from_ns, alike);
            alike = 0;
            span = client_oldest(c, w->ring);
        }
    }
    if (alike)
        recorder_ok(&w->rec, ev->at_ns - span->from_ns, alike);
    return in;
}

// What a connection in service sent.
static void answers(struct worker *w, struct client *c, const struct io_event *ev)
{
    w->rec.bytes_received += ev->len;
    w->quiet_ns = ev->at_ns;
    if (!ev->data) {
        resp_skip(&c->parser, ev->len);
        c->conn.skip = resp_skippable(&c->parser);
        return;
    }
    uint32_t before = c->outstanding;
    struct slice rest = take_answers(w, c, ev);
    w->outstanding -= before - c->outstanding;
    if (w->skims) {
        c->conn.midway = c->parser.midway;
        c->conn.skip = resp_skippable(&c->parser);
    }
    if (rest.len)
        link_broken(w, c, rest);
    else if (!w->keepalive && !c->outstanding)
        link_renew(w, c);
    else
        offer(w, c);
}

static void dispatch(struct worker *w, const struct io_event *ev)
{
    struct client *c = ev->owner;
    switch (ev->kind) {
    case IO_OPEN:
        link_opened(w, c);
        break;
    case IO_DATA:
        if (c->state == CLIENT_READY)
            answers(w, c, ev);
        else
            link_setup(w, c, ev);
        break;
    case IO_SENT:
        if (c->state == CLIENT_READY)
            offer(w, c);
        break;
    case IO_CLOSED:
        link_lost(w, c, ev->error);
        break;
    }
}

// --- the loop ---

static bool flag(const atomic_bool *f)
{
    return atomic_load_explicit(f, memory_order_relaxed);
}

// Until the next look or the next due time.
static uint64_t wait_of(const struct worker *w)
{
    uint64_t until_ns = w->look_ns;
    if (!pace_closed(&w->pace) && w->left && pool_any(&w->pool) && w->pace.next_ns < (double)until_ns)
        until_ns = (uint64_t)w->pace.next_ns;
    return until_ns > w->now_ns ? until_ns - w->now_ns : 0;
}

// Waits for one completion and handles it. 0, or -1 with w->err when the engine broke.
static inline int step(struct worker *w, uint64_t timeout_ns)
{
    struct io_event ev;
    int rc = w->ops->reap(w->io, timeout_ns, &ev);
    if (rc < 0)
        return err_set(&w->err, ERR_RUN, "waiting for the network failed: %s", strerror(-rc));
    w->now_ns = rc > 0 && ev.at_ns ? ev.at_ns : clock_ns();
    if (rc > 0)
        dispatch(w, &ev);
    return 0;
}

// Whether answers have failed to come for too long: by count, since the last one; by time, after the end.
static bool gave_up(const struct worker *w)
{
    if (!w->outstanding)
        return false;
    uint64_t since_ns = w->deadline_ns == UINT64_MAX ? w->quiet_ns : w->deadline_ns;
    return w->now_ns > since_ns && w->now_ns - since_ns > w->plan->conf->grace_ns;
}

// What need not be seen at each request: the end of the time, the crew's flags, silence. False when the phase
// is over.
static bool look(struct worker *w)
{
    atomic_store_explicit(&w->answered, w->rec.ok + w->rec.errors, memory_order_relaxed);
    if (w->now_ns >= w->deadline_ns || flag(&w->crew->halt))
        w->left = 0;
    w->stalled = gave_up(w);
    w->look_ns = w->now_ns + TICK_NS;
    if (w->left && w->deadline_ns < w->look_ns)
        w->look_ns = w->deadline_ns;
    return !flag(&w->crew->stop) && !w->stalled && (w->live || w->opening);
}

// Asks until nothing is left or the time is up, and takes the answers to all of it.
static void run_phase(struct worker *w)
{
    bool on = look(w);
    ask_due(w);
    while (on && (w->left || w->outstanding)) {
        on = step(w, wait_of(w)) == 0 && (w->now_ns < w->look_ns || look(w));
        if (pool_any(&w->pool))
            ask_due(w);
    }
}

static bool fine(const struct worker *w)
{
    return !w->stalled && w->live && !flag(&w->crew->stop) && !flag(&w->crew->halt);
}

// --- phases ---

// All workers begin a phase together, and none begins it when one has failed.
static bool begin_phase(struct worker *w, enum phase phase)
{
    if (!gate_pass(&w->crew->gate))
        return false;
    atomic_store_explicit(&w->crew->phase, phase, memory_order_relaxed);
    recorder_reset(&w->rec);
    w->now_ns = w->quiet_ns = w->start_ns = clock_ns();
    w->pace = (struct pace){0};
    return true;
}

static void set_load(struct worker *w, const struct template *ask, uint64_t requests, uint64_t lasting_ns)
{
    w->ask = ask;
    w->left = requests;
    w->deadline_ns = lasting_ns ? w->now_ns + lasting_ns : UINT64_MAX;
}

static void set_pace(struct worker *w)
{
    const struct run_conf *conf = w->plan->conf;
    struct pace_conf pace = {conf->rate, conf->arrival, w->batch ? conf->pipeline : 1, conf->seed};
    w->pace = pace_init(&pace, w->part, w->plan->threads, w->now_ns);
    if (conf->rate > 0)
        prctl(PR_SET_TIMERSLACK, 1); // a due time is not 50 us late by default
}

static void fill(struct worker *w)
{
    const struct run_conf *conf = w->plan->conf;
    struct share mine = plan_share(w->plan, w->part, conf->keyspace);
    w->keys = keydist_init(conf->keyspace, true, conf->seed, w->part, w->plan->threads);
    for (unsigned kind = 0; kind < KEYDIST_NAMES; kind++)
        keydist_run(&w->keys, kind, mine.first);
    w->reads = READS_NOTHING;
    set_load(w, &w->plan->fill, mine.requests, 0);
    if (fine(w))
        run_phase(w);
    w->filled = w->rec.ok;
    if (w->rec.errors && !w->err.code)
        err_set(&w->err, ERR_RUN, "the prefill had %llu error replies, the first \"%s\"",
                (unsigned long long)w->rec.errors, w->rec.tally.kinds[0].first);
}

// Keys for the test itself: the same for the same seed, whether there was a prefill or warm-up or not.
static void set_keys(struct worker *w, const struct share *mine)
{
    const struct run_conf *conf = w->plan->conf;
    w->keys = keydist_init(conf->keyspace, conf->sequential, conf->seed, w->part, w->plan->threads);
    w->reads = w->plan->reads;
    for (unsigned kind = 0; conf->sequential && conf->requests && kind < KEYDIST_NAMES; kind++)
        keydist_run(&w->keys, kind, mine->first * w->plan->ask.draws[kind]);
}

static double seconds(struct timeval t)
{
    return (double)t.tv_sec + 1e-6 * (double)t.tv_usec;
}

static void measure(struct worker *w, const struct share *mine)
{
    struct rusage before, after;
    set_keys(w, mine);
    set_pace(w);
    set_load(w, &w->plan->ask, mine->requests, w->plan->conf->duration_ns);
    getrusage(RUSAGE_THREAD, &before);
    if (fine(w))
        run_phase(w);
    getrusage(RUSAGE_THREAD, &after);
    w->last_ns = w->quiet_ns;
    w->end_ns = clock_ns();
    w->user_s = seconds(after.ru_utime) - seconds(before.ru_utime);
    w->system_s = seconds(after.ru_stime) - seconds(before.ru_stime);
}

// Opens and sets up all connections, a bounded number at a time. 0, or -1 with w->err.
static int dial_all(struct worker *w)
{
    uint64_t begun_ns = w->now_ns = clock_ns();
    uint64_t limit_ns = w->plan->conf->grace_ns + w->clients_n * NS_PER_MS;
    w->dialling = true;
    while (w->live < w->clients_n && !flag(&w->crew->stop) && !gate_broken(&w->crew->gate)) {
        bool full = false; // a unix socket's backlog
        while (!full && !w->err.code && w->dialled < w->clients_n && w->opening < DIAL_AHEAD)
            full = !link_dial(w, &w->clients[w->dialled]);
        if (w->err.code || step(w, full ? NS_PER_MS : TICK_NS) < 0 || w->err.code)
            return -1;
        if (w->now_ns - begun_ns > limit_ns)
            return err_set(&w->err, ERR_CONNECT,
                           "only %u of %u connections to %s could be opened in %.1f seconds", w->live,
                           w->clients_n, w->plan->target->addr.text, (double)limit_ns * 1e-9);
    }
    w->connect_ns = w->now_ns - begun_ns;
    w->dialling = false;
    return 0;
}

static void hold(struct worker *w)
{
    while (w->live && !flag(&w->crew->stop) && !gate_broken(&w->crew->gate) && step(w, TICK_NS) == 0)
        atomic_store_explicit(&w->answered, w->live, memory_order_relaxed);
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
        set_pace(w);
        set_load(w, &p->ask, UINT64_MAX, p->conf->warmup_ns);
        if (fine(w))
            run_phase(w);
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
    return rc == 0 ? 0
                   : err_set(&w->err, ERR_RUN, "the %s engine could not be set up: %s", w->ops->name,
                             strerror(-rc));
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
    w->keepalive = conf->keepalive;
    w->skims =
        p->reads != READS_NOTHING && conf->data_bytes >= 2 * SKIP_MIN && !addr_is_unix(&p->target->addr);
    w->ring = ring_of(conf);
    w->clients_n = plan_share(p, part, 0).clients;
    int rc = lay_out(w);
    if (rc == 0)
        rc = recorder_init(&w->rec, conf->digits);
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
}
