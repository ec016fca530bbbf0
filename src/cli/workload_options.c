// SPDX-License-Identifier: MIT
#include "cli/workload_options.h"
#include "base/whole_file.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/units.h"
#include "load/catalog.h"
#include "load/proof.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VERIFY_KEYS UINT64_C(100000000) // 40 bytes each; of a key that replicas are asked for 120 and more:
#define VERIFY_MOMENTS UINT64_C(10000000)
#define SPACE_MOST UINT64_C(999999999999)
#define VERIFY_BYTES 64 // of a value, where nobody says

// --- keys ---

// --sequential is --key-dist seq by the name that valkey-benchmark gave it.
static int settle_law(struct options_words *w, bool asked, struct err *err)
{
    struct run_conf *run = &w->o.run;
    uint64_t shift_ns = run->keys.shift_ns;
    if (keylaw_parse(w->sequential && !asked ? "seq" : w->law, &run->keys, err) < 0)
        return -1;
    run->keys.shift_ns = shift_ns;
    if (w->sequential && run->keys.kind != KEYLAW_SEQ)
        return err_set(err, ERR_USAGE,
                       "--sequential and --key-dist %s ask for two different things: give one of them",
                       run->keys.text);
    if (shift_ns && run->keys.kind != KEYLAW_HOTSET)
        return err_set(err, ERR_USAGE,
                       "--hotset-shift moves a hot set: give --key-dist hotset:KEYS%%:REQUESTS%% too");
    if (asked && run->keyspace == 0 && run->keys.kind != KEYLAW_UNIFORM)
        return err_set(err, ERR_USAGE, "--key-dist needs keys to draw from: give -r a number above 0");
    return keylaw_check(&run->keys, run->keyspace, err);
}

static int settle_names(struct options_words *w, struct err *err)
{
    struct run_conf *run = &w->o.run;
    run->keys_named = run->key_prefix || w->key_format || w->key_size;
    if (!run->keys_named)
        return 0;
    if (run->keyspace == 0)
        return err_set(err, ERR_USAGE, "%s needs keys to name: give -r a number above 0",
                       w->key_size     ? "--key-size"
                       : w->key_format ? "--key-format"
                                       : "--key-prefix");
    if (keyform_parse(run->key_prefix ? run->key_prefix : "", w->key_format ? w->key_format : "key:%012d",
                      &run->keyform, err) < 0)
        return -1;
    return w->key_size ? keyform_pad(&run->keyform, w->key_size, run->keyspace, err) : 0;
}

// "2:10k:zipf": the keys of __key:2__.
static int settle_space(const char *text, struct key_space *all, struct err *err)
{
    char word[24], quoted[64];
    const char *keys = text + 2, *law = NULL;
    bool good = text[0] >= '1' && text[0] <= '9' && text[1] == ':';
    size_t n = good ? strcspn(keys, ":") : 0;
    struct key_space *space = good ? &all[text[0] - '0'] : NULL;
    if (good && n < sizeof word) {
        memcpy(word, keys, n);
        word[n] = 0;
        law = keys[n] ? keys + n + 1 : "uniform";
        good = units_parse_count(word, &space->keys) == 0 && space->keys >= 1 && space->keys <= SPACE_MOST;
    }
    if (!good || !law)
        return err_set(
            err, ERR_USAGE,
            "--space: expected a number from 1 to 9 and its keys, such as 2:10k or 2:10k:zipf:0.99, got '%s'",
            slice_quote(slice_of(text), quoted, sizeof quoted));
    return keylaw_parse(law, &space->law, err) < 0 ? -1 : keylaw_check(&space->law, space->keys, err);
}

