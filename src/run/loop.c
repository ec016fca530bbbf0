// SPDX-License-Identifier: MIT
#include "run/loop.h"

#include "base/clock.h"
#include "run/answers.h"
#include "run/expire.h"
#include "run/knock.h"
#include "run/link.h"
#include "run/node_lull.h"
#include "run/patience.h"
#include "run/replaying.h"
#include "run/route.h"
#include "run/verify.h"
#include "run/worker_rows.h"

#include <string.h>

#define LAST_READS 4096           // how many events are read at most before a silence is one
#define ASKS_MAX 256              // how many writes at most before the clock and what came are seen
#define STARVED_TICK_NS NS_PER_MS // how long it sleeps at most while no connection is free

// --- asking ---

// Takes n requests from the plan of the open loop, and writes down why they leave after their due time.
static uint64_t take_due(struct worker *w, uint32_t n, uint64_t sent_ns)
{
    uint64_t due_ns = pace_take(&w->pace);
    worker_left_late(w, sent_ns - due_ns, starve_since(&w->starve, due_ns), n);
    worker_rows_due(w, due_ns, n);
    if (w->schedule)
        schedule_add(w->schedule, due_ns - w->start_ns, sent_ns - w->start_ns, n);
    return due_ns;
}

// What was just written for c, and is outstanding, waits for a connection.
static void dial_for(struct worker *w, struct client *c)
{
    c->held_n = c->conn.out_n;
    w->live--;
    if (!link_dial(w, c))
        link_await(w, c);
}

enum asking { ASKING_PLAIN, ASKING_RARELY, ASKING_MIX, ASKING_CHECKED, ASKING_SEEN, ASKING_REPLAY };

void loop_chooses(struct worker *w, bool seen)
{
    w->special = seen || w->mixing || w->verify || w->delivers || w->replaying;
    w->eager = pace_closed(&w->pace) && !w->map && !w->special;
}

// Requests that are looked at as they leave, of any kind.
static void write_seen(struct worker *w, struct client *c, uint32_t n)
{
    if (w->verify)
        verify_write(w, c, n);
    else if (w->mixing)
        client_write_mix(c, w->asks->request.mix, &w->draw, n);
    else
        client_write_rarely(c, &w->asks->request, &w->draw, n);
    spots_look(&w->spots, w->plan, c, &w->draw, n);
    if (w->spots.left)
        return;
    loop_chooses(w, false);
}

// The same for a load of one kind and for others, which are to cost that one nothing. knocks: the client is
// given a connection first.
static inline __attribute__((always_inline)) void ask_as(struct worker *w, struct client *c, uint32_t room,
                                                         const enum asking how, const bool knocks)
{
    bool open = how == ASKING_REPLAY ? w->replaying->timed : !pace_closed(&w->pace);
    uint32_t n = how == ASKING_REPLAY || (open && !w->batch) ? 1 : room;
    if (n > w->left)
        n = (uint32_t)w->left;
    if (how == ASKING_SEEN)
        write_seen(w, c, n);
    else if (how == ASKING_CHECKED)
        verify_write(w, c, n);
    else if (how == ASKING_MIX)
        client_write_mix(c, w->asks->request.mix, &w->draw, n);
    else if (how == ASKING_REPLAY)
        replaying_write(w, c);
    else if (how == ASKING_RARELY)
        client_write_rarely(c, &w->asks->request, &w->draw, n);
    else
        client_write(c, &w->asks->request, &w->draw, n);
    if (!w->outstanding)
        w->quiet_ns = w->now_ns;
    if (!knocks && w->quickack)
        conn_quickack(&c->conn);
    uint64_t sent_ns = clock_ns();
    uint64_t from_ns = !open ? sent_ns : knocks ? knock_due(w, c, n) : take_due(w, n, sent_ns);
    if (!knocks && w->sampler.every)
        sampler_asks(&w->sampler, c, sent_ns);
    struct span asked = {from_ns, sent_ns, n, 0};
    bool mixing = how == ASKING_MIX || ((how == ASKING_CHECKED || how == ASKING_SEEN) && w->mixing);
    client_asked(c, mixing ? mixed_asked(&w->mixed, c, w->ring, &asked) : asked, w->ring);
    w->area_ns -= n * sent_ns;
    w->outstanding += n;
    w->left -= n;
    w->rec.counts.sent += n;
    if (how == ASKING_REPLAY)
        replaying_next(w);
    if (knocks) {
        dial_for(w, c);
        return;
    }
    int rc = w->ops->send(w->io, &c->conn);
    if (rc < 0)
        link_lost(w, c, rc, NULL);
    else if (!w->batch && worker_room(w, c))
        worker_idles(w, c);
}

static void ask(struct worker *w, struct client *c, uint32_t room)
{
    ask_as(w, c, room, ASKING_PLAIN, false);
}

