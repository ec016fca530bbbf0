// SPDX-License-Identifier: MIT
#include "cli/delivery_options.h"

#include "cli/command_options.h"
#include "option/opt.h"

// What such a load has no use for.
static const char *refused(const struct options_words *w)
{
    const struct options *o = &w->o;
    const struct run_conf *run = &o->run;
    const char *asked = command_options_asked(w);
    return asked                        ? asked
           : run->cluster               ? "--cluster"
           : run->prefill               ? "--prefill"
           : o->prefill_only            ? "--prefill-only"
           : o->cleanup                 ? "--cleanup (its queues are removed at the end)"
           : run->verify                ? "--verify (each message is followed as it is)"
           : run->retries               ? "--retry"
           : run->engine == ENGINE_NULL ? "--engine null"
           : w->value_size              ? "--value-size"
           : opt_given(&options_table, &w->o, "--value-data") ? "--value-data"
                                                              : NULL;
}

int delivery_options_settle(struct options_words *w, struct err *err)
{
    struct run_conf *run = &w->o.run;
    const char *name = w->queue ? "--queue" : "--pubsub";
    if (w->queue && w->pubsub)
        return err_set(err, ERR_USAGE, "--queue and --pubsub are two loads: give one of them");
    if (!w->queue && !w->pubsub) {
        bool number = opt_given(&options_table, &w->o, "--consumers");
        if (number || opt_given(&options_table, &w->o, "--queues"))
            return err_set(err, ERR_USAGE, "%s needs --queue or --pubsub: add one of them",
                           number ? "--consumers" : "--queues");
        return 0;
    }
    const char *wrong = refused(w);
    if (wrong)
        return err_set(err, ERR_USAGE, "%s sets what is sent: leave out %s", name, wrong);
    if (w->queue && run->consumers < run->queues)
        return err_set(err, ERR_USAGE, "--consumers: expected one for each of the %u queues at least, got %u",
                       run->queues, run->consumers);
    run->delivery = w->queue ? (enum delivery_kind)(DELIVERY_LIST + w->queue - 1)
                             : (enum delivery_kind)(DELIVERY_CHANNEL + w->pubsub - 1);
    return 0;
}

const char *delivery_options_name(const struct options *o)
{
    if (o->run.replay.path)
        return "replay";
    if (!o->run.delivery)
        return NULL;
    return o->run.delivery >= DELIVERY_CHANNEL ? "pubsub" : "queue";
}
