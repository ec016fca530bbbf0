// SPDX-License-Identifier: MIT
#include "cli/replay_options.h"

#include "base/units.h"
#include "cli/command_options.h"
#include "option/opt.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

// What a trace says itself, or takes no part in.
static const char *refused(const struct options_words *w)
{
    const struct options *o = &w->o;
    const struct run_conf *run = &o->run;
    const char *asked = command_options_asked(w);
    return asked                  ? asked
           : w->queue             ? "--queue"
           : w->pubsub            ? "--pubsub"
           : run->cluster         ? "--cluster"
           : run->prefill         ? "--prefill"
           : o->prefill_only      ? "--prefill-only"
           : o->cleanup           ? "--cleanup"
           : run->verify          ? "--verify"
           : run->retries         ? "--retry"
           : run->warmup_ns       ? "--warmup"
           : run->rate > 0        ? "--rate (--replay-speed scales the trace's own times)"
           : w->rps > 0           ? "--rps (--replay-speed scales the trace's own times)"
           : run->pipeline > 1    ? "-P (give more connections with -c)"
           : run->until_error > 0 ? "--until-precise"
                                  : NULL;
}

static int read_speed(const char *text, double *out, struct err *err)
{
    char quoted[40];
    *out = 0;
    if (strcmp(text, "max") == 0)
        return 0;
    const char *end = units_decimal(text, out);
    if (end && *out >= 1e-6 && *out <= 1e6 && (*end == 0 || strcmp(end, "x") == 0))
        return 0;
    return err_set(err, ERR_USAGE, "--replay-speed: expected a factor such as 2x or 0.5x, or max, got '%s'",
                   slice_quote(slice_of(text), quoted, sizeof quoted));
}

static int check_file(const char *path, struct err *err)
{
    char quoted[128];
    if (strcmp(path, "-") == 0 || access(path, R_OK) == 0)
        return 0;
    return err_set(err, ERR_USAGE, "--replay: cannot read %s: %s",
                   slice_quote(slice_of(path), quoted, sizeof quoted), strerror(errno));
}

int replay_options_settle(struct options_words *w, struct err *err)
{
    struct run_conf *run = &w->o.run;
    bool speed = opt_given(&options_table, &w->o, "--replay-speed");
    if (!run->replay.path && (speed || run->replay.admin))
        return err_set(err, ERR_USAGE, "%s needs a trace: add --replay FILE",
                       speed ? "--replay-speed" : "--replay-allow-admin");
    if (!run->replay.path)
        return 0;
    const char *wrong = refused(w);
    if (wrong)
        return err_set(err, ERR_USAGE, "--replay sends what the trace says: leave out %s", wrong);
    if (w->o.loop && strcmp(run->replay.path, "-") == 0)
        return err_set(err, ERR_USAGE, "-l repeats a trace, and standard input comes once: give a file");
    if (read_speed(w->replay_speed, &run->replay.speed, err) < 0)
        return -1;
    return check_file(run->replay.path, err);
}

int replay_options_none(const struct options *o, const char *name, struct err *err)
{
    return o->run.replay.path
               ? err_set(err, ERR_USAGE, "--replay is for a plain run: leave it out of %s", name)
               : 0;
}
