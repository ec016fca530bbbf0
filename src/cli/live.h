// SPDX-License-Identifier: MIT
// The full-screen view of --live: its keys, and what is drawn when. What is in it is for src/view.
#pragma once

#include "run/run.h"
#include "view/panel.h"

struct live_view {
    bool on, log, frozen;
    // Draws what the experiment is beside its test.
    void (*draw)(void *ctx, struct panel *p, const struct glance *g);
    void *ctx;
    const struct stopper *stop;
    struct canvas canvas; // as it was last drawn
};

// Takes the terminal. 0, or -1 with err.
int live_open(struct live_view *v, struct err *err);
void live_close(struct live_view *v);

void live_tick(struct live_view *v, const struct progress *p);

// The view of a plain run.
void live_draw_run(void *ctx, struct panel *p, const struct glance *g);