// Whoever gets the message knows by it when it was due.
static void mark_due(struct worker *w)
{
    w->draw.envelope.due_ns = pace_closed(&w->pace) ? clock_ns() : (uint64_t)w->pace.next_ns;
}

static void ask_message(struct worker *w, struct client *c, uint32_t room)
{
    mark_due(w);
    ask_as(w, c, room, ASKING_RARELY, false);
}

// Where the next of the trace is not due, or not there yet, the client waits on.
static void ask_replay(struct worker *w, struct client *c, uint32_t room)
{
    if (replaying_ready(w))
        ask_as(w, c, room, ASKING_REPLAY, false);
    else
        worker_idles(w, c);
}

static void ask_special(struct worker *w, struct client *c, uint32_t room)
{
    if (w->replaying)
        ask_replay(w, c, room);
    else if (w->delivers)
        ask_message(w, c, room);
    else if (w->spots.left)
        ask_as(w, c, room, ASKING_SEEN, false);
    else if (w->verify)
        ask_as(w, c, room, ASKING_CHECKED, false);
    else
        ask_as(w, c, room, ASKING_MIX, false);
}

__attribute__((noinline)) static void knock(struct worker *w, struct client *c, uint32_t room)
{
    if (w->delivers)
        mark_due(w);
    if (w->spots.left)
        ask_as(w, c, room, ASKING_SEEN, true);
    else if (w->verify)
        ask_as(w, c, room, ASKING_CHECKED, true);
    else if (w->mixing)
        ask_as(w, c, room, ASKING_MIX, true);
    else
        ask_as(w, c, room, ASKING_RARELY, true);
}

// A client that may have room: in the closed loop its next request leaves at once, in the open loop it waits
// until one is due.
static void offer(struct worker *w, struct client *c)
{
    uint32_t room = worker_room(w, c);
    if (room && w->left && w->eager)
        ask(w, c, room);
    else if (room)
        worker_idles(w, c);
}

// Asks everything that is due and finds a client with room, the one idle for longest first. What was due
// before the end of the time is asked after it too. Where that is much, some of it: the rest comes in the
// next turn.
static void ask_due(struct worker *w)
{
    if (route_has(w)) {
        route_ask(w, ASKS_MAX);
        return;
    }
    uint64_t until_ns = w->now_ns < w->deadline_ns ? w->now_ns : w->deadline_ns - 1;
    for (unsigned n = 0; n < ASKS_MAX && w->left && w->idle && pace_due(&w->pace, until_ns); n++) {
        struct client *c = worker_wakes(w, w->nodes.at);
        uint32_t room = worker_room(w, c);
        if (c->state == CLIENT_READY && room)
            w->special ? ask_special(w, c, room) : ask(w, c, room);
        else if (c->state == CLIENT_SHUT)
            knock(w, c, room);
    }
}

static void dispatch(struct worker *w, struct io_event *ev)
{
    struct client *c = ev->owner;
    switch (ev->kind) {
    case IO_OPEN:
        link_opened(w, c, ev);
        break;
    case IO_DATA:
        if (answers_take(w, c, ev))
            offer(w, c);
        break;
    case IO_SENT:
        if (c->state == CLIENT_READY)
            offer(w, c);
        break;
    case IO_CLOSED:
        link_lost(w, c, ev->error, ev->why);
        break;
    }
}

// --- the loop ---

// Until the next look or shortly before the next due time.
static uint64_t wait_of(struct worker *w)
{
    uint64_t until_ns = w->awaited_ns, by_ns = until_ns < w->deadline_ns ? until_ns : w->deadline_ns;
    if (w->left && w->idle && !pace_closed(&w->pace) && w->pace.next_ns < (double)by_ns)
        return nap_before(&w->nap, w->now_ns, (uint64_t)w->pace.next_ns);
    return until_ns > w->now_ns ? until_ns - w->now_ns : 0;
}

// In the open loop with no connection free: polls before it sleeps, so that only the time in which there was
// nothing to read counts as waiting for a connection, and sleeps little at a time, so that time in which this
// program was stopped does not.
static int reap_starved(struct worker *w, uint64_t timeout_ns, struct io_event *ev)
{
    int rc = w->ops->reap(w->io, 0, ev);
    if (rc != 0)
        return rc;
    uint64_t from_ns = clock_ns(), most_ns = timeout_ns < STARVED_TICK_NS ? timeout_ns : STARVED_TICK_NS;
    rc = w->ops->reap(w->io, most_ns, ev);
    uint64_t took_ns = clock_ns() - from_ns;
    bool none = !w->live && took_ns < PATIENCE_PAUSE_NS; // where none stands, it cannot have been the client
    starve_add(&w->starve, from_ns, from_ns + (took_ns < most_ns || none ? took_ns : most_ns));
    return rc;
}

