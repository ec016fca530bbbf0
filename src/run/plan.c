// SPDX-License-Identifier: MIT
#include "run/plan.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/rng.h"
#include "run/checked.h"
#include "run/delivery.h"
#include "run/replay.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define UPKEEP_DEPTH 64    // requests of the upkeep that a connection has outstanding at most,
#define UPKEEP_BYTES 16384 // unless -P is more, and so many bytes
#define STEP_MIN_NS (100 * NS_PER_MS)

static size_t max_size(size_t a, size_t b)
{
    return a > b ? a : b;
}

static int no_memory(struct err *err)
{
    return err_set(err, ERR_RUN, "not enough memory to prepare the requests");
}

static int compile_setup(struct plan *p)
{
    struct buf b = {0};
    const struct map *cluster = p->target->cluster;
    bool readonly = cluster && !cluster->lone && p->conf->read_from != READ_FROM_PRIMARY;
    int rc = login_compile(&p->login, p->conf, readonly, &b);
    p->setup_replies = p->login.n;
    if (rc == 0)
        rc = template_init_raw(&p->setup, buf_unread(&b));
    buf_free(&b);
    return rc;
}

// Rows are shorter than the interval that is shown, so that a short run has enough of them to tell chance
// from change.
static uint64_t step_of(uint64_t interval_ns)
{
    while (interval_ns >= 2 * STEP_MIN_NS && interval_ns % 2 == 0)
        interval_ns /= 2;
    return interval_ns;
}

void plan_part(struct plan *p, unsigned part, unsigned parts)
{
    if (part >= parts || parts > p->threads)
        BUG("a part has a thread at least");
    p->first = (unsigned)((uint64_t)p->threads * part / parts);
    p->workers = (unsigned)((uint64_t)p->threads * (part + 1) / parts) - p->first;
}

// Whether values of any of the commands vary; and how large the largest is.
static bool see_values(struct plan *p, const struct mix_words *all)
{
    bool vary = false;
    for (unsigned i = 0; all && i < all->n; i++) {
        const struct run_conf *own = all->at[i].own;
        if (own)
            p->value_most = max_size(p->value_most, run_conf_value_most(own));
        vary |= own && own->values_vary;
    }
    return vary;
}

// What values are made of: as much as the largest of any command takes.
static int fill_values(struct plan *p, const struct mix_words *mix)
{
    const struct run_conf *conf = p->conf;
    p->value_most = run_conf_value_most(conf);
    bool vary = see_values(p, mix) || conf->values_vary;
    vary = see_values(p, conf->fills) || vary;
    p->values = (struct recipe_values){.sizes = conf->value_sizes,
                                       .anywhere = conf->contents.kind != CONTENTS_CONSTANT,
                                       .self = conf->contents.kind == CONTENTS_SELF};
    return vary ? contents_fill(&conf->contents, p->value_most, conf->seed, &p->values.pool) : 0;
}

// Requests that are never torn apart.
static uint64_t unit_of(const struct mix_words *mix)
{
    uint64_t unit = 0;
    for (unsigned i = 0; mix && mix->in_turn && i < mix->n; i++)
        unit += mix->at[i].weight;
    return unit ? unit : 1;
}

static int begin(struct plan *p, const struct run_conf *conf, const struct target *target,
                 const struct mix_words *mix)
{
    *p = (struct plan){.conf = conf, .target = target};
    p->unit = conf->upkeep ? 1 : unit_of(mix);
    uint64_t units = conf->requests / p->unit;
    p->clients = conf->clients;
    if (units && units < p->clients)
        p->clients = (unsigned)units;
    p->step_ns = step_of(conf->interval_ns);
    p->threads = (conf->threads ? conf->threads : 1) * (conf->parts ? conf->parts : 1);
    unsigned each = target->cluster ? target->cluster->n : 1; // connections that a thread needs at least
    if (p->threads > p->clients / each)
        p->threads = p->clients / each ? p->clients / each : 1;
    p->workers = p->threads;
    if (conf->parts > 1 && conf->parts <= p->threads) // else limits_check refuses it
        plan_part(p, conf->part, conf->parts);
    bool lasts = conf->duration_ns > 0 || conf->rate > 0 ||
                 conf->replay.path; // who asks so wants to see what happens meanwhile
    p->reconnects = conf->on_disconnect == DISCONNECT_AUTO ? lasts || conf->retries
                                                           : conf->on_disconnect == DISCONNECT_RECONNECT;
    p->knocks = !target->cluster && (conf->connect_only || (!conf->keepalive && conf->rate > 0));
    int rc = fill_values(p, mix);
    return rc < 0 ? rc : compile_setup(p);
}

