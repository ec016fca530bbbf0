// SPDX-License-Identifier: MIT
#include "mpi/lead.h"

#include "base/clock.h"
#include "base/ranks.h"
#include "mpi/kept.h"
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
#define END_NS (5 * NS_PER_S)     // after the end of rank 0's load, for that of the others
#define LATE_NS (700 * NS_PER_MS) // after a signal, for what ranks still have to say: mpirun kills after 1 s

enum state { WAITS, MEETS, READY, RUNS, DONE, GONE };

struct rank {
    enum state state;
    struct offset offset;
    struct buf part;  // packed
    int64_t shift_ns; // what the rank's clock shows more than that of its load: a test's
    bool light;       // it only measures
    char why[256];    // it is gone
    bool told;
    bool served; // it had the result of all
    bool ended;  // and then ended by itself
    bool lost;   // the rank is gone too, not its load alone
    int status;  // of its load, as of waitpid
};

struct lead {
    struct child *child;
    struct side *side;
    struct rank *ranks;
    int n;
    uint64_t number;       // the time of rank 0's load, for all
    struct buf said;       // what failed there where all meet; "": nothing
    uint64_t signalled_ns; // 0: not
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
    struct rank *x = &l->ranks[r];
    if (m->type == RANKS_READY)
        x->state = READY;
    else if (m->type == RANKS_MEET)
        x->state = MEETS;
    else if (m->type == RANKS_PART)
        keep(l, r, m);
    else if (m->type == WIRE_GONE)
        lose(l, r, m->bytes);
    x->light = m->type == RANKS_READY ? m->number != 0 : x->light;
    x->status = m->type == WIRE_GONE ? (int)m->number : x->status;
    x->ended = m->type == WIRE_GONE && x->served && WIFEXITED(x->status);
    x->served &= m->type == WIRE_GONE;
}

// What it says that only rank 0 can say.
static void hear_own(struct lead *l, const struct message *m)
{
    if (m->type == RANKS_PART || m->type == RANKS_MEET)
        l->number = m->number;
    if (m->type != RANKS_MEET)
        return;
    l->said.head = l->said.len = 0;
    if (buf_append(&l->said, m->bytes.at, m->bytes.len) < 0)
        l->said.len = 0;
}

// The sum of the others, for the live line of all.
static void answer_live(struct lead *l, const struct message *m)
{
    struct ranks_live own = {0}, sum;
    if (m->bytes.len == sizeof own)
        memcpy(&own, m->bytes.at, sizeof own);
    sum = side_sum(l->side, own.phase);
    channel_send(&l->child->channel, RANKS_LIVE, 0, (struct slice){(const char *)&sum, sizeof sum});
}

// The own load's next message, for so long.
static void look_own(struct lead *l, int timeout_ms)
{
    struct message m;
    char why[256] = "";
    int rc = channel_receive(&l->child->channel, &m, -1, timeout_ms);
    if (rc == 1 && m.type == RANKS_LIVE) {
        answer_live(l, &m);
    } else if (rc == 1) {
        hear_own(l, &m);
        take(l, 0, &m);
    } else if (rc < 0) {
        child_end(l->child, why, sizeof why);
        lose(l, 0, slice_of(why));
        l->ranks[0].status = l->child->status;
    }
}

