// SPDX-License-Identifier: MIT
#include "run/consumers.h"

#include "base/clock.h"
#include "base/thread.h"
#include "base/units.h"
#include "base/usage.h"
#include "load/envelope.h"
#include "run/delivery.h"
#include "run/secret.h"
#include "stats/seen.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TICK_NS (20 * NS_PER_MS)
#define TICK_MS 5
#define DIAL_AHEAD 64
#define REMOVE_NS NS_PER_S // for removing what is left at the server, at most
#define REPLY_BYTES 1024

enum consumer_state {
    CONSUMER_NEW,
    CONSUMER_OPENING,
    CONSUMER_SETTING_UP,
    CONSUMER_JOINING, // subscribes, or makes the group of a stream
    CONSUMER_READY,   // waits for messages
    CONSUMER_GONE,
};

struct consumer {
    struct conn conn;
    enum consumer_state state;
    struct delivery_end end;
    unsigned left; // replies to come before it is ready
    struct resp_parser parser;
    struct buf part, out; // of a reply that has not wholly come; what it says
    struct iovec iov;
    struct seen *seen; // by worker: those that all share, or its own
};

struct consumers {
    const struct plan *plan;
    struct crew *crew;
    const struct engine_ops *ops;
    struct engine *io;
    struct consumer *at;
    unsigned n, begun, opening;
    struct seen *seen;
    unsigned sets; // of seen
    struct delivery found;
    struct usage used;
    uint64_t ready_ns, last_ns;     // all of them; of the last message
    uint64_t expected, complete_ns; // as soon as `complete` is set: how many, and since when
    struct err err;                 // before all were ready
    bool refused;
    bool removing;
    pthread_t thread;
    bool started;
    atomic_uint ready;    // all of them: they wait for messages
    atomic_bool ended;    // the thread is over
    atomic_bool complete; // expected is known
    atomic_bool leave;    // at once
};

// --- trouble ---

static void trouble(struct consumers *all, const char *what, const char *detail)
{
    if (!atomic_load(&all->ready) && !all->err.code)
        err_set(&all->err, ERR_RUN, "a consumer %s%s", what, detail);
    if (!all->found.why[0] && !all->removing)
        snprintf(all->found.why, sizeof all->found.why, "a consumer %s%s", what, detail);
}

static void lose(struct consumers *all, struct consumer *one)
{
    if (one->state == CONSUMER_GONE)
        return;
    all->opening -= one->state != CONSUMER_READY;
    all->found.gone += !all->removing;
    one->state = CONSUMER_GONE;
    all->ops->hang_up(all->io, &one->conn);
    if (all->found.gone == all->n) // nobody will get what is still sent
        atomic_store_explicit(&all->crew->halt, true, memory_order_relaxed);
}

static void refused(struct consumers *all, struct consumer *one, struct slice text)
{
    char quoted[128], hidden[SECRET_TEXT];
    text = secret_hide(text, all->plan->conf->password, hidden);
    trouble(all, "was refused: ", slice_quote(text, quoted, sizeof quoted));
    lose(all, one);
}

// --- a connection ---

static void say(struct consumers *all, struct consumer *one)
{
    one->iov = (struct iovec){one->out.at, one->out.len};
    one->conn.out = &one->iov;
    one->conn.out_n = 1;
    int rc = one->out.len ? all->ops->send(all->io, &one->conn) : 0;
    if (rc == 0)
        return;
    trouble(all, "lost its connection: ", strerror(-rc));
    lose(all, one);
}

static void no_memory(struct consumers *all, struct consumer *one)
{
    trouble(all, "ran out of memory", "");
    lose(all, one);
}

// Asks for messages, having said that it is done with those of a reply.
static void take_more(struct consumers *all, struct consumer *one, struct slice reply)
{
    one->out.len = 0;
    int rc = delivery_acknowledge(&one->end, reply, &one->out);
    if (rc == 0)
        rc = delivery_take(&one->end, &one->out);
    rc == 0 ? say(all, one) : no_memory(all, one);
}

static void ready(struct consumers *all, struct consumer *one)
{
    one->state = CONSUMER_READY;
    all->opening--;
    take_more(all, one, (struct slice){"", 0});
    unsigned waiting = 0;
    for (unsigned i = 0; i < all->n; i++)
        waiting += all->at[i].state == CONSUMER_READY;
    if (waiting < all->n)
        return;
    usage_read(&all->used);
    all->ready_ns = clock_ns();
    atomic_store(&all->ready, all->n);
}