static int plan_failed(struct plan *p, int rc, struct err *err)
{
    plan_reset(p);
    if (rc == -ENOTSUP)
        return err_set(err, ERR_USAGE,
                       "commands in turn need one server for all their keys: leave out --cluster");
    return rc == -E2BIG ? err_set(err, ERR_USAGE, "the command is too long: a request can have up to 2 GiB")
                        : no_memory(err);
}

static int room_for(struct plan *p, unsigned kinds)
{
    p->asks = calloc(kinds, sizeof *p->asks);
    p->kinds = p->asks ? kinds : 0;
    return p->asks ? 0 : -ENOMEM;
}

// What only writes or removes keys is called so.
static int entitle(struct plan *p, const char *title)
{
    bool fills = p->conf->upkeep == UPKEEP_FILL;
    for (unsigned i = 0; i < p->kinds; i++)
        p->grows |= p->asks[i].inserts > 0;
    checked_settle(p->asks, p->kinds, &p->names);
    checked_settle(p->upkeep.at, p->upkeep.n, &p->names);
    if (p->conf->upkeep) {
        snprintf(p->test, sizeof p->test, "%s", fills ? "prefill" : "cleanup");
        title = fills ? "PREFILL" : "CLEANUP";
    }
    p->title = strdup(title);
    return p->title ? 0 : -ENOMEM;
}

// The plan of one kind has its name and its title.
static int name_by(struct plan *p, const struct ask *only)
{
    memcpy(p->test, only->name, sizeof p->test);
    p->payload_bytes = only->payload_bytes;
    return entitle(p, only->title);
}

static bool any_idempotent(const struct plan *p)
{
    bool any = false;
    for (unsigned i = 0; i < p->kinds; i++)
        any |= p->asks[i].idempotent;
    return any;
}

// What is asked again lies where it lay (run/retry.h): of several requests in one write they must be alike.
// On a cluster, and on a server that is asked as one, each has a place of its own. Of a test of the catalogue
// that is not idempotent nothing is sent again, nor of such a command of a mix.
static int check_retry(struct plan *p, bool by_words, struct err *err)
{
    const struct run_conf *conf = p->conf;
    bool several = conf->pipeline > 1 && !p->target->cluster, in_turn = p->unit > 1;
    bool apart = p->target->cluster && !conf->cluster;
    const char *what = in_turn                              ? "commands in turn"
                       : several && p->kinds > 1            ? "a mix with -P above 1"
                       : several && p->asks->request.recipe ? "requests that differ in length with -P above 1"
                       : several && conf->pipeline_mode == PIPELINE_WINDOW ? "--pipeline-mode window"
                       : apart && p->mix.chained ? "a command that follows another (after) with -P above 1"
                       : apart && p->grows       ? "--insert-share with -P above 1"
                       : p->knocks ? "connections that are opened for each request (-k 0 with --rate)"
                                   : NULL;
    if (!conf->retries || (!what && (!by_words || any_idempotent(p))))
        return 0;
    if (what)
        err_set(err, ERR_USAGE, "--retry does not know what to send again of %s: leave out one of them",
                what);
    else
        err_set(err, ERR_USAGE,
                "--retry: %s may do more when it is carried out twice: leave out --retry, or ask something "
                "idempotent",
                p->title);
    plan_reset(p);
    return -1;
}

// A cursor is known once the one before it has been answered.
static int check_scans(struct plan *p, struct err *err)
{
    const struct run_conf *conf = p->conf;
    if (!plan_scans(p) || (conf->pipeline == 1 && !conf->verify))
        return 0;
    bool verify = conf->verify;
    plan_reset(p);
    err_set(err, ERR_USAGE, "__cursor__ follows one SCAN at a time on each connection: leave out %s",
            verify ? "--verify" : "-P, and what is sent in turn");
    return -1;
}

static int plan_done(struct plan *p, int rc, bool by_words, struct err *err)
{
    if (rc < 0)
        return plan_failed(p, rc, err);
    bool verifies = by_words && p->conf->verify && !p->conf->upkeep;
    if (verifies && checked_any(p->asks, p->kinds, err) < 0) {
        plan_reset(p);
        return -1;
    }
    return check_scans(p, err) < 0 ? -1 : check_retry(p, by_words, err);
}

// What a command is compiled from that may have keys and values of its own.
struct own_asking {
    struct run_conf conf;
    struct recipe_values values;
    struct ask_conf asking;
};

static void begin_own(struct own_asking *o, struct plan *p, const struct mix_word *word)
{
    o->conf = word->own ? run_conf_with(p->conf, word->own) : *p->conf;
    o->values = p->values;
    o->values.sizes = o->conf.value_sizes;
    o->asking = (struct ask_conf){.run = &o->conf,
                                  .values = &o->values,
                                  .upkeep = &p->upkeep,
                                  .names = &p->names,
                                  .follows = word->after > 0,
                                  .leads = word->leads};
}

