// SPDX-License-Identifier: MIT
#include "mpi/lead.h"

#include "base/clock.h"
#include "base/ranks.h"
#include "mpi/wire.h"
#include "stats/merge.h"
#include "stats/pack.h"
#include "stats/part.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define MARGIN_NS (20 * NS_PER_MS) // for a start that all have heard of
#define MARGIN_EACH_NS (100 * NS_PER_US)
#define LATE_NS (700 * NS_PER_MS) // after a signal, for what ranks still have to say: mpirun kills after 1 s

enum state { WAITS, READY, RUNS, DONE, GONE };

struct rank {
    enum state state;
    struct offset offset;
    struct buf part;  // packed
    int64_t shift_ns; // what the rank's clock shows more than that of its load: a test's
    char why[256];    // it is gone
    bool told;
    bool served; // it had the result of all
    bool ended;  // and then ended by itself
};

struct lead {
    struct child *child;
    struct rank *ranks;
    int n;
    uint64_t began_ns, number; // the leader's clock, for all
    uint64_t signalled_ns;     // 0: not
    const volatile sig_atomic_t *signal;
    bool trouble;
};

static void lose(struct lead *l, int r, struct slice why)
{
    struct rank *x = &l->ranks[r];
    x->state = GONE;
    snprintf(x->why, sizeof x->why, "%.*s", (int)(why.len < 250 ? why.len : 250), why.at);
}

static void keep(struct lead *l, int r, const struct message *m)
{
    struct rank *x = &l->ranks[r];
    x->part.head = x->part.len = 0;
    x->shift_ns = r ? (int64_t)m->number : clocks_shift(0);
    x->state = buf_append(&x->part, m->bytes.at, m->bytes.len) == 0 ? DONE : GONE;
}

static void take(struct lead *l, int r, const struct message *m)
{
    if (m->type == RANKS_READY)
        l->ranks[r].state = READY;
    else if (m->type == RANKS_PART)
        keep(l, r, m);
    else if (m->type == WIRE_GONE)
        lose(l, r, m->bytes);
    if (m->type == WIRE_GONE)
        l->ranks[r].ended = l->ranks[r].served && m->number == 0;
    else
        l->ranks[r].served = false;
}

// The own load's next message, for so long.
static void look_own(struct lead *l, int timeout_ms)
{
    struct message m;
    char why[256] = "";
    int rc = channel_receive(&l->child->channel, &m, -1, timeout_ms);
    if (rc == 1) {
        l->number = m.type == RANKS_PART ? m.number : l->number;
        take(l, 0, &m);
    } else if (rc < 0) {
        child_end(l->child, why, sizeof why);
        lose(l, 0, slice_of(why));
    }
}

static void look_others(struct lead *l)
{
    struct message m;
    struct buf bytes = {0};
    int from;
    while (wire_poll(-1, &m, &bytes, &from))
        take(l, from, &m);
    buf_free(&bytes);
}

static int count(const struct lead *l, enum state s)
{
    int n = 0;
    for (int r = 0; r < l->n; r++)
        n += l->ranks[r].state == s;
    return n;
}

// Ranks that say nothing once all was ended are not waited for.
static void give_up_late(struct lead *l, enum state waiting)
{
    if (*l->signal && !l->signalled_ns)
        l->signalled_ns = clock_ns();
    if (!l->signalled_ns || clock_ns() - l->signalled_ns < LATE_NS)
        return;
    for (int r = 1; r < l->n; r++)
        if (l->ranks[r].state == waiting)
            lose(l, r, slice_of("no answer after the load was ended"));
}

static void say(struct lead *l, int r, char type, uint64_t number, struct slice bytes)
{
    if (r == 0)
        channel_send(&l->child->channel, type, number, bytes);
    else if (wire_send(r, type, number, bytes) < 0)
        lose(l, r, slice_of("its node does not answer"));
}

static void gather_ready(struct lead *l)
{
    while (count(l, WAITS) && l->ranks[0].state != GONE) {
        look_own(l, 1);
        look_others(l);
        give_up_late(l, WAITS);
    }
}

static void start(struct lead *l)
{
    uint64_t at_ns = clocks_now() + MARGIN_NS + MARGIN_EACH_NS * (uint64_t)l->n;
    for (int r = l->n - 1; r >= 0; r--)
        if (l->ranks[r].state == READY) {
            l->ranks[r].state = RUNS;
            say(l, r, RANKS_GO, at_ns + (uint64_t)l->ranks[r].offset.ns, slice_of(""));
        }
}

// While the own load runs, MPI is left alone.
static void gather_parts(struct lead *l)
{
    while (l->ranks[0].state == RUNS)
        look_own(l, -1);
    while (count(l, RUNS)) {
        look_others(l);
        give_up_late(l, RUNS);
        wire_nap();
    }
}