static int settle_spaces(struct options_words *w, struct err *err)
{
    struct run_conf *run = &w->o.run;
    const struct opt_list *l = &w->spaces;
    struct key_space *all = l->n ? calloc(KEYDIST_NAMES, sizeof *all) : NULL;
    w->o.owned[OWNED_SPACES] = (char *)all;
    run->spaces = all;
    if (l->n && !all)
        return err_set(err, ERR_RUN, "out of memory");
    for (unsigned i = 0; i < l->n; i++)
        if (settle_space(l->at[i], all, err) < 0)
            return -1;
    if (l->n && run->keyspace == 0)
        return err_set(err, ERR_USAGE, "--space needs commands with keys: give -r a number above 0");
    for (unsigned i = 0; all && run->verify && i < KEYDIST_NAMES; i++)
        if (all[i].keys > VERIFY_KEYS)
            return err_set(err, ERR_USAGE,
                           "--verify remembers each key of --space: expected up to %" PRIu64
                           " of them, got %" PRIu64,
                           VERIFY_KEYS, all[i].keys);
    return 0;
}

// --- values ---

static int read_file(struct options *o, struct err *err)
{
    struct contents *c = &o->run.contents;
    o->owned[OWNED_CONTENTS] = whole_file_read("--value-data", c->path, &c->file, err);
    return o->owned[OWNED_CONTENTS] ? 0 : -1;
}

// What --verify takes for granted.
static int settle_verify(struct options_words *w, const struct workload_given *given, struct err *err)
{
    struct run_conf *run = &w->o.run;
    if (!run->verify)
        return 0;
    if (given->data && run->contents.kind != CONTENTS_SELF)
        return err_set(
            err, ERR_USAGE,
            "--verify writes values that say whose they are: leave out --value-data, or give self");
    bool replicas = run->read_from != READ_FROM_PRIMARY || w->rfr != READ_FROM_PRIMARY;
    uint64_t most = replicas ? VERIFY_MOMENTS : VERIFY_KEYS;
    if (run->keyspace > most)
        return err_set(err, ERR_USAGE,
                       "--verify remembers each key of -r%s: expected up to %" PRIu64
                       " of them, got %" PRIu64,
                       replicas ? ", and with --read-from when it was written" : "", most, run->keyspace);
    run->contents.kind = CONTENTS_SELF;
    w->value_data = "self";
    if (!given->size && !w->value_size)
        run->data_bytes = VERIFY_BYTES;
    return 0;
}

static int settle_sizes(struct options_words *w, bool sized, struct err *err)
{
    struct run_conf *run = &w->o.run;
    if (sized && w->value_size)
        return err_set(err, ERR_USAGE, "-d and --value-size both say how large values are: give one of them");
    run->values_vary = w->value_size || run->contents.kind != CONTENTS_CONSTANT;
    run->value_sizes = (struct sizes){.lo = (uint32_t)run->data_bytes, .hi = (uint32_t)run->data_bytes};
    if (w->value_size && sizes_parse("--value-size", w->value_size, &run->value_sizes, err) < 0)
        return -1;
    if (w->value_size)
        run->data_bytes = (size_t)lround(sizes_mean(&run->value_sizes));
    if (run->contents.kind == CONTENTS_SELF && run->value_sizes.lo < PROOF_BYTES)
        return err_set(
            err, ERR_USAGE,
            "values that say whose they are have %d bytes or more: give -d or --value-size as much",
            PROOF_BYTES);
    return 0;
}

static int settle_values(struct options_words *w, const struct workload_given *given, struct err *err)
{
    struct run_conf *run = &w->o.run;
    if (contents_parse(w->value_data, &run->contents, err) < 0 || settle_verify(w, given, err) < 0 ||
        settle_sizes(w, given->size, err) < 0)
        return -1;
    return run->contents.kind == CONTENTS_FILE ? read_file(&w->o, err) : 0;
}

static bool expiry_of(const char *text, size_t len, uint32_t *out_ms)
{
    char word[32];
    uint64_t ns;
    if (len == 0 || len >= sizeof word)
        return false;
    memcpy(word, text, len);
    word[len] = 0;
    if (units_parse_duration(word, NS_PER_S, &ns) < 0 || ns < NS_PER_MS || ns / NS_PER_MS > UINT32_MAX)
        return false;
    *out_ms = (uint32_t)(ns / NS_PER_MS);
    return true;
}