static int ask_word(struct plan *p, struct ask *a, const struct mix_word *word)
{
    struct own_asking own;
    begin_own(&own, p, word);
    return word->row ? ask_row(a, &own.asking, word->row) : ask_words(a, &own.asking, word->words);
}

static int fill_word(struct plan *p, const struct mix_word *word)
{
    struct own_asking own;
    begin_own(&own, p, word);
    return ask_fill(&own.asking, word->words);
}

// What --prefill writes, where a workload says it.
static int add_fills(struct plan *p)
{
    const struct mix_words *fills = p->conf->fills;
    bool wanted = fills && (p->conf->prefill || p->conf->upkeep == UPKEEP_CLEAN);
    int rc = wanted && p->conf->cluster ? -ENOTSUP : 0;
    for (unsigned i = 0; wanted && rc == 0 && i < fills->n; i++)
        rc = fill_word(p, &fills->at[i]);
    return rc;
}

int plan_test(struct plan *p, const struct run_conf *conf, const struct target *target,
              const struct test *row, struct err *err)
{
    int rc = begin(p, conf, target, NULL);
    if (rc == 0)
        rc = room_for(p, 1);
    if (rc == 0)
        rc = ask_row(
            p->asks,
            &(struct ask_conf){.run = conf, .values = &p->values, .upkeep = &p->upkeep, .names = &p->names},
            row);
    if (rc == 0)
        rc = add_fills(p);
    if (rc == 0)
        rc = name_by(p, p->asks);
    return plan_done(p, rc, false, err);
}

static int mix_in(struct plan *p, unsigned kind, const struct mix_word *word)
{
    struct ask *a = &p->asks[kind];
    int rc = ask_word(p, a, word);
    if (rc == 0 && word->replies)
        rc = ask_replies(a, word->replies);
    memcpy(a->name, word->name, sizeof a->name);
    p->mix.request[kind] = &a->request;
    p->mix.upto[kind] = word->weight + (kind ? p->mix.upto[kind - 1] : 0);
    p->mix.n = kind + 1;
    p->mix.chained |= word->after > 0;
    if (word->after)
        p->mix.next[word->after - 1] = (uint8_t)(kind + 1);
    return rc;
}

static int mix_all(struct plan *p, const struct mix_words *mix)
{
    // What is written in turn goes to one server: on a cluster each request goes to the owner of its key.
    int rc = p->conf->cluster && mix->in_turn ? -ENOTSUP : room_for(p, mix->n);
    p->mixed.only_reads = true;
    for (unsigned i = 0; rc == 0 && i < mix->n; i++) {
        rc = mix_in(p, i, &mix->at[i]);
        p->mixed.only_reads &= p->asks[i].only_reads;
        p->reading += p->asks[i].only_reads ? mix->at[i].weight : 0;
    }
    if (rc == 0)
        rc = add_fills(p);
    if (rc < 0)
        return rc;
    p->mix.in_turn = mix->in_turn;
    p->mixed.request = (struct template){.mix = &p->mix};
    strcpy(p->test, "mix");
    p->payload_bytes = p->conf->data_bytes;
    return entitle(p, mix->title);
}

// A mix of one command is that command, by its name.
static int only_one(struct plan *p, const struct mix_word *word)
{
    int rc = room_for(p, 1);
    if (rc == 0)
        rc = ask_word(p, p->asks, word);
    if (rc == 0)
        rc = add_fills(p);
    if (rc < 0)
        return rc;
    memcpy(p->asks->name, word->name, sizeof p->asks->name);
    return name_by(p, p->asks);
}

// Each command of the user's own.
static int check_words(const struct run_conf *conf, struct words words, struct err *err)
{
    int rc = words.mix ? 0 : ask_check(conf, words, err);
    for (unsigned i = 0; rc == 0 && words.mix && i < words.mix->n; i++)
        if (!words.mix->at[i].row)
            rc = ask_check(conf, words.mix->at[i].words, err);
    return rc;
}

// Messages of this plan are told from those of any other.
static int deliver(struct plan *p)
{
    uint64_t state = clock_ns() ^ (uint64_t)(uintptr_t)p;
    int rc = room_for(p, 1);
    p->delivery_run = (uint32_t)rng_splitmix64(&state) | 1;
    if (rc == 0)
        rc = delivery_ask(p->asks,
                          &(struct ask_conf){
                              .run = p->conf, .values = &p->values, .upkeep = &p->upkeep, .names = &p->names},
                          p->delivery_run);
    return rc < 0 ? rc : name_by(p, p->asks);
}

