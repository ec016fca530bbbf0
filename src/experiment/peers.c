// SPDX-License-Identifier: MIT
#include "experiment/peers.h"

#include "base/build.h"
#include "base/channel.h"
#include "base/clock.h"
#include "base/ranks.h"
#include "stats/freeze.h"
#include "stats/pack.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define PATIENCE_MS 3000 // after a signal, for what the launcher still has to say

static struct channel channel = {.fd = -1};
static struct peers self;
static bool left;
static uint64_t agreed_ns;
static int live_fd = -1;
static struct ranks_live others;
static struct summary *light; // of the test that ends

struct peers peers_find(void)
{
    const char *text = getenv(RANKS_VARIABLE);
    int fd, live;
    if (self.any || !text || sscanf(text, "%d %u %u %d", &fd, &self.rank, &self.ranks, &live) != 4)
        return self;
    channel.fd = fd;
    live_fd = live;
    self.live = live >= 0;
    self.part = self.rank;
    self.parts = self.ranks;
    self.any = true;
    agreed_ns = 1;
    prctl(PR_SET_PDEATHSIG, SIGTERM); // no load goes on without its launcher
    return self;
}

void peers_split(unsigned measuring)
{
    unsigned loading = self.ranks - measuring;
    self.measures = self.rank >= loading;
    self.part = self.measures ? self.rank - loading : self.rank;
    self.parts = self.measures ? measuring : loading;
}

static int gone(struct err *err)
{
    return err_set(err, ERR_RUN, "the launcher of this rank is gone");
}

static void take_live(const struct message *m)
{
    if (m->type == RANKS_LIVE && m->bytes.len == sizeof others)
        memcpy(&others, m->bytes.at, sizeof others);
}

// The launcher's next word but for those of the live line, as channel_receive.
static int next(struct message *m, int stop_fd, int timeout_ms)
{
    int rc;
    do {
        rc = channel_receive(&channel, m, stop_fd, timeout_ms);
        if (rc == 1)
            take_live(m);
    } while (rc == 1 && m->type == RANKS_LIVE);
    return rc;
}

// The same, also a while after a signal. 0, or -1 with err.
static int hear(struct message *m, struct stopper *stop, struct err *err)
{
    int rc = next(m, stop->fd, -1);
    if (rc == 0)
        rc = next(m, -1, PATIENCE_MS);
    if (rc == 1 && m->type != RANKS_STOP)
        return 0;
    if (rc == 1)
        return err_set(err, ERR_RUN, "%.*s", (int)(m->bytes.len < 400 ? m->bytes.len : 400), m->bytes.at);
    m->type = 0;
    return gone(err);
}

int peers_ready(void *ctx, struct stopper *stop, uint64_t *at_ns, struct err *err)
{
    struct message m;
    (void)ctx;
    if (channel_send(&channel, RANKS_READY, self.measures, slice_of("")) < 0)
        return gone(err);
    int rc = next(&m, stop->fd, -1);
    if (rc == 0) // a signal
        return 0;
    if (rc == 1 && m.type == RANKS_STOP)
        return err_set(err, ERR_RUN, "%.*s", (int)(m.bytes.len < 400 ? m.bytes.len : 400), m.bytes.at);
    if (rc < 0 || m.type != RANKS_GO)
        return gone(err);
    *at_ns = m.number;
    return 0;
}

static struct part *part_of(const struct summary *s)
{
    struct part *p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    *p = (struct part){.part = self.part, .parts = self.parts, .first_worker = s->first_worker, .ntests = 1};
    snprintf(p->version, sizeof p->version, "%s%s%s", build.version, build.git[0] ? " " : "", build.git);
    gethostname(p->host.name, sizeof p->host.name - 1);
    return p;
}

static int tell(const struct part *p, const struct summary *s, struct err *err)
{
    struct buf bytes = {0};
    int rc = part_pack(p, s, &bytes);
    if (rc == 0)
        rc = channel_send(&channel, RANKS_PART, clock_ns(), buf_unread(&bytes));
    buf_free(&bytes);
    return rc == 0 ? 0 : gone(err);
}

static int take_light(const struct message *m, struct err *err)
{
    if (light)
        summary_free(light);
    light = light ? light : calloc(1, sizeof *light);
    return light ? pack_read(light, m->bytes, err) : err_set(err, ERR_RUN, "not enough memory for a result");
}