int loop_step(struct worker *w, uint64_t timeout_ns)
{
    struct io_event ev;
    bool starved = !pace_closed(&w->pace) && w->left && !w->idle;
    int rc = starved ? reap_starved(w, timeout_ns, &ev) : w->ops->reap(w->io, timeout_ns, &ev);
    if (rc < 0)
        return err_set(&w->err, ERR_RUN, "waiting for the network failed: %s", strerror(-rc));
    w->now_ns = rc > 0 && ev.at_ns ? ev.at_ns : clock_ns();
    if (!pace_closed(&w->pace))
        nap_over(&w->nap, w->now_ns, rc == 0);
    if (rc > 0)
        dispatch(w, &ev);
    return rc;
}

// Whether it still is so once what has come by now was read: an answer may lie behind much that is none.
static bool still(struct worker *w, bool (*late)(struct worker *w))
{
    bool came = true;
    for (unsigned n = 0; came && n < LAST_READS + w->clients_n && late(w); n++)
        came = loop_step(w, 0) > 0;
    return late(w);
}

// A pause is nobody's silence.
static void note_pause(struct worker *w)
{
    uint64_t late_ns = patience_pause(w);
    if (!late_ns)
        return;
    w->expiry.woke_ns = w->now_ns;
    w->pauses++;
    w->paused_ns += late_ns;
    w->quiet_ns = w->quiet_ns + late_ns < w->now_ns ? w->quiet_ns + late_ns : w->now_ns;
    w->served_ns = w->served_ns + late_ns < w->now_ns ? w->served_ns + late_ns : w->now_ns;
    w->heard_ns = w->heard_ns + late_ns < w->now_ns ? w->heard_ns + late_ns : w->now_ns;
    if (w->map)
        node_lull_paused(w, late_ns);
    if (w->now_ns > w->deadline_ns)
        w->excused_ns += late_ns;
}

// Whether nothing more is to be asked, though requests are left by count.
static bool time_is_up(const struct worker *w)
{
    if (crew_flag(&w->crew->halt) || crew_flag(&w->crew->enough))
        return true;
    bool owes = w->drains && !pace_closed(&w->pace) && w->pace.next_ns < (double)w->deadline_ns;
    return w->now_ns >= w->deadline_ns && !owes;
}

// What need not be seen at each request: the end of the time, the crew's flags, silence. False when the phase
// is over.
static bool look(struct worker *w)
{
    note_pause(w);
    sampler_look(&w->sampler);
    atomic_store_explicit(&w->answered_ns, w->now_ns, memory_order_relaxed);
    atomic_store_explicit(&w->answered, counts_answered(&w->rec.counts), memory_order_relaxed);
    if (time_is_up(w)) {
        w->left = 0;
        route_drop(w);
    }
    if (route_has(w))
        route_look(w);
    uint64_t since_ns = w->now_ns > w->start_ns ? w->now_ns - w->start_ns : 0;
    w->mixing ? mixed_at(&w->mixed, since_ns) : keydist_at(&w->draw.keys, since_ns);
    if (spots_due(&w->spots, since_ns))
        loop_chooses(w, true);
    w->stalled = w->deadline_ns == UINT64_MAX ? still(w, patience_ended) : patience_ended(w);
    w->overrun = w->stalled && w->now_ns - w->quiet_ns < w->plan->conf->grace_ns;
    if (w->stalled && !w->overrun)
        link_give_up(w);
    if (w->expiry.at_ns <= w->now_ns && still(w, expire_due))
        expire_all(w);
    if (w->opening)
        link_redial(w);
    worker_rows_mark(w);
    w->look_ns = w->now_ns + LOOP_TICK_NS;
    if (w->opening && w->redial_ns < w->look_ns)
        w->look_ns = w->redial_ns;
    if (w->left && w->deadline_ns < w->look_ns)
        w->look_ns = w->deadline_ns;
    if (w->expiry.at_ns < w->look_ns)
        w->look_ns = w->expiry.at_ns;
    if (w->edge_ns < w->look_ns)
        w->look_ns = w->edge_ns;
    w->awaited_ns = w->look_ns > w->now_ns ? w->look_ns : w->now_ns + LOOP_TICK_NS;
    return !crew_flag(&w->crew->stop) && !w->stalled && patience_links(w);
}

void loop_run(struct worker *w)
{
    w->awaited_ns = w->now_ns;
    bool on = look(w);
    ask_due(w);
    while (on && (w->left || w->outstanding || w->queued || patience_between(w))) {
        on = loop_step(w, wait_of(w)) >= 0 && (w->now_ns < w->look_ns || look(w));
        if (w->idle)
            ask_due(w);
    }
}