static int add(struct lead *l, struct merge *m, int r, struct err *err)
{
    struct part *p = calloc(1, sizeof *p);
    struct summary s = {0};
    struct slice tests;
    struct rank *x = &l->ranks[r];
    if (!p || part_read(p, buf_unread(&x->part), &tests, err) < 0) {
        free(p);
        return -1;
    }
    p->clock_unix_ns = clock_real_ns() - clocks_now() - (uint64_t)(x->offset.ns - x->shift_ns);
    p->clock_error_ns = x->offset.error_ns;
    int rc = part_next(&tests, &s, err);
    if (rc == 0)
        rc = part_sign(p, &s) < 0 ? err_set(err, ERR_RUN, "not enough memory") : merge_add(m, &s, err);
    summary_free(&s);
    part_free(p);
    free(p);
    return rc;
}

static int add_all(struct lead *l, struct merge *m, struct err *err)
{
    int rc = 0;
    for (int r = 0; rc == 0 && r < l->n; r++)
        if (l->ranks[r].state == DONE)
            rc = add(l, m, r, err);
    return rc;
}

static int add_up(struct lead *l, struct buf *out, struct err *err)
{
    struct merge *m = calloc(1, sizeof *m); // too large for a stack
    struct summary *whole = calloc(1, sizeof *whole);
    int rc = err_set(err, ERR_RUN, "not enough memory to add up the ranks");
    if (m && whole) {
        m->partial = true;
        rc = add_all(l, m, err);
        rc = rc == 0 ? merge_end(m, whole, err) : rc;
    }
    if (rc == 0 && pack_summary(whole, out) < 0)
        rc = err_set(err, ERR_RUN, "not enough memory to add up the ranks");
    if (whole)
        summary_free(whole);
    if (m)
        merge_free(m);
    free(whole);
    free(m);
    return rc;
}

static void share(struct lead *l)
{
    struct buf whole = {0};
    struct err err = {0};
    int rc = add_up(l, &whole, &err);
    struct slice said = rc == 0 ? buf_unread(&whole) : slice_of(err.text);
    for (int r = 0; r < l->n; r++)
        if (l->ranks[r].state == DONE) {
            l->ranks[r].state = WAITS;
            l->ranks[r].served = true;
            say(l, r, rc == 0 ? RANKS_WHOLE : RANKS_STOP, l->number, said);
        }
    buf_free(&whole);
}

// Of ranks that are gone. Those that ended by themselves ought to be, once all has ended.
static void tell(struct lead *l)
{
    for (int r = 1; r < l->n; r++) {
        struct rank *x = &l->ranks[r];
        bool over = l->ranks[0].state == GONE && x->ended;
        if (x->state != GONE || x->told || over)
            continue;
        x->told = l->trouble = true;
        fprintf(stderr, "hkv-bench-mpi: rank %d: %s\n", r, x->why);
    }
}

// The own load has ended: so do the others, and what they still say is heard.
static void end_others(struct lead *l)
{
    struct rank *own = &l->ranks[0];
    bool early = !WIFEXITED(l->child->status);
    uint64_t until_ns = clock_ns() + LATE_NS;
    if (early)
        fprintf(stderr, "hkv-bench-mpi: rank 0: %s: nothing can be reported\n", own->why);
    for (int r = 1; early && r < l->n; r++)
        if (l->ranks[r].state != GONE)
            say(l, r, RANKS_STOP, 0, slice_of("the load of rank 0 has ended"));
    while (count(l, GONE) < l->n && clock_ns() < until_ns) {
        look_others(l);
        wire_nap();
    }
}

int lead(struct child *c, int ranks, const struct offset *offsets, const volatile sig_atomic_t *signal)
{
    struct lead l = {.child = c, .n = ranks, .signal = signal};
    l.ranks = calloc((size_t)ranks, sizeof *l.ranks);
    if (!l.ranks)
        return 1;
    for (int r = 0; r < ranks; r++)
        l.ranks[r].offset = offsets[r];
    while (l.ranks[0].state != GONE) {
        gather_ready(&l);
        tell(&l);
        if (l.ranks[0].state == GONE)
            break;
        start(&l);
        gather_parts(&l);
        tell(&l);
        share(&l);
    }
    end_others(&l);
    for (int r = 0; r < ranks; r++)
        buf_free(&l.ranks[r].part);
    free(l.ranks);
    int code = WIFEXITED(c->status) ? WEXITSTATUS(c->status) : 128 + WTERMSIG(c->status);
    return code ? code : l.trouble;
}