static int settle_expiry(const char *text, struct run_conf *run, struct err *err)
{
    char quoted[64];
    if (!text)
        return 0;
    size_t first = strcspn(text, "-");
    const char *second = text[first] ? text + first + 1 : text;
    if (expiry_of(text, first, &run->expire_lo_ms) && expiry_of(second, strlen(second), &run->expire_hi_ms) &&
        run->expire_lo_ms <= run->expire_hi_ms)
        return 0;
    return err_set(err, ERR_USAGE, "--expire: expected a time such as 60s, or two such as 60s-120s, got '%s'",
                   slice_quote(slice_of(text), quoted, sizeof quoted));
}

// "5%"
static int settle_inserts(const char *text, struct run_conf *run, struct err *err)
{
    char quoted[64];
    double share;
    if (!text)
        return 0;
    const char *end = units_decimal(text, &share);
    if (!end || strcmp(end, "%") != 0 || share > 100)
        return err_set(err, ERR_USAGE, "--insert-share: expected a percentage such as 5%%, got '%s'",
                       slice_quote(slice_of(text), quoted, sizeof quoted));
    run->inserts = share / 100;
    if (run->inserts > 0 && run->keyspace == 0)
        return err_set(err, ERR_USAGE, "--insert-share needs keys to add to: give -r a number above 0");
    if (run->inserts > 0 && run->verify)
        return err_set(
            err, ERR_USAGE,
            "--verify knows the keys of -r, and --insert-share adds others: leave out one of them");
    return 0;
}

// What only the test set has.
static int check_set(const struct options *o, struct err *err)
{
    const char *name = o->run.nx ? "--nx" : o->run.expire_hi_ms ? "--expire" : NULL;
    bool set = o->mix && mix_words_has(o->mix, slice_of("set"));
    for (size_t i = 0; i < catalog_len; i++)
        set |= !o->mix && strcmp(catalog[i].names, "set") == 0 && catalog_selects(o->tests, &catalog[i]);
    if (name && (o->argc || !set))
        return err_set(err, ERR_USAGE, "%s is for the test set: give -t set%s", name,
                       o->argc ? ", or write it into the command" : "");
    return 0;
}

// --- what a load differs by ---

static int add(struct buf *b, const char *name, const char *value)
{
    const char *quote = value && strpbrk(value, " \t\"") ? "'" : "";
    return buf_printf(b, "%s%s%s%s%s%s", b->len ? " " : "", name, value ? " " : "", quote, value ? value : "",
                      quote);
}

static int add_list(struct buf *b, const char *name, const struct opt_list *l)
{
    int rc = 0;
    for (unsigned i = 0; rc == 0 && i < l->n; i++)
        rc = add(b, name, l->at[i]);
    return rc;
}

static int add_mix(struct buf *b, const struct mix_wanted *m)
{
    int rc = m->mix ? add(b, "--mix", m->mix) : 0;
    for (unsigned i = 0; rc == 0 && i < m->commands.n; i++) {
        rc = add(b, "--command", m->commands.at[i]);
        if (rc == 0 && i < m->ratios.n)
            rc = add(b, "--ratio", m->ratios.at[i]);
    }
    if (rc == 0 && m->transaction)
        rc = add(b, "--transaction", NULL);
    if (rc == 0 && m->in_turn)
        rc = add(b, "--in-turn", NULL);
    if (rc == 0)
        rc = add_list(b, "--of", &m->owns);
    return rc < 0 ? rc : add_list(b, "--fill", &m->fills);
}

