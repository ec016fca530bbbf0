// SPDX-License-Identifier: MIT
#include "view/live_view.h"

#include "base/terminal.h"
#include "view/panel_run.h"
#include "view/screen.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

int live_view_open(struct live_view *v, struct err *err)
{
    if (screen_open(terminal_paints(), err) < 0)
        return -1;
    v->on = true;
    return 0;
}

void live_view_close(struct live_view *v)
{
    if (v->on)
        screen_close();
    canvas_free(&v->canvas);
    v->on = false;
}

// q is Ctrl-C: what is measured by then is reported.
static void take_keys(struct live_view *v)
{
    for (int key; (key = screen_key());)
        if (key == 'q')
            kill(getpid(), SIGINT);
        else if (key == ' ')
            v->frozen = !v->frozen;
        else if (key == 'l')
            v->log = !v->log;
}

static void draw(struct live_view *v, const struct glance *g)
{
    struct canvas canvas;
    unsigned rows, columns;
    screen_size(&rows, &columns);
    if (canvas_init(&canvas, rows, columns, terminal_utf8()) < 0)
        return;
    struct panel p = {.canvas = &canvas, .log = v->log, .frozen = v->frozen, .left_s = -1};
    v->draw(v->ctx, &p, g);
    canvas_free(&v->canvas);
    v->canvas = canvas;
}

void live_view_tick(struct live_view *v, const struct progress *p, bool ending)
{
    bool was_frozen = v->frozen;
    if (ending) { // the report comes next
        live_view_close(v);
        return;
    }
    take_keys(v);
    if (p->glance && !(was_frozen && v->frozen))
        draw(v, p->glance);
    if (v->canvas.cells)
        screen_show(&v->canvas);
}

void live_view_run(void *ctx, struct panel *p, const struct glance *g)
{
    (void)ctx;
    panel_run(p, g);
}
