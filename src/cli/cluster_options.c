// SPDX-License-Identifier: MIT
#include "cli/cluster_options.h"

#include "resp/number.h"

#include <stdlib.h>
#include <string.h>

static int check_alone(const struct options_words *w, struct err *err)
{
    const char *given = w->o.run.read_from ? "--read-from"
                        : w->slots         ? "--slots"
                        : w->addr_map      ? "--addr-map"
                                           : NULL;
    return given ? err_set(err, ERR_USAGE, "%s needs --cluster", given) : 0;
}

static int check_server(struct options *o, struct err *err)
{
    if (o->embedded)
        return err_set(err, ERR_USAGE, "--cluster: the embedded server is no cluster: leave out --embedded");
    if (o->run.unix_path)
        return err_set(err, ERR_USAGE,
                       "--cluster: nodes of a cluster are reached by TCP: give -h and -p instead of -s");
    if (o->run.dbnum && o->persona == PERSONA_HKV)
        return err_set(err, ERR_USAGE, "--cluster: a cluster has database 0 alone: leave out --dbnum");
    o->run.dbnum = 0; // redis-benchmark does not select one either
    return 0;
}

// "0-5460", "42"
static int settle_slots(const char *text, struct run_conf *run, struct err *err)
{
    int64_t first = 0, last = 0;
    if (!text)
        return 0;
    size_t n = strcspn(text, "-");
    bool whole = number_read((struct slice){text, n}, &first);
    whole &= number_read(slice_of(text[n] ? text + n + 1 : text), &last);
    if (!whole || first < 0 || last < first || last >= SLOTS)
        return err_set(err, ERR_USAGE,
                       "--slots: expected slots between 0 and 16383 such as 0-5460, got '%.40s'", text);
    run->first_slot = (unsigned)first;
    run->slots = (unsigned)(last - first + 1);
    return 0;
}

static int settle_map(const char *text, struct run_conf *run, char **owned, struct err *err)
{
    if (!text)
        return 0;
    struct translate *t = malloc(sizeof *t);
    *owned = (char *)t;
    if (!t)
        return err_set(err, ERR_RUN, "out of memory");
    const char *wrong = translate_parse(t, text);
    if (wrong)
        return err_set(err, ERR_USAGE,
                       "--addr-map: expected FROM=TO such as 172.17.0.2:6379=127.0.0.1:7001, got '%.80s'",
                       wrong);
    run->addr_map = t;
    return 0;
}

int cluster_options_settle(struct options_words *w, char **owned, struct err *err)
{
    struct run_conf *run = &w->o.run;
    run->cluster |= w->cluster_mode;
    if (w->rfr && run->read_from && w->rfr != run->read_from)
        return err_set(err, ERR_USAGE, "--read-from and --rfr are two names of one option: give one of them");
    if (w->rfr)
        run->read_from = w->rfr;
    if (!run->cluster)
        return check_alone(w, err);
    run->tag_all = w->o.persona != PERSONA_HKV;
    if (check_server(&w->o, err) < 0 || settle_slots(w->slots, run, err) < 0)
        return -1;
    return settle_map(w->addr_map, run, owned, err);
}

static bool adds_keys(const struct options *o)
{
    bool adds = o->run.inserts > 0;
    for (unsigned i = 0; o->mix && i < o->mix->n; i++)
        adds |= o->mix->at[i].own && o->mix->at[i].own->inserts > 0;
    return adds;
}

// Requests of a cluster go to the owners of their keys one by one, each worker with a draw for every slot:
// what counts through all of them, or needs their order, has one server.
static const char *of_one_server(const struct options *o)
{
    return o->run.spaces
               ? "--space and --cluster do not go together (only keys of -r are shared out among nodes): "
                 "leave out one of them"
           : o->fill ? "--fill and --cluster do not go together (a cluster is filled by --prefill with SET "
                       "alone): leave out one of them"
           : o->dataset
               ? "--dataset and --cluster do not go together (its rows are dealt out to one server): "
                 "leave out one of them"
           : adds_keys(o) ? "--insert-share and --cluster do not go together (keys are added to one server): "
                            "leave out one of them"
           : o->mix && o->mix->in_turn
               ? "commands in turn (--in-turn, --transaction, ';') and --cluster do not go together (they "
                 "need one server for all their keys): leave out one of them"
               : NULL;
}

int cluster_options_check(const struct options *o, struct err *err)
{
    const char *wrong = o->run.cluster ? of_one_server(o) : NULL;
    return wrong ? err_set(err, ERR_USAGE, "%s", wrong) : 0;
}