static int add_all(struct buf *b, const struct options_words *w)
{
    const struct run_conf *run = &w->o.run;
    char shift[UNITS_TEXT], timeout[UNITS_TEXT], retries[16], consumers[16], queues[16];
    snprintf(retries, sizeof retries, "%u", run->retries);
    snprintf(consumers, sizeof consumers, "%u", run->consumers);
    snprintf(queues, sizeof queues, "%u", run->queues);
    const struct {
        const char *name, *value;
        bool given;
    } all[] = {{"--hotset-shift", units_duration(run->keys.shift_ns, shift), run->keys.shift_ns},
               {"--key-prefix", run->key_prefix, run->key_prefix},
               {"--key-format", w->key_format, w->key_format},
               {"--key-size", w->key_size, w->key_size},
               {"--value-size", w->value_size, w->value_size},
               {"--value-data", w->value_data, run->contents.kind != CONTENTS_CONSTANT},
               {"--expire", w->expire, w->expire},
               {"--nx", NULL, run->nx},
               {"--insert-share", w->inserts, w->inserts},
               {"--dataset", w->dataset, w->dataset},
               {"--timeout", units_duration(run->timeout_ns, timeout), run->timeout_ns},
               {"--retry", retries, run->retries},
               {"--verify", NULL, run->verify},
               {"--nodelay", "no", run->nagle},
               {"--mptcp", NULL, run->mptcp},
               {"--ktls", NULL, run->tls.ktls},
               {"--connect-only", NULL, run->connect_only},
               {"--replay", run->replay.path, run->replay.path},
               {"--replay-speed", w->replay_speed, run->replay.path},
               {"--queue", options_table_queues[w->queue], w->queue},
               {w->pubsub > 1 ? "--pubsub=sharded" : "--pubsub", NULL, w->pubsub},
               {"--consumers", consumers, run->delivery},
               {"--queues", queues, run->delivery && run->queues > 1},
               {"--cluster", NULL, run->cluster},
               {"--read-from", run->read_from == READ_FROM_ANY ? "any" : "replica", run->read_from},
               {"--slots", w->slots, w->slots}};
    int rc = w->o.workload_is[0] ? add(b, "--workload", w->o.workload_is) : 0;
    if (rc == 0)
        rc = add_mix(b, &w->mix);
    if (rc == 0)
        rc = add_list(b, "--space", &w->spaces);
    for (size_t i = 0; rc == 0 && i < sizeof all / sizeof *all; i++)
        if (all[i].given)
            rc = add(b, all[i].name, all[i].value);
    return rc < 0 ? rc : buf_append(b, "", 1);
}

// What is too long to be kept whole ends in a number that tells it from others.
static void keep(struct run_conf *run, const char *text)
{
    size_t n = strlen(text);
    uint64_t sum = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < n; i++)
        sum = (sum ^ (unsigned char)text[i]) * UINT64_C(0x100000001b3);
    if (n < sizeof run->workload)
        snprintf(run->workload, sizeof run->workload, "%s", text);
    else
        snprintf(run->workload, sizeof run->workload, "%.*s... #%016" PRIx64, (int)sizeof run->workload - 24,
                 text, sum);
}

static int describe(struct options_words *w, struct err *err)
{
    struct buf b = {0};
    int rc = add_all(&b, w);
    if (rc == 0)
        keep(&w->o.run, b.at);
    buf_free(&b);
    return rc < 0 ? err_set(err, ERR_RUN, "out of memory") : 0;
}

int workload_options_settle(struct options_words *w, struct workload_given given, struct err *err)
{
    if (settle_law(w, given.law, err) < 0 || settle_names(w, err) < 0 || settle_values(w, &given, err) < 0 ||
        settle_expiry(w->expire, &w->o.run, err) < 0 || settle_inserts(w->inserts, &w->o.run, err) < 0 ||
        settle_spaces(w, err) < 0 || check_set(&w->o, err) < 0)
        return -1;
    return describe(w, err);
}

int workload_options_own(struct options_words *w, struct workload_given given, struct err *err)
{
    bool bad = settle_law(w, given.law, err) < 0 || settle_names(w, err) < 0 ||
               settle_sizes(w, given.size, err) < 0 || settle_expiry(w->expire, &w->o.run, err) < 0 ||
               settle_inserts(w->inserts, &w->o.run, err) < 0;
    return bad ? -1 : 0;
}
