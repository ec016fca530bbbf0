// SPDX-License-Identifier: MIT
#include "run/replaying.h"

#include "base/clock.h"
#include "run/worker_rows.h"

#include <math.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>

#define LOOK_NS (50 * NS_PER_US) // how soon a trace that is not read so far is asked again
#define REST_NS NS_PER_S         // for reading what was due and is not sent, at most

// A pace that is not the closed loop's; the trace says when.
void replaying_begin(struct worker *w, const struct deal *deal)
{
    w->pace = (struct pace){
        .gap_ns = 1, .start_ns = (double)w->start_ns, .next_ns = (double)w->start_ns, .deal = *deal};
    prctl(PR_SET_TIMERSLACK, 1); // a due time is not 50 us late by default
}

static enum replay_next fetch(struct worker *w)
{
    struct replaying *r = w->replaying;
    enum replay_next what = r->next ? REPLAY_TAKEN : replay_take(r->from, &r->next);
    if (what == REPLAY_TAKEN)
        w->pace.next_ns = r->timed ? (double)(w->start_ns + r->next->due_ns) : (double)w->now_ns;
    return what;
}

void replaying_next(struct worker *w)
{
    enum replay_next what = w->left ? fetch(w) : REPLAY_OVER;
    if (what == REPLAY_NOT_YET)
        w->pace.next_ns = (double)(clock_ns() + LOOK_NS);
    if (what != REPLAY_OVER)
        return;
    w->left = 0;
    w->pace.next_ns = INFINITY;
}

bool replaying_ready(struct worker *w)
{
    if (!w->replaying->next)
        replaying_next(w);
    return w->replaying->next && pace_due(&w->pace, w->now_ns);
}

void replaying_write(struct worker *w, struct client *c)
{
    struct replaying *r = w->replaying;
    struct replay_entry **held = &r->sent[c - w->clients], *e = r->next;
    free(*held); // it was answered, or its connection is gone
    *held = e;
    r->next = NULL;
    r->commands[e->command]++;
    r->last_due_ns = e->due_ns > r->last_due_ns ? e->due_ns : r->last_due_ns;
    c->laid = NULL;
    c->iov[0] = (struct iovec){e->bytes, e->len};
    c->conn.out = c->iov;
    c->conn.out_n = 1;
    c->conn.asks = 1;
    w->draw.bytes += e->len;
}

// The next one, which may still have to be read.
static bool have_next(struct worker *w, uint64_t until_ns)
{
    enum replay_next what;
    while ((what = fetch(w)) == REPLAY_NOT_YET && clock_ns() < until_ns)
        nanosleep(&(struct timespec){.tv_nsec = LOOK_NS}, NULL);
    return what == REPLAY_TAKEN;
}

void replaying_unsent(struct worker *w, uint64_t requests)
{
    struct replaying *r = w->replaying;
    uint64_t until_ns = w->now_ns < w->deadline_ns ? w->now_ns : w->deadline_ns - 1;
    if (w->deadline_ns == 0 || !r->timed) // nothing began
        return;
    bool leaves = !w->live && !crew_flag(&w->crew->stop) && !crew_flag(&w->crew->halt);
    for (; requests && (r->next || !leaves) && have_next(w, w->now_ns + REST_NS) &&
           pace_due(&w->pace, until_ns);
         requests--) {
        if (!r->next)
            BUG("a request that was taken is there");
        uint64_t due_ns = w->start_ns + r->next->due_ns;
        recorder_unfinished(&w->rec, w->now_ns - due_ns, 1);
        w->rec.counts.unsent++;
        worker_rows_due(w, due_ns, 1);
        r->last_due_ns = r->next->due_ns > r->last_due_ns ? r->next->due_ns : r->last_due_ns;
        free(r->next);
        r->next = NULL;
    }
}