static void look_others(struct lead *l)
{
    struct message m;
    struct buf bytes = {0};
    int from;
    while (wire_poll(-1, &m, &bytes, &from))
        take(l, from, &m);
    for (int r = 1; r < l->n; r++)
        while (!side_look(l->side, r) && wire_poll(r, &m, &bytes, &from)) // its last words
            take(l, r, &m);
    buf_free(&bytes);
    for (int r = 1; r < l->n; r++) {
        struct rank *x = &l->ranks[r];
        if (x->lost || side_look(l->side, r))
            continue;
        x->lost = true;
        if (x->state != GONE)
            lose(l, r, slice_of("it is gone, and with it what it measured"));
    }
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

// All wait where something was done once for all: they learn how that went.
static void let_go(struct lead *l)
{
    for (int r = 0; r < l->n; r++)
        if (l->ranks[r].state == MEETS) {
            l->ranks[r].state = WAITS;
            say(l, r, RANKS_MEET, l->number, buf_unread(&l->said));
        }
}

static void gather_ready(struct lead *l)
{
    while (count(l, WAITS) && l->ranks[0].state != GONE) {
        look_own(l, 1);
        look_others(l);
        give_up_late(l, WAITS);
        if (!count(l, WAITS) && l->ranks[0].state != GONE)
            let_go(l);
    }
}

static void start(struct lead *l)
{
    uint64_t at_ns = clocks_now() + MARGIN_NS + MARGIN_EACH_NS * (uint64_t)l->n;
    side_forget(l->side);
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
    if (rc == 0) {
        kept_write(p, &s, r);
        rc = part_sign(p, &s) < 0 ? err_set(err, ERR_RUN, "not enough memory") : merge_add(m, &s, err);
    }
    summary_free(&s);
    part_free(p);
    free(p);
    return rc;
}

static int add_all(struct lead *l, struct merge *m, bool light, struct err *err)
{
    int rc = 0;
    for (int r = 0; rc == 0 && r < l->n; r++)
        if (l->ranks[r].state == DONE && l->ranks[r].light == light)
            rc = add(l, m, r, err);
    return rc;
}

// light: of those that only measure.
static int add_up(struct lead *l, bool light, struct buf *out, struct err *err)
{
    struct merge *m = calloc(1, sizeof *m); // too large for a stack
    struct summary *whole = calloc(1, sizeof *whole);
    int rc = err_set(err, ERR_RUN, "not enough memory to add up the ranks");
    if (m && whole) {
        m->partial = true;
        rc = add_all(l, m, light, err);
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

// Only rank 0 reports what they had.
static void share_light(struct lead *l)
{
    struct buf whole = {0};
    struct err err = {0};
    bool any = false;
    for (int r = 0; r < l->n; r++)
        any |= l->ranks[r].light && l->ranks[r].state == DONE;
    if (any && l->ranks[0].state == DONE && add_up(l, true, &whole, &err) == 0)
        say(l, 0, RANKS_LIGHT, 0, buf_unread(&whole));
    else if (any)
        fprintf(stderr, "hkv-bench-mpi: of the ranks that only measure: %s\n", err.text);
    buf_free(&whole);
}

static void share(struct lead *l)
{
    struct buf whole = {0};
    struct err err = {0};
    share_light(l);
    int rc = add_up(l, false, &whole, &err);
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
        bool all = l->ranks[0].state == GONE, over = all && x->ended;
        bool alike = all && !x->lost && x->status == l->ranks[0].status; // which rank 0 said already
        if (x->state != GONE || x->told || over || alike)
            continue;
        x->told = l->trouble = true;
        fprintf(stderr, "hkv-bench-mpi: rank %d: %s\n", r, x->why);
    }
}

// Those that still wait for it.
static void stop_waiting(struct lead *l)
{
    for (int r = 1; r < l->n; r++) {
        enum state is = l->ranks[r].state;
        if (is != MEETS && is != READY && is != DONE)
            continue;
        l->ranks[r].state = WAITS;
        say(l, r, RANKS_STOP, 0, slice_of("the load of rank 0 has ended"));
    }
}

// The own load has ended: so do the others, and what they still say is heard.
static void end_others(struct lead *l)
{
    bool killed = !WIFEXITED(l->child->status);
    uint64_t until_ns = clock_ns() + (*l->signal ? LATE_NS : END_NS);
    if (killed)
        fprintf(stderr, "hkv-bench-mpi: rank 0: %s: nothing can be reported\n", l->ranks[0].why);
    while (count(l, GONE) < l->n && clock_ns() < until_ns) {
        stop_waiting(l);
        look_others(l);
        wire_nap();
    }
}

// Those that cannot take part in an end that all have to take part in.
static int missing_of(const struct lead *l)
{
    int n = 0;
    for (int r = 1; r < l->n; r++)
        n += l->ranks[r].lost;
    return n;
}

int lead(const struct crew *crew, int *missing)
{
    int ranks = crew->side->ranks;
    struct child *c = crew->child;
    struct lead l = {.child = c, .side = crew->side, .n = ranks, .signal = crew->signal};
    l.ranks = calloc((size_t)ranks, sizeof *l.ranks);
    if (!l.ranks)
        return 1;
    for (int r = 0; r < ranks; r++)
        l.ranks[r].offset = crew->offsets[r];
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
    *missing = missing_of(&l);
    for (int r = 1; r < ranks; r++)
        if (!l.ranks[r].lost)
            wire_send(r, WIRE_END, (uint64_t)*missing, slice_of(""));
    free(l.ranks);
    buf_free(&l.said);
    int code = WIFEXITED(c->status) ? WEXITSTATUS(c->status) : 128 + WTERMSIG(c->status);
    return code ? code : l.trouble;
}
