// SPDX-License-Identifier: MIT
// Who looks on while an experiment goes on: the live line, or the view of --live in its place; whoever
// scrapes --prometheus;
// --statsd. Changes nothing of what is measured.
#pragma once

#include "cli/options.h"
#include "experiment/session.h"
#include "export/endpoint.h"
#include "export/statsd.h"
#include "view/live_view.h"

// How an experiment is shown.
struct show {
    void (*line)(void *ctx, const struct progress *p);                // on the live line; NULL: nothing
    void (*draw)(void *ctx, struct panel *p, const struct glance *g); // in the view
    void *ctx;
};

struct onlookers {
    struct show show;
    const struct stopper *stop;
    struct live_view live;
    struct metrics metrics;
    bool metered; // there are any
    struct endpoint *endpoint;
    struct statsd statsd;
    uint64_t pushed_ns, linger_ns;
};

// Opens those that the options ask for, and makes them the session's watcher. 0, or -1 with err;
// onlookers_close either way.
int onlookers_open(struct onlookers *o, const struct options *options, const struct show *show,
                   struct session *session, struct err *err);

// All has ended: they get the final figures. Waits for a scrape where there were some before, but not for
// long.
void onlookers_close(struct onlookers *o, struct session *session);