static void join(struct consumers *all, struct consumer *one)
{
    one->state = CONSUMER_JOINING;
    one->out.len = 0;
    int rc = all->removing ? delivery_remove(&one->end, &one->out)
                           : delivery_join(&one->end, &one->out, &one->left);
    if (all->removing)
        one->left = all->plan->conf->queues;
    if (rc < 0)
        no_memory(all, one);
    else if (one->left)
        say(all, one);
    else
        ready(all, one);
}

static void opened(struct consumers *all, struct consumer *one)
{
    const struct plan *p = all->plan;
    one->state = CONSUMER_SETTING_UP;
    one->left = p->setup_replies;
    one->out.len = 0;
    if (!one->left)
        join(all, one);
    else if (buf_append(&one->out, p->setup.bytes, p->setup.len) < 0)
        no_memory(all, one);
    else
        say(all, one);
}

static void dial(struct consumers *all, struct consumer *one)
{
    const struct target *t = all->plan->target;
    const struct addr *to = t->spread_n ? &t->spread[one->end.number % t->spread_n] : &t->addr;
    one->conn = (struct conn){.fd = -1, .how = &t->how, .turn = one->end.number};
    int rc = all->ops->dial(all->io, &one->conn, to, one);
    if (rc == -EAGAIN) // a unix socket's backlog is full
        return;
    all->begun++;
    all->opening++;
    one->state = CONSUMER_OPENING;
    if (rc == 0)
        return;
    trouble(all, "could not connect: ", strerror(-rc));
    all->opening--;
    all->found.gone += !all->removing;
    one->state = CONSUMER_GONE;
}

// --- messages ---

static void deliver(struct consumers *all, struct consumer *one, const struct envelope *m, uint64_t at_ns)
{
    if (!m->measured || m->worker >= all->plan->threads)
        return;
    int rc = seen_add(&one->seen[m->worker], m->seq);
    all->found.duplicates += rc == 0;
    if (rc < 0)
        trouble(all, "could not remember a message: ", strerror(-rc));
    if (rc <= 0)
        return;
    all->found.delivered++;
    all->last_ns = at_ns;
    hist_record(all->found.latency, at_ns > m->due_ns ? at_ns - m->due_ns : 1, 1);
}

static void take_messages(struct consumers *all, struct consumer *one, struct slice bytes, uint64_t at_ns)
{
    struct envelope m;
    for (size_t n; (n = envelope_find(bytes, all->plan->delivery_run, &m)) > 0;) {
        deliver(all, one, &m, at_ns);
        bytes = (struct slice){bytes.at + n, bytes.len - n};
    }
}

// A consumer that was there before has made the group of a stream.
static bool is_there(struct slice text)
{
    return slice_starts(text, "BUSYGROUP");
}

static void replied(struct consumers *all, struct consumer *one, struct slice bytes,
                    const struct resp_reply *r, uint64_t at_ns)
{
    bool bad = parse_is_error(r) && !(one->state == CONSUMER_JOINING && is_there(r->text));
    if (r->invalidation)
        return;
    if (bad)
        refused(all, one, r->text);
    else if (one->state == CONSUMER_SETTING_UP && !r->push && --one->left == 0)
        join(all, one);
    else if (one->state == CONSUMER_JOINING && --one->left == 0)
        all->removing ? lose(all, one) : ready(all, one);
    else if (one->state == CONSUMER_READY && r->type != ':') { // which answers what it was done with
        take_messages(all, one, bytes, at_ns);
        if (!delivery_publishes(all->plan->conf))
            take_more(all, one, bytes);
    }
}

// The whole bytes of a reply of which n have come now, those from before among them; empty without memory.
static struct slice whole(struct consumer *one, const char *at, size_t n)
{
    if (!one->part.len)
        return (struct slice){at, n};
    if (buf_append(&one->part, at, n) < 0)
        return (struct slice){0};
    return buf_unread(&one->part);
}

