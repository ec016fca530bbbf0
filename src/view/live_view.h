// SPDX-License-Identifier: MIT
// The full-screen view of --live: its keys, and what is drawn when. What is in it is for src/view.
#pragma once

#include "base/err.h"
#include "stats/progress.h"
#include "view/panel.h"

struct live_view {
    bool on, log, frozen;
    // Draws what the experiment is beside its test.
    void (*draw)(void *ctx, struct panel *p, const struct glance *g);
    void *ctx;
    struct canvas canvas; // as it was last drawn
};

// Takes the terminal. 0, or -1 with err.
int live_view_open(struct live_view *v, struct err *err);
void live_view_close(struct live_view *v);

// ending: the terminal is given back, for the report comes next.
void live_view_tick(struct live_view *v, const struct progress *p, bool ending);

// The view of a plain run.
void live_view_run(void *ctx, struct panel *p, const struct glance *g);