static int replay(struct plan *p)
{
    int rc = room_for(p, 1);
    if (rc == 0)
        rc = replay_ask(p->asks, p->conf);
    return rc < 0 ? rc : name_by(p, p->asks);
}

int plan_command(struct plan *p, const struct run_conf *conf, const struct target *target, struct words words,
                 struct err *err)
{
    const struct mix_word alone = {.words = words, .name = "command"};
    const struct mix_word *only = !words.mix ? &alone : words.mix->n == 1 ? words.mix->at : NULL;
    int rc = begin(p, conf, target, words.mix);
    if (rc == 0 && conf->delivery)
        return plan_done(p, deliver(p), true, err);
    if (rc == 0 && conf->replay.path)
        return plan_done(p, replay(p), true, err);
    if (rc == 0 && check_words(conf, words, err) < 0) {
        plan_reset(p);
        return -1;
    }
    if (rc == 0)
        rc = only ? only_one(p, only) : mix_all(p, words.mix);
    if (conf->connect_only)
        p->payload_bytes = 0;
    return plan_done(p, rc, true, err);
}

int plan_idle(struct plan *p, const struct run_conf *conf, const struct target *target, struct err *err)
{
    int rc = begin(p, conf, target, NULL);
    strcpy(p->test, "idle");
    p->idle = true;
    p->reconnects = p->knocks = false;
    p->clients = conf->clients;
    return rc < 0 ? no_memory(err) : 0;
}

void plan_reset(struct plan *p)
{
    for (unsigned i = 0; i < p->kinds; i++)
        ask_reset(&p->asks[i]);
    free(p->asks);
    asks_reset(&p->upkeep);
    names_reset(&p->names);
    template_reset(&p->setup);
    free(p->values.pool.at);
    free(p->title);
    *p = (struct plan){0};
}

struct share plan_share(const struct plan *p, unsigned part, uint64_t total)
{
    struct deal deal = {p->clients, p->threads, part};
    struct share s = {.deal = deal, .clients = (unsigned)deal_clients(&deal), .requests = UINT64_MAX};
    if (total) {
        s.first = deal_before(&deal, part, total);
        s.requests = deal_count(&deal, total);
    }
    return s;
}

struct share plan_load(const struct plan *p, unsigned part)
{
    struct share s = plan_share(p, part, p->conf->requests / p->unit);
    s.first *= p->unit;
    s.requests *= s.requests == UINT64_MAX ? 1 : p->unit;
    return s;
}

struct share plan_share_here(const struct plan *p, uint64_t total)
{
    struct share here = plan_share(p, p->first, total);
    for (unsigned i = 1; i < p->workers; i++) {
        struct share s = plan_share(p, p->first + i, total);
        here.clients += s.clients;
        if (total)
            here.requests += s.requests;
    }
    return here;
}

size_t plan_request_bytes(const struct plan *p)
{
    size_t request = 0;
    for (unsigned i = 0; i < p->kinds; i++)
        request = max_size(request, p->asks[i].request.len);
    for (unsigned i = 0; i < p->upkeep.n; i++)
        request = max_size(request, p->upkeep.at[i].request.len);
    return request;
}

uint64_t plan_upkeep_requests(const struct plan *p)
{
    uint64_t all = 0;
    for (unsigned i = 0; i < p->upkeep.n; i++)
        all += plan_share_here(p, p->upkeep.at[i].once ? 1 : p->upkeep.at[i].keyspace).requests;
    return all;
}

// Of a cluster, requests lie in rings of another size; and connections that are renewed count theirs.
uint32_t plan_upkeep_depth(const struct plan *p)
{
    const struct run_conf *conf = p->conf;
    size_t bytes = 1;
    for (unsigned i = 0; i < p->upkeep.n; i++)
        bytes = max_size(bytes, p->upkeep.at[i].request.wire_len);
    size_t deep = bytes * UPKEEP_DEPTH < UPKEEP_BYTES ? UPKEEP_DEPTH : UPKEEP_BYTES / bytes;
    bool may = p->upkeep.n && !p->target->cluster && conf->keepalive && !conf->reconnect_every;
    return may && deep > conf->pipeline ? (uint32_t)deep : conf->pipeline;
}

bool plan_scans(const struct plan *p)
{
    bool scans = false;
    for (unsigned i = 0; i < p->kinds; i++)
        scans |= p->asks[i].request.recipe && p->asks[i].request.recipe->scans;
    return scans;
}

bool plan_reads(const struct plan *p)
{
    bool reads = false;
    if (p->conf->upkeep)
        return false;
    for (unsigned i = 0; i < p->kinds; i++)
        reads |= p->asks[i].reply.reads != READS_NOTHING;
    return reads;
}
