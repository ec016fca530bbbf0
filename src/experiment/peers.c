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
#include <time.h>
#include <unistd.h>

#define PATIENCE_MS 3000 // after a signal, for what the launcher still has to say

static struct channel channel = {.fd = -1};
static struct peers self;
static uint64_t began_ns, agreed_ns;

struct peers peers_find(void)
{
    const char *text = getenv(RANKS_VARIABLE);
    int fd;
    if (self.any || !text || sscanf(text, "%d %u %u", &fd, &self.rank, &self.ranks) != 3)
        return self;
    channel.fd = fd;
    began_ns = clock_ns();
    self.any = true;
    prctl(PR_SET_PDEATHSIG, SIGTERM); // no load goes on without its launcher
    return self;
}

// The launcher's next word. 0, or -1 with err.
static int hear(struct message *m, struct stopper *stop, struct err *err)
{
    int rc = channel_receive(&channel, m, stop->fd, -1);
    if (rc == 0)
        rc = channel_receive(&channel, m, -1, PATIENCE_MS);
    if (rc == 1 && m->type != RANKS_STOP)
        return 0;
    if (rc == 1)
        return err_set(err, ERR_RUN, "%.*s", (int)(m->bytes.len < 400 ? m->bytes.len : 400), m->bytes.at);
    m->type = 0;
    return err_set(err, ERR_RUN, "the launcher of this rank is gone");
}

int peers_ready(void *ctx, struct stopper *stop, struct err *err)
{
    struct message m;
    (void)ctx;
    if (channel_send(&channel, RANKS_READY, 0, slice_of("")) < 0)
        return err_set(err, ERR_RUN, "the launcher of this rank is gone");
    int rc = channel_receive(&channel, &m, stop->fd, -1);
    if (rc == 0) // a signal
        return 0;
    if (rc < 0 || m.type != RANKS_GO)
        return err_set(err, ERR_RUN, "the launcher of this rank is gone");
    struct timespec at = {.tv_sec = (time_t)(m.number / NS_PER_S), .tv_nsec = (long)(m.number % NS_PER_S)};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
    return 0;
}

static struct part *part_of(const struct summary *s)
{
    struct part *p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    *p = (struct part){.part = self.rank, .parts = self.ranks, .first_worker = s->first_worker, .ntests = 1};
    snprintf(p->version, sizeof p->version, "%s%s%s", build.version, build.git[0] ? " " : "", build.git);
    gethostname(p->host.name, sizeof p->host.name - 1);
    return p;
}

static int gone(struct err *err)
{
    return err_set(err, ERR_RUN, "the launcher of this rank is gone");
}

static int tell(const struct part *p, const struct summary *s, struct err *err)
{
    struct buf bytes = {0};
    int rc = part_pack(p, s, &bytes);
    if (rc == 0)
        rc = channel_send(&channel, RANKS_PART, clock_ns() - began_ns, buf_unread(&bytes));
    buf_free(&bytes);
    return rc == 0 ? 0 : gone(err);
}

static int take_whole(const struct message *m, struct summary *s, struct err *err)
{
    struct summary whole;
    agreed_ns = m->number;
    if (pack_read(&whole, m->bytes, err) < 0)
        return -1;
    summary_free(s);
    *s = whole;
    return 0;
}

// Where the launcher is gone, rank 0 reports what it has itself.
int peers_joined(void *ctx, struct summary *s, struct stopper *stop, struct err *err)
{
    struct message m = {.type = RANKS_GO};
    struct part *p = part_of(s);
    (void)ctx;
    if (!p)
        return err_set(err, ERR_RUN, "not enough memory to tell of this rank");
    int rc = tell(p, s, err);
    while (rc == 0 && m.type == RANKS_GO) // which may have come too late for a test that was ended
        rc = hear(&m, stop, err);
    bool alone = rc < 0 && m.type != RANKS_STOP && self.rank == 0;
    if (rc == 0)
        rc = take_whole(&m, s, err);
    else if (alone)
        rc = part_sign(p, s) == 0 && freeze_summary(s) == 0 ? 0 : -1;
    part_free(p);
    free(p);
    return rc;
}

bool peers_time(uint64_t *ns)
{
    *ns = agreed_ns;
    return self.any;
}