static void received(struct consumers *all, struct consumer *one, const struct io_event *ev)
{
    struct slice in = {ev->data, ev->len};
    uint64_t at_ns = ev->at_ns ? ev->at_ns : clock_ns();
    while (in.len && one->state != CONSUMER_GONE) {
        struct resp_reply r;
        ssize_t n = parse_reply(&one->parser, in.at, in.len, &r);
        if (n == RESP_BAD) {
            trouble(all, "got invalid RESP", "");
            lose(all, one);
            return;
        }
        if (n == RESP_MORE) {
            if (buf_append(&one->part, in.at, in.len) < 0)
                no_memory(all, one);
            return;
        }
        struct slice bytes = whole(one, in.at, (size_t)n);
        in = (struct slice){in.at + n, in.len - (size_t)n};
        if (bytes.at)
            replied(all, one, bytes, &r, at_ns);
        else
            no_memory(all, one);
        one->part.len = one->part.head = 0;
    }
}

static void closed(struct consumers *all, struct consumer *one, const struct io_event *ev)
{
    bool opening = one->state == CONSUMER_OPENING;
    const char *why = ev->why ? ev->why : ev->error ? strerror(-ev->error) : "the server closed it";
    trouble(all, opening ? "could not connect: " : "lost its connection: ", why);
    lose(all, one);
}

static void dispatch(struct consumers *all, const struct io_event *ev)
{
    struct consumer *one = ev->owner;
    switch (ev->kind) {
    case IO_OPEN:
        opened(all, one);
        break;
    case IO_DATA:
        received(all, one, ev);
        break;
    case IO_SENT:
        break;
    case IO_CLOSED:
        closed(all, one, ev);
        break;
    }
}

// --- the thread ---

static int open_engine(struct consumers *all)
{
    const struct target *t = all->plan->target;
    struct engine_conf conf = {.connections = all->n + 1,
                               .reply_bytes = REPLY_BYTES,
                               .filter = t->filter,
                               .below = t->engine,
                               .asks_max = all->plan->setup_replies + 1};
    all->ops = t->filter ? &engine_filtered : t->engine;
    int rc = all->ops->open(&all->io, &conf);
    all->refused = rc < 0;
    return rc == 0 ? 0
                   : err_set(&all->err, ERR_RUN, "the %s engine could not be set up for the consumers: %s",
                             t->engine->name, strerror(-rc));
}

// Whether nothing more is to come.
static bool over(const struct consumers *all)
{
    if (atomic_load(&all->leave) || all->err.code)
        return true;
    if (!atomic_load(&all->complete))
        return false;
    bool hurried = atomic_load(&all->crew->stop);
    uint64_t now_ns = clock_ns(), grace_ns = all->plan->conf->grace_ns;
    uint64_t since_ns = all->last_ns > all->complete_ns ? all->last_ns : all->complete_ns;
    uint64_t patience_ns = hurried && grace_ns > NS_PER_S ? NS_PER_S : grace_ns;
    bool silent = now_ns > since_ns && now_ns - since_ns >= patience_ns;
    return all->found.delivered >= all->expected || all->found.gone == all->n || silent;
}

static int step(struct consumers *all, unsigned upto)
{
    struct io_event ev;
    unsigned before = all->begun;
    while (all->begun < upto && all->opening < DIAL_AHEAD) {
        dial(all, &all->at[all->begun]);
        if (all->begun == before)
            break;
        before = all->begun;
    }
    int rc = all->ops->reap(all->io, all->begun < upto ? NS_PER_MS : TICK_NS, &ev);
    if (rc < 0)
        trouble(all, "could not wait for the network: ", strerror(-rc));
    else if (rc > 0)
        dispatch(all, &ev);
    return rc;
}

// One more connection, which takes away what the run has left. The others no longer wait for it.
static void remove_all(struct consumers *all)
{
    struct consumer *last = &all->at[all->n];
    uint64_t until_ns = clock_ns() + REMOVE_NS;
    if (delivery_publishes(all->plan->conf) || !all->begun || all->found.gone == all->n)
        return;
    all->removing = true;
    for (unsigned i = 0; i < all->n; i++)
        if (all->at[i].state != CONSUMER_NEW)
            lose(all, &all->at[i]);
    all->begun = all->n;
    while (last->state != CONSUMER_GONE && clock_ns() < until_ns && step(all, all->n + 1) >= 0)
        ;
}