static int take_whole(const struct message *m, struct summary *s, struct err *err)
{
    struct summary whole;
    agreed_ns = m->number;
    if (pack_read(&whole, m->bytes, err) < 0)
        return -1;
    summary_free(s);
    *s = whole;
    s->light = light;
    light = NULL;
    return s->light && freeze_summary(s) < 0 ? err_set(err, ERR_RUN, "not enough memory for a result") : 0;
}

// Until it comes; what may have come too late for a test that was ended is passed over.
static int await_whole(struct message *m, struct stopper *stop, struct err *err)
{
    int rc = 0;
    while (rc == 0 && m->type != RANKS_WHOLE) {
        rc = hear(m, stop, err);
        if (rc == 0 && m->type == RANKS_LIGHT)
            rc = take_light(m, err);
    }
    return rc;
}

// Where the launcher is gone, rank 0 reports what it has itself.
int peers_joined(void *ctx, struct summary *s, struct stopper *stop, struct err *err)
{
    struct message m = {0};
    struct part *p = part_of(s);
    (void)ctx;
    if (!p)
        return err_set(err, ERR_RUN, "not enough memory to tell of this rank");
    int rc = tell(p, s, err);
    if (rc == 0)
        rc = await_whole(&m, stop, err);
    bool alone = rc < 0 && m.type != RANKS_STOP && self.rank == 0;
    if (rc == 0)
        rc = take_whole(&m, s, err);
    else if (alone)
        rc = part_sign(p, s) == 0 && freeze_summary(s) == 0 ? 0 : -1;
    part_free(p);
    free(p);
    return rc;
}

void peers_leave(void)
{
    left = self.any;
}

int peers_check(struct err *err)
{
    return left ? err_set(err, ERR_RUN, "a test before could not be held by this rank") : 0;
}

bool peers_lead(void)
{
    return self.rank == 0;
}

static int fail(const struct err *failed, struct err *err)
{
    *err = failed->code ? *failed : *err;
    return failed->code ? -1 : 0;
}

int peers_meet(const struct err *failed, struct stopper *stop, struct err *err)
{
    struct message m = {0};
    int rc = 0;
    if (!self.any)
        return fail(failed, err);
    if (peers_check(err) < 0 ||
        channel_send(&channel, RANKS_MEET, clock_ns(), slice_of(failed->code ? failed->text : "")) < 0)
        return left ? -1 : gone(err);
    while (rc == 0 && m.type != RANKS_MEET)
        rc = hear(&m, stop, err);
    if (rc < 0)
        return -1;
    agreed_ns = m.number;
    if (failed->code || m.bytes.len == 0)
        return fail(failed, err);
    return err_set(err, ERR_RUN, "%.*s", (int)(m.bytes.len < 400 ? m.bytes.len : 400), m.bytes.at);
}

uint64_t peers_clock(void)
{
    return self.any ? agreed_ns : clock_ns();
}

// --- the live line ---

static struct ranks_live told(const struct progress *p)
{
    return (struct ranks_live){p->phase, p->answered, p->live.errors, p->requests, p->rps, p->mean_rps};
}

// Whoever cannot take it has none of it: nothing here waits.
void peers_tell_live(void *ctx, const struct progress *p)
{
    struct ranks_live mine = told(p);
    (void)ctx;
    if (live_fd >= 0 && send(live_fd, &mine, sizeof mine, MSG_DONTWAIT | MSG_NOSIGNAL) != sizeof mine)
        live_fd = -1;
}

// What comes now answers what was asked at the last look.
void peers_add_live(struct progress *p)
{
    struct ranks_live mine = told(p);
    struct message m;
    channel_send(&channel, RANKS_LIVE, 0, (struct slice){(const char *)&mine, sizeof mine});
    while (channel_receive(&channel, &m, -1, 0) == 1)
        take_live(&m);
    p->live = (struct live){0}; // quantiles of one rank are not those of all
    p->live.errors = mine.errors;
    if (others.phase != mine.phase)
        return;
    p->live.errors += others.errors;
    p->answered += others.answered;
    p->requests += others.requests;
    p->rps += others.rps;
    p->mean_rps += others.mean_rps;
}
