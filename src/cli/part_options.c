// SPDX-License-Identifier: MIT
#include "cli/part_options.h"

#include "base/units.h"
#include "experiment/peers.h"
#include "option/opt.h"

#include <string.h>

#define SEED 1        // of parts that were given none
#define LIGHT_SEED 77 // added for ranks that only measure: they draw keys of their own
#define LIGHT_CLIENTS 16

static bool whole_number(const char *text, uint64_t *n)
{
    return *text && strspn(text, "0123456789") == strlen(text) && units_parse_count(text, n) == 0;
}

// "3/8"
static int settle_share(const char *text, struct run_conf *run, struct err *err)
{
    uint64_t part = 0, parts = 0;
    char first[8] = "";
    const char *slash = strchr(text, '/');
    size_t n = slash ? (size_t)(slash - text) : 0;
    if (n > 0 && n < sizeof first)
        memcpy(first, text, n);
    if (!whole_number(first, &part) || !whole_number(slash + 1, &parts) || part < 1 || part > parts ||
        parts > PARTS_MAX)
        return err_set(err, ERR_USAGE,
                       "--part-of: expected a part of up to %d such as 1/4 or 4/4, got '%.40s'", PARTS_MAX,
                       text);
    run->part = (unsigned)part - 1;
    run->parts = (unsigned)parts;
    return 0;
}

static int settle_start(const char *text, uint64_t *unix_ns, struct err *err)
{
    if (!text || units_parse_moment(text, unix_ns) == 0)
        return 0;
    return err_set(
        err, ERR_USAGE,
        "--start-at: expected a moment such as 2026-01-31T12:00:00Z, or seconds since 1970 such as "
        "1769860800.5, got '%.40s'",
        text);
}

// What a share of a load cannot have: it has no end that all would come to, or no server that all would ask.
static const char *refused(const struct options *o)
{
    return o->loop                  ? "-l"
           : o->idle                ? "-I"
           : o->embedded            ? "--embedded"
           : o->cleanup             ? "--cleanup"
           : o->run.replay.path     ? "--replay"
           : o->run.delivery        ? "--queue and --pubsub"
           : o->run.until_error > 0 ? "--until-precise"
                                    : NULL;
}

static int check(const struct options_words *w, struct err *err)
{
    const struct options *o = &w->o;
    const char *wrong = refused(o);
    if (!wrong && o->asserts.n)
        return err_set(err, ERR_USAGE,
                       "--part tells of a share of a load: leave out --assert (hkv-bench merge takes "
                       "it, for the whole)");
    return wrong ? err_set(err, ERR_USAGE, "--part tells of a share of a load: leave out %s", wrong) : 0;
}

// A rank that makes next to no load, at moments that have nothing to do with what others send.
static void settle_light(const struct options *o, struct run_conf *run)
{
    struct peers peers = peers_find();
    run->clients = LIGHT_CLIENTS * peers.parts;
    run->rate = o->measure_rate * peers.parts;
    run->arrival = ARRIVAL_POISSON;
    run->pipeline = 1;
    run->threads = 1;
    run->ramp_ns = 0;
    run->prefill = false;
    run->seed += LIGHT_SEED;
}

// Which ranks make the load and which only measure. 0, or -1 with err.
static int settle_roles(struct options *o, struct err *err)
{
    struct peers peers = peers_find();
    if (o->measure_ranks >= peers.ranks)
        return err_set(err, ERR_USAGE,
                       "--measure-ranks: expected fewer than the %u ranks that there are, got %u",
                       peers.ranks, o->measure_ranks);
    if (o->measure_ranks && o->measure_rate <= 0)
        return err_set(err, ERR_USAGE, "--measure-rate: expected a rate above 0 such as 1k, got 0");
    peers_split(o->measure_ranks);
    peers = peers_find();
    o->run.part = peers.part;
    o->run.parts = peers.parts;
    if (peers.measures)
        settle_light(o, &o->run);
    return 0;
}

// One of the ranks of hkv-bench-mpi: the first one reports.
static int settle_peers(struct options_words *w, struct err *err)
{
    struct options *o = &w->o;
    struct peers peers = peers_find();
    const char *wrong = o->part       ? "--part"
                        : w->part_of  ? "--part-of"
                        : w->start_at ? "--start-at"
                                      : refused(o);
    if (wrong)
        return err_set(err, ERR_USAGE, "several ranks share this load: leave out %s", wrong);
    if (o->run.seed == 0)
        o->run.seed = SEED;
    if (peers.rank > 0)
        o->json = o->html = o->series = o->hdr = o->junit = o->prometheus = o->otlp = o->save = NULL;
    return settle_roles(o, err);
}

int part_options_settle(struct options_words *w, struct err *err)
{
    struct options *o = &w->o;
    if (settle_start(w->start_at, &o->start_at_ns, err) < 0)
        return -1;
    if (peers_find().any)
        return settle_peers(w, err);
    if (o->measure_ranks)
        return err_set(err, ERR_USAGE, "--measure-ranks shares out the ranks of hkv-bench-mpi: run that");
    if (w->part_of && !o->part)
        return err_set(err, ERR_USAGE,
                       "--part-of needs a file for what comes of the share: give --part FILE");
    if (!o->part)
        return 0;
    if (check(w, err) < 0 || settle_share(w->part_of ? w->part_of : "1/1", &o->run, err) < 0)
        return -1;
    if (o->run.seed == 0)
        o->run.seed = SEED;
    return 0;
}

int part_options_check(const struct options *o, struct err *err)
{
    if (!o->measure_ranks || o->run.duration_ns)
        return 0;
    return err_set(err, ERR_USAGE,
                   "--measure-ranks measures as long as the load lasts: give --duration instead of -n");
}

int part_options_none(const struct options *o, const char *name, struct err *err)
{
    if (!o->part && !o->start_at_ns && !o->measure_ranks)
        return 0;
    return err_set(
        err, ERR_USAGE,
        "--part, --part-of, --start-at and --measure-ranks are for a plain run: leave them out of %s", name);
}
