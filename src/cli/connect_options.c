// SPDX-License-Identifier: MIT
#include "cli/connect_options.h"

int connect_options_renewal(const struct run_conf *run, struct err *err)
{
    bool batches = run->pipeline_mode == PIPELINE_BATCH;
    if (run->rate > 0 && run_conf_stuck(run))
        return err_set(
            err, ERR_USAGE,
            "an open loop (--rate, --rps) of a cluster needs connections that stay open: leave out "
            "-k 0, or give --reconnect-every");
    if (run->reconnect_every && !run->keepalive)
        return err_set(
            err, ERR_USAGE,
            "-k 0 opens a new connection for each batch, --reconnect-every after several: leave out "
            "one of them");
    if (batches && run->reconnect_every % run->pipeline)
        return err_set(err, ERR_USAGE,
                       "--reconnect-every: expected a multiple of -P, whose %u requests leave together, got "
                       "%llu (or give --pipeline-mode window)",
                       run->pipeline, (unsigned long long)run->reconnect_every);
    return 0;
}

// Nothing is asked: what says what to ask, or how, has no sense.
static const char *more_than_connecting(const struct options_words *w)
{
    const struct options *o = &w->o;
    const struct run_conf *run = &o->run;
    return o->tests                          ? "-t"
           : w->queue || w->pubsub           ? "--queue and --pubsub"
           : run->replay.path                ? "--replay"
           : o->argc                         ? "the command at the end"
           : w->mix.mix || w->mix.commands.n ? "--mix and --command"
           : run->prefill || o->prefill_only ? "--prefill and --prefill-only"
           : o->cleanup                      ? "--cleanup"
           : w->slots                        ? "--slots"
           : w->rfr || run->read_from        ? "--read-from"
           : run->pipeline > 1               ? "-P"
           : run->reconnect_every            ? "--reconnect-every"
           : run->retries                    ? "--retry"
           : run->timeout_ns                 ? "--timeout (--grace ends what has no end)"
           : run->verify                     ? "--verify"
           : run->tracking                   ? "--tracking"
           : o->idle                         ? "-I"
           : o->stdin_last                   ? "-x"
           : run->engine == ENGINE_NULL      ? "--engine null"
                                             : NULL;
}

int connect_options_settle(struct options_words *w, struct err *err)
{
    static const char *nothing[] = {"CONNECT"};
    if (!w->o.run.connect_only)
        return 0;
    const char *more = more_than_connecting(w);
    if (more)
        return err_set(err, ERR_USAGE, "--connect-only opens connections and asks nothing: leave out %s",
                       more);
    w->o.run.keepalive = false;
    w->o.argv = nothing;
    w->o.argc = 1;
    return 0;
}