static void *consume(void *arg)
{
    struct consumers *all = arg;
    if (open_engine(all) == 0) {
        while (!over(all) && step(all, all->n) >= 0)
            ;
        if (all->ready_ns) {
            struct usage now;
            usage_read(&now);
            usage_subtract(&now, &all->used);
            all->found.cpu_s = usage_cpu_s(&now);
            all->found.seconds = (double)(clock_ns() - all->ready_ns) * 1e-9;
        }
        remove_all(all);
        for (unsigned i = 0; i <= all->n; i++)
            if (all->at[i].state != CONSUMER_NEW && all->at[i].state != CONSUMER_GONE)
                all->ops->hang_up(all->io, &all->at[i].conn);
        all->ops->close(all->io);
    }
    atomic_store(&all->ended, true);
    return NULL;
}

// --- beginning and end ---

static int lay_out(struct consumers *all)
{
    const struct run_conf *conf = all->plan->conf;
    bool publishes = delivery_publishes(conf);
    all->n = conf->consumers;
    all->sets = (publishes ? all->n : 1) * all->plan->threads;
    all->at = calloc(all->n + 1, sizeof *all->at);
    all->seen = calloc(all->sets, sizeof *all->seen);
    if (!all->at || !all->seen || delivery_init(&all->found, conf->digits) < 0)
        return -ENOMEM;
    all->found.consumers = all->n;
    all->found.queues = conf->queues;
    for (unsigned i = 0; i <= all->n; i++) {
        all->at[i].conn.fd = -1;
        all->at[i].end = (struct delivery_end){conf, all->plan->delivery_run, i};
        all->at[i].seen = all->seen + (publishes && i < all->n ? i * all->plan->threads : 0);
    }
    return 0;
}

// Until all wait for messages, one has failed, or it has taken too long.
static int await_ready(struct consumers *all, const struct stopper *stop, struct err *err)
{
    uint64_t until_ns = clock_ns() + all->plan->conf->grace_ns + all->n * NS_PER_MS;
    while (!atomic_load(&all->ready) && !atomic_load(&all->ended) && clock_ns() < until_ns)
        if (stopper_wait(stop, -1, TICK_MS))
            return err_set(err, ERR_RUN, "interrupted before anything was measured");
    if (atomic_load(&all->ready))
        return 0;
    if (!atomic_load(&all->ended))
        return err_set(err, ERR_RUN, "the consumers could not connect to %s within %s s",
                       all->plan->target->addr.text, UNITS_SECONDS((double)all->plan->conf->grace_ns * 1e-9));
    *err = all->err;
    return all->refused ? -ENOSYS : -1;
}

int consumers_open(struct consumers **out, struct crew *crew, const struct stopper *stop, struct err *err)
{
    const struct plan *p = crew->plan;
    *out = NULL;
    if (!p->delivery_run || p->target->engine == &engine_null)
        return 0;
    struct consumers *all = calloc(1, sizeof *all);
    if (!all)
        return err_set(err, ERR_RUN, "not enough memory for the consumers");
    all->plan = p;
    all->crew = crew;
    int rc = lay_out(all);
    if (rc == 0)
        rc = thread_start(&all->thread, consume, all);
    all->started = rc == 0;
    rc = rc < 0 ? err_set(err, ERR_RUN, "the consumers could not be set up: %s", strerror(-rc))
                : await_ready(all, stop, err);
    if (rc == 0)
        *out = all;
    else
        consumers_close(all);
    return rc;
}

void consumers_end(struct consumers *all, uint64_t sent, struct delivery *out)
{
    all->expected = sent * (delivery_publishes(all->plan->conf) ? all->n : 1);
    all->complete_ns = clock_ns();
    atomic_store(&all->complete, true);
    pthread_join(all->thread, NULL);
    all->started = false;
    *out = all->found;
    out->sent = sent;
    out->expected = all->expected;
    all->found = (struct delivery){0};
}

void consumers_close(struct consumers *all)
{
    if (!all)
        return;
    atomic_store(&all->leave, true);
    if (all->started)
        pthread_join(all->thread, NULL);
    for (unsigned i = 0; all->at && i <= all->n; i++) {
        buf_free(&all->at[i].part);
        buf_free(&all->at[i].out);
    }
    for (unsigned i = 0; all->seen && i < all->sets; i++)
        seen_free(&all->seen[i]);
    delivery_free(&all->found);
    free(all->at);
    free(all->seen);
    free(all);
}
