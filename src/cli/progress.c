// SPDX-License-Identifier: MIT
#include "cli/progress.h"

#include "base/quote.h"
#include "base/units.h"
#include "experiment/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char *const phases[] = {[PHASE_DIAL] = "connecting",
                                     [PHASE_FILL] = "prefill",
                                     [PHASE_WARMUP] = "warm-up",
                                     [PHASE_MEASURE] = "measuring",
                                     [PHASE_CLEAN] = "cleanup"};

// How much of the phase is done, 0 to 1, or less than 0 where it has no end.
static double done_of(const struct progress *p)
{
    if (p->requests)
        return (double)p->answered / (double)p->requests;
    if (p->lasting_ns)
        return (double)p->elapsed_ns / (double)p->lasting_ns;
    return -1;
}

static void tick_plain(void *ctx, const struct progress *p)
{
    (void)ctx;
    const char *no_color = getenv("NO_COLOR");
    bool plain = no_color && *no_color;
    double elapsed_s = (double)p->elapsed_ns * 1e-9;
    double done = done_of(p);
    char rate[UNITS_TEXT], mean[UNITS_TEXT];
    units_count((uint64_t)p->rps, rate);
    units_count((uint64_t)p->mean_rps, mean);
    fputs(plain ? "\r" : "\r\x1b[1m", stderr);
    quote_terminal(stderr, p->title ? p->title : "idle");
    fprintf(stderr, plain ? ": %s" : "\x1b[0m: %s", phases[p->phase]);
    if (p->mean_rps > 0)
        fprintf(stderr, ", %s req/s (mean %s)", rate, mean);
    if (done > 0)
        fprintf(stderr, ", %.0f%%, %.1f s left", 100 * (done < 1 ? done : 1),
                done < 1 ? elapsed_s * (1 - done) / done : 0.0);
    fprintf(stderr, "\x1b[K");
    fflush(stderr);
}

void progress_trial(void *session, const struct progress *p)
{
    const struct session *s = session;
    fputc('\r', stderr);
    quote_terminal(stderr, p->title ? p->title : "");
    fprintf(stderr, ": %s, %.0f s\x1b[K", s->label, (double)p->elapsed_ns * 1e-9);
    fflush(stderr);
}

struct watcher progress_watcher(void (*tick)(void *ctx, const struct progress *p), void *ctx)
{
    return (struct watcher){.tick = !isatty(STDERR_FILENO) ? NULL : tick ? tick : tick_plain, .ctx = ctx};
}

void progress_clear(const struct watcher *w)
{
    if (w->tick)
        fprintf(stderr, "\r\x1b[K");
}
