// SPDX-License-Identifier: MIT
#include "cli/onlookers.h"

#include "base/clock.h"
#include "cli/progress.h"

#include <unistd.h>

#define LOOPBACK "127.0.0.1"
#define LOOK_MS 20

// --- while it goes on ---

static void tick(void *ctx, const struct progress *p)
{
    struct onlookers *o = ctx;
    if (o->live.on)
        live_view_tick(&o->live, p, o->stop->signal);
    else if (o->show.line)
        o->show.line(o->show.ctx, p);
    if (!o->metered || !p->glance)
        return;
    metrics_tick(&o->metrics, p->glance);
    uint64_t now_ns = clock_ns();
    if (o->statsd.fd < 0 || now_ns - o->pushed_ns < NS_PER_S)
        return;
    statsd_push(&o->statsd, &o->metrics);
    o->pushed_ns = now_ns;
}

static void ended(void *ctx, const char *target, const struct summary *s)
{
    struct onlookers *o = ctx;
    metrics_ended(&o->metrics, target, s);
}

// --- opening ---

static int open_endpoint(struct onlookers *o, const char *text, struct session *session, struct err *err)
{
    struct where at;
    char where[WHERE_TEXT];
    if (!text)
        return 0;
    if (where_parse(&at, "--prometheus", text, LOOPBACK, err) < 0 ||
        endpoint_open(&o->endpoint, &o->metrics, &at, err) < 0)
        return -1;
    outcome_say(&session->outcome, "metrics at http://%s/metrics", where_text(&at, where));
    return 0;
}

static int open_statsd(struct onlookers *o, const char *text, struct err *err)
{
    struct where to;
    if (!text)
        return 0;
    return where_parse(&to, "--statsd", text, NULL, err) < 0 ? -1 : statsd_open(&o->statsd, &to, err);
}

static int open_metrics(struct onlookers *o, const struct options *options, struct session *session,
                        struct err *err)
{
    o->linger_ns = options->linger_ns;
    if (!options->scrape && !options->statsd)
        return 0;
    if (metrics_init(&o->metrics) < 0)
        return err_set(err, ERR_RUN, "not enough memory for live metrics");
    o->metered = true;
    return open_endpoint(o, options->scrape, session, err) < 0 ? -1 : open_statsd(o, options->statsd, err);
}

int onlookers_open(struct onlookers *o, const struct options *options, const struct show *show,
                   struct session *session, struct err *err)
{
    struct watcher w = progress_watcher(tick, o);
    bool alone = !w.joined, terminal = w.tick; // of several processes, none sees the whole
    *o = (struct onlookers){.show = *show, .stop = &session->stop, .statsd.fd = -1};
    o->live = (struct live_view){.draw = show->draw, .ctx = show->ctx};
    if (!terminal)
        o->show.line = NULL;
    if (alone && open_metrics(o, options, session, err) < 0)
        return -1;
    if (alone && options->live && live_view_open(&o->live, err) < 0)
        return -1;
    if (alone)
        w.tick = o->show.line || o->live.on || o->metered ? tick : NULL;
    w.ended = o->metered ? ended : NULL;
    w.closely = o->live.on || o->metered;
    session->watch = w;
    return 0;
}

// --- closing ---

static void linger(const struct onlookers *o, const struct session *session)
{
    uint64_t until_ns = clock_ns() + o->linger_ns;
    while (endpoint_scrapes(o->endpoint) && !endpoint_finals(o->endpoint) && clock_ns() < until_ns &&
           !session->stop.signal)
        stopper_wait(&session->stop, -1, LOOK_MS);
}

void onlookers_close(struct onlookers *o, struct session *session)
{
    live_view_close(&o->live);
    if (!o->metered)
        return;
    if (o->statsd.fd >= 0) {
        statsd_push(&o->statsd, &o->metrics);
        statsd_close(&o->statsd);
    }
    metrics_settle(&o->metrics, &session->facts);
    if (o->endpoint) {
        endpoint_settle(o->endpoint);
        linger(o, session);
        endpoint_close(o->endpoint);
    }
    metrics_free(&o->metrics);
    o->metered = false;
}
