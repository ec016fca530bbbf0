// SPDX-License-Identifier: MIT
#include "experiment/compare_duet.h"

#include "base/process.h"
#include "base/thread.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define LOOK_MS 1

// Where both wait for each other.
struct meeting {
    atomic_uint ready;
    atomic_bool off; // one of the two will not come
};

struct side {
    struct compare_test *c;
    struct compare_slot slot;
    struct cpus cpus;
    struct meeting *meeting;
    struct watcher shown; // who looks at it
    struct watcher watch;
    struct trial trial;
    struct err err;
    pthread_t thread;
    bool ran; // trial is there, to be freed
};

static bool has(const struct cpus *cpus, unsigned cpu)
{
    for (unsigned i = 0; i < cpus->n; i++)
        if (cpus->at[i] == cpu)
            return true;
    return false;
}

// Each once: those that were asked for, or all that there are.
static struct cpus all_of(const struct cpus *asked)
{
    struct cpus all = {0};
    for (unsigned i = 0; i < asked->n; i++)
        if (!has(&all, asked->at[i]))
            all.at[all.n++] = asked->at[i];
    for (unsigned cpu = 0; cpu < CPUS_MAX && asked->n == 0; cpu++)
        if (cpus_allowed(cpu))
            all.at[all.n++] = (uint16_t)cpu;
    return all;
}

unsigned compare_duet_cpus(const struct cpus *asked)
{
    return all_of(asked).n / 2;
}

static struct cpus half_of(const struct cpus *asked, unsigned half)
{
    struct cpus all = all_of(asked), mine = {.n = all.n / 2};
    memcpy(mine.at, all.at + half * mine.n, mine.n * sizeof *mine.at);
    return mine;
}

// Connected and filled: the load begins when the other side is too.
static int meet(void *ctx, struct stopper *stop, uint64_t *at_ns, struct err *err)
{
    struct side *s = ctx;
    *at_ns = 0;
    atomic_fetch_add(&s->meeting->ready, 1);
    while (atomic_load(&s->meeting->ready) < 2)
        if (atomic_load(&s->meeting->off) || stopper_wait(stop, -1, LOOK_MS))
            return err_set(err, ERR_RUN, "the other side of the duet did not start");
    return 0;
}

static void tick(void *ctx, const struct progress *p)
{
    const struct side *s = ctx;
    if (s->shown.tick)
        s->shown.tick(s->shown.ctx, p);
}

static void ended(void *ctx, const char *target, const struct summary *found)
{
    const struct side *s = ctx;
    if (s->shown.ended)
        s->shown.ended(s->shown.ctx, target, found);
}

static void *side_main(void *arg)
{
    struct side *s = arg;
    s->ran = compare_slot_measure(s->c, &s->slot, &s->trial, &s->err) == 0;
    if (!s->ran)
        atomic_store(&s->meeting->off, true);
    return NULL;
}

// What one side needs, and what is to be done before it. 0, or -1 with err.
static int prepare(struct side *s, struct compare_test *c, const struct compare_slot *like, struct err *err)
{
    unsigned t = s->slot.target;
    s->c = c;
    s->slot = *like;
    s->slot.target = t;
    s->slot.cpus = &s->cpus;
    s->slot.fill = like->fill || c->refill[t];
    c->refill[t] = false;
    s->shown = c->session->watch;
    c->servers[t].watch = &s->watch;
    return compare_test_freshen(c, t, err);
}

// Whether the servers have CPUs of their own is for the report to say.
static void know_cpus(struct compare_test *c, const struct side side[2])
{
    struct comparison *comparison = c->comparison;
    const struct signals *a = &side[0].trial.summary.signals, *b = &side[1].trial.summary.signals;
    comparison->duet_cpus = side[0].cpus.n;
    if (a->local && b->local)
        comparison->duet_shared = process_shared_cpus(c->servers[side[0].slot.target].before.probe.pid,
                                                      c->servers[side[1].slot.target].before.probe.pid);
}

// Both at once, in two threads. 0, or -1 with err.
static int run_both(struct side side[2], struct err *err)
{
    if (thread_start(&side[1].thread, side_main, &side[1]) < 0)
        return err_set(err, ERR_RUN, "the thread for the second side of the duet could not be started");
    side_main(&side[0]);
    pthread_join(side[1].thread, NULL);
    for (int i = 1; i >= 0; i--) // what the first says of itself wins
        if (!side[i].ran)
            *err = side[i].err;
    return side[0].ran && side[1].ran ? 0 : -1;
}

static int run(struct compare_test *c, const struct compare_slot *like, struct comparison_slot slots[2],
               struct side side[2], struct err *err)
{
    const struct cpus *asked = &compare_conf_lead(c->conf)->run.cpus;
    struct meeting meeting = {0};
    int rc = 0;
    for (unsigned i = 0; i < 2; i++) {
        side[i].slot.target = slots[i].target;
        side[i].meeting = &meeting;
        side[i].cpus = half_of(asked, i);
        side[i].watch = (struct watcher){.tick = i ? NULL : tick,
                                         .ready = meet,
                                         .ended = ended,
                                         .closely = !i && c->session->watch.closely,
                                         .ctx = &side[i],
                                         .ready_ctx = &side[i]};
        rc = rc < 0 ? rc : prepare(&side[i], c, like, err);
    }
    rc = rc < 0 ? rc : run_both(side, err);
    if (rc == 0)
        know_cpus(c, side);
    for (unsigned i = 0; i < 2; i++) {
        c->servers[slots[i].target].watch = &c->session->watch;
        if (side[i].ran)
            rc = compare_slot_take(c, &side[i].trial, &slots[i], err) < 0 ? -1 : rc;
    }
    return rc;
}

int compare_duet_run(struct compare_test *c, const struct compare_slot *like, struct comparison_slot slots[2],
                     struct err *err)
{
    struct side *side = calloc(2, sizeof *side); // too large for a stack
    if (!side)
        return err_set(err, ERR_RUN, "not enough memory for a duet");
    int rc = run(c, like, slots, side, err);
    free(side);
    return rc;
}
