// SPDX-License-Identifier: MIT
#include "cli/options.h"

#include "base/clock.h"
#include "base/rng.h"
#include "base/units.h"
#include "cli/cluster_options.h"
#include "cli/command_options.h"
#include "cli/connect_options.h"
#include "cli/dataset_options.h"
#include "cli/delivery_options.h"
#include "cli/login_options.h"
#include "cli/part_options.h"
#include "cli/replay_options.h"
#include "cli/tls_options.h"
#include "cli/workload_file.h"
#include "cli/workload_options.h"
#include "load/catalog.h"
#include "net/uri.h"
#include "option/nearest.h"
#include "option/opt.h"
#include "stats/quantile.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_NS (5 * NS_PER_S)
#define UNTIL_LIMIT_NS (120 * NS_PER_S) // of --until-precise without --duration

static enum persona called_as(const char *program)
{
    const char *slash = strrchr(program, '/');
    const char *name = slash ? slash + 1 : program;
    if (strcmp(name, "redis-benchmark") == 0)
        return PERSONA_REDIS;
    return strcmp(name, "valkey-benchmark") == 0 ? PERSONA_VALKEY : PERSONA_HKV;
}

// The table fills words, of which options are the first part: its offsets hold for both.
_Static_assert(offsetof(struct options_words, o) == 0, "what was given is asked of the options alone");

bool options_given(const struct options *o, const char *name)
{
    return opt_given(&options_table, o, name);
}

static bool given(const struct options_words *w, const char *name)
{
    return options_given(&w->o, name);
}

static int take_uri(struct options_words *w, struct err *err)
{
    struct options *o = &w->o;
    struct uri u;
    if (!o->uri)
        return 0;
    if (uri_parse(o->uri, &u, err) < 0)
        return -1;
    o->owned[OWNED_URI] = u.storage;
    if (o->persona != PERSONA_HKV && u.user && !u.password) { // those tools take a lone word for the password
        u.password = u.user;
        u.user = NULL;
    }
    if (u.host && !given(w, "-h"))
        o->run.host = u.host;
    if (u.path && !o->run.unix_path && !given(w, "-h"))
        o->run.unix_path = u.path;
    if (u.port && !given(w, "-p"))
        o->run.port = u.port;
    o->run.tls.on |= u.tls;
    if (u.has_db && !given(w, "--dbnum"))
        o->run.dbnum = u.dbnum;
    if (!o->run.user)
        o->run.user = u.user;
    if (!o->run.password)
        o->run.password = u.password;
    return 0;
}

// The parser left the password in argv, where it will be overwritten.
static int keep_password(struct options *o, struct err *err)
{
    if (!o->run.password)
        return 0;
    o->owned[OWNED_PASSWORD] = strdup(o->run.password);
    if (!o->owned[OWNED_PASSWORD])
        return err_set(err, ERR_RUN, "out of memory");
    o->run.password = o->owned[OWNED_PASSWORD];
    return 0;
}

// [::1], and unix:/path, which is one too.
static int settle_host(struct options *o, struct err *err)
{
    if (strncmp(o->run.host, "unix:", 5) == 0 && !o->run.unix_path) {
        o->run.unix_path = o->run.host + 5;
        return 0;
    }
    size_t len = strlen(o->run.host);
    if (len < 3 || o->run.host[0] != '[' || o->run.host[len - 1] != ']')
        return 0;
    o->owned[OWNED_HOST] = strndup(o->run.host + 1, len - 2);
    if (!o->owned[OWNED_HOST])
        return err_set(err, ERR_RUN, "out of memory");
    o->run.host = o->owned[OWNED_HOST];
    return 0;
}

static int settle_server(struct options_words *w, struct err *err)
{
    struct options *o = &w->o;
    if (keep_password(o, err) < 0 || take_uri(w, err) < 0 || settle_host(o, err) < 0)
        return -1;
    if (o->embedded && (o->uri || o->run.unix_path || given(w, "-h") || given(w, "-p")))
        return err_set(
            err, ERR_USAGE,
            "--embedded measures a server of its own: leave out -h, -p, -s and -u, or leave out --embedded");
    return login_options_auth(o, &o->owned[OWNED_PASSWORD], err);
}

static int settle_format(struct options_words *w, struct err *err)
{
    if (w->o.live && w->o.idle)
        return err_set(err, ERR_USAGE,
                       "--live has nothing to show of connections that are idle: leave out -I or --live");
    if (!w->quiet && !w->csv)
        return 0;
    enum format asked = w->csv ? FORMAT_CSV : FORMAT_QUIET; // with both, CSV, as those tools do
    if (given(w, "--format") && w->o.format != asked)
        return err_set(err, ERR_USAGE, "--format and %s ask for two different reports: give one of them",
                       w->csv ? "--csv" : "-q");
    w->o.format = asked;
    return 0;
}

static int settle_end(struct options_words *w, struct err *err)
{
    struct run_conf *run = &w->o.run;
    if (run->duration_ns == 0)
        return 0;
    if (given(w, "-n"))
        return err_set(err, ERR_USAGE, "-n and %s both say when a test ends: give one of them",
                       run->until_error > 0 ? "--until-precise" : "--duration");
    run->requests = 0;
    return 0;
}

// --rps is --rate by the name that valkey-benchmark gave it.
static int settle_rate(struct options_words *w, struct err *err)
{
    if (w->rps > 0 && w->o.run.rate > 0)
        return err_set(err, ERR_USAGE, "--rate and --rps are two names of one option: give one of them");
    if (w->rps > 0)
        w->o.run.rate = w->rps;
    return 0;
}

static int wrong_until(const char *text, struct err *err)
{
    return err_set(err, ERR_USAGE,
                   "--until-precise: expected a percentage such as 5%% or p99.9=10%%, of p50, p90, p95, p99, "
                   "p99.9 or p99.99, got '%.40s'",
                   text);
}

// "5%", "p99.9=10%".
static int settle_until(const char *text, struct run_conf *run, struct err *err)
{
    if (!text)
        return 0;
    const char *equals = strchr(text, '='), *share = equals ? equals + 1 : text;
    run->until_quantile = equals ? -1 : QUANTILE_P99;
    for (int i = 0; equals && i < QUANTILES; i++)
        if (slice_is((struct slice){text, (size_t)(equals - text)}, quantile_names[i].text))
            run->until_quantile = i;
    double percent;
    const char *end = units_decimal(share, &percent);
    bool whole = end && (*end == 0 || strcmp(end, "%") == 0);
    if (run->until_quantile < 0 || !whole || !(percent > 0 && percent < 100))
        return wrong_until(text, err);
    run->until_error = percent / 100;
    if (run->duration_ns == 0)
        run->duration_ns = UNTIL_LIMIT_NS;
    return 0;
}

// "1/256"
static int settle_wire(const char *text, struct run_conf *run, struct err *err)
{
    uint64_t every;
    if (!text)
        return 0;
    if (strncmp(text, "1/", 2) != 0 || units_parse_count(text + 2, &every) < 0 || every < 1 ||
        every > 1000000)
        return err_set(err, ERR_USAGE,
                       "--wire-ts: expected a share from 1/1 to 1/1000000 such as 1/64, got '%.40s'", text);
    if (run->engine == ENGINE_NULL || run->unix_path)
        return err_set(err, ERR_USAGE, "--wire-ts needs a TCP connection: leave out %s",
                       run->unix_path ? "-s" : "--engine null");
    run->wire_every = (unsigned)every;
    return 0;
}

static int settle_ramp(struct run_conf *run, struct err *err)
{
    if (run->ramp_ns == 0)
        return 0;
    if (run->rate <= 0)
        return err_set(err, ERR_USAGE, "--ramp needs --rate: add it, or leave out --ramp");
    if (run->warmup_ns < run->ramp_ns)
        run->warmup_ns = run->ramp_ns;
    return 0;
}

static int settle_cpus(const char *list, struct cpus *cpus, struct err *err)
{
    if (!list)
        return 0;
    if (!cpus_parse(list, cpus))
        return err_set(err, ERR_USAGE, "--cpus: expected CPU numbers such as 1,3-5, got '%.80s'", list);
    for (unsigned i = 0; i < cpus->n; i++)
        if (!cpus_allowed(cpus->at[i]))
            return err_set(err, ERR_USAGE,
                           "--cpus: this process may not run on CPU %u: taskset -p $$ shows its CPUs",
                           cpus->at[i]);
    return 0;
}

// It has an end of its own, and needs no time to settle.
static int settle_prefill(struct options_words *w, struct err *err)
{
    struct options *o = &w->o;
    if (!o->prefill_only)
        return 0;
    if (given(w, "-n") || o->run.duration_ns || o->run.warmup_ns || o->run.rate > 0 || o->loop)
        return err_set(err, ERR_USAGE,
                       "--prefill-only writes each key once, as fast as answers come: leave out -n, "
                       "--duration, --until-precise, --warmup, --rate and -l");
    o->run.prefill = true;
    o->run.upkeep = UPKEEP_FILL;
    o->run.requests = o->run.keyspace;
    return 0;
}

static int check_load(const struct options *o, struct err *err)
{
    const struct run_conf *run = &o->run;
    if (run->prefill && run->keyspace == 0)
        return err_set(err, ERR_USAGE, "--prefill needs keys to write: give -r a number above 0");
    if (run->keys.kind == KEYLAW_SEQ && run->keyspace == 0 && o->persona == PERSONA_HKV)
        return err_set(err, ERR_USAGE, "--sequential needs keys to count through: give -r a number above 0");
    if (connect_options_renewal(run, err) < 0)
        return -1;
    if (cluster_options_check(o, err) < 0)
        return -1;
    if (o->mix && (o->tests || o->argc))
        return err_set(err, ERR_USAGE, "%s sets what is sent: leave out %s", "a mix (--mix, --command)",
                       o->argc ? "the command at the end" : "-t");
    if (o->tests && o->argc && o->persona == PERSONA_HKV)
        return err_set(err, ERR_USAGE,
                       "-t and a command at the end both say what is sent: leave out one of them");
    if (o->stdin_last && o->argc == 0)
        return err_set(err, ERR_USAGE,
                       "-x needs a command that takes standard input as its last argument, e.g. -x SET key");
    return 0;
}

// Short enough to type again, and never 0, which asks for another.
static uint64_t choose_seed(void)
{
    uint64_t state = clock_ns() ^ (uint64_t)getpid() << 40;
    uint64_t seed = rng_splitmix64(&state) >> 32;
    return seed ? seed : 1;
}

static int settle_tags_and_asserts(struct options_words *w, struct err *err)
{
    struct options *o = &w->o;
    if (o->loop && w->asserts.n)
        return err_set(err, ERR_USAGE,
                       "--assert does not go with -l, which never ends: leave out one of them");
    if (o->junit && !w->asserts.n)
        return err_set(err, ERR_USAGE, "--junit: expected an --assert beside it, whose outcome it tells");
    return tag_options_parse(&o->tags, &w->tags, err) < 0
               ? -1
               : assert_options_parse(
                     &o->asserts, &w->asserts,
                     &(struct assert_tests){o->tests, o->argc > 0, o->mix, delivery_options_name(o)}, err);
}

static int settle_all(struct options_words *w, struct err *err)
{
    struct options *o = &w->o;
    if (workload_file_apply(w, err) < 0 || connect_options_settle(w, err) < 0 || settle_server(w, err) < 0 ||
        login_options_tracking(w, err) < 0 || cluster_options_settle(w, &o->owned[OWNED_ADDR_MAP], err) < 0 ||
        settle_format(w, err) < 0 || settle_until(w->until, &o->run, err) < 0 || settle_end(w, err) < 0 ||
        settle_cpus(w->cpus, &o->run.cpus, err) < 0 || settle_rate(w, err) < 0 ||
        settle_ramp(&o->run, err) < 0 || settle_wire(w->wire, &o->run, err) < 0 ||
        tls_options_settle(w, err) < 0)
        return -1;
    if (command_options_take(w, err) < 0 || dataset_options_settle(w, err) < 0)
        return -1;
    if (replay_options_settle(w, err) < 0 || delivery_options_settle(w, err) < 0)
        return -1;
    struct workload_given said = {
        .size = given(w, "-d"), .law = given(w, "--key-dist"), .data = given(w, "--value-data")};
    if (workload_options_settle(w, said, err) < 0 || command_options_settle(w, &said, err) < 0)
        return -1;
    if (o->run.digits == 0)
        o->run.digits = 1;
    if (settle_tags_and_asserts(w, err) < 0 || part_options_settle(w, err) < 0)
        return -1;
    if (o->run.seed == 0)
        o->run.seed = choose_seed();
    return settle_prefill(w, err) < 0 ? -1 : check_load(o, err);
}

int options_settle(struct options_words *w, struct err *err)
{
    return settle_all(w, err) < 0 ? workload_file_blame(w->o.file, err) : 0;
}

void options_hide(struct opt_cursor args)
{
    const struct opt *password = opt_find(&options_table, slice_of("-a"));
    const struct opt *uri = opt_find(&options_table, slice_of("-u"));
    struct opt_word word;
    while (opt_next(&options_table, &args, &word)) {
        if (word.row == password && word.value)
            memset(word.value, 'x', strlen(word.value));
        if (word.row == uri && word.value)
            uri_hide(word.value);
    }
}

enum persona options_persona(struct opt_cursor args)
{
    enum persona persona = args.argc > 0 ? called_as(args.argv[0]) : PERSONA_HKV;
    bool compat = persona == PERSONA_HKV && opt_seen(&options_table, args, "--compat");
    return compat ? PERSONA_REDIS : persona;
}

int options_read(struct options_words *w, struct opt_cursor *c, struct err *err)
{
    *w = (struct options_words){.o.persona = options_persona(*c)};
    bool compat = w->o.persona != PERSONA_HKV;
    opt_defaults(&options_table, w, compat);
    if (opt_parse(&options_table, c, w, compat, err) < 0)
        return -1;
    w->o.argc = c->argc - c->at;
    w->o.argv = (const char **)(c->argv + c->at);
    return 0;
}

// A plain run of which nobody said when it ends is long enough to be believed
// (docs/decisions/0011-default-run.md).
static void settle_default(struct options_words *w)
{
    struct run_conf *run = &w->o.run;
    if (w->o.persona != PERSONA_HKV || given(w, "-n") || run->duration_ns || w->o.prefill_only ||
        run->replay.path)
        return;
    run->duration_ns = DEFAULT_NS;
    run->requests = 0;
}

// The command line of a plain run, which may be too wrong to be read where it asks for help.
static int parse(struct options_words *w, struct opt_cursor args, struct err *err)
{
    bool help = opt_seen(&options_table, args, "--help");
    bool version = opt_seen(&options_table, args, "--version");
    struct err ignored = {0};
    int rc = options_read(w, &args, help || version ? &ignored : err);
    w->o.help = help;
    w->o.version = version;
    if (help || version)
        return 0;
    if (rc < 0 || w->o.show_workload)
        return rc;
    rc = options_settle(w, err);
    if (rc == 0)
        settle_default(w);
    return rc;
}

int options_parse(struct options *o, int argc, char **argv, struct err *err)
{
    struct options_words w;
    struct opt_cursor args = {argc, argv, 1};
    int rc = parse(&w, args, err);
    options_hide(args);
    if (rc < 0)
        options_free(&w.o);
    *o = w.o;
    return rc;
}

int options_check_tests(const struct options *o, struct err *err)
{
    const char *names[64];
    char storage[1024], quoted[64];
    if (!o->tests || o->argc)
        return 0;
    if (o->tests[strspn(o->tests, ",")] == 0) // as in -t "$TESTS" where that is empty
        return err_set(err, ERR_USAGE, "-t: expected names of tests such as set,get, got '%s'",
                       slice_quote(slice_of(o->tests), quoted, sizeof quoted));
    struct slice word = catalog_unknown(o->tests);
    if (!word.len)
        return 0;
    size_t n = catalog_names(names, 64, storage, sizeof storage);
    char *typed = strndup(word.at, word.len);
    const char *best = typed ? nearest(typed, names, n) : NULL;
    free(typed);
    slice_quote(word, quoted, sizeof quoted);
    if (best)
        return err_set(err, ERR_USAGE, "unknown test '%s': did you mean %s?", quoted, best);
    return err_set(err, ERR_USAGE, "unknown test '%s': --help lists them all", quoted);
}

struct slice *options_command(const struct options *o, struct err *err)
{
    struct slice *words = calloc((size_t)o->argc + 1, sizeof *words);
    if (!words)
        err_set(err, ERR_RUN, "not enough memory for the command");
    for (int i = 0; words && i < o->argc; i++)
        words[i] = slice_of(o->argv[i]);
    if (words && o->mix)
        words[0] = slice_of("mix");
    if (words && delivery_options_name(o))
        words[0] = slice_of(delivery_options_name(o));
    return words;
}

struct workload options_workload(const struct options *o, struct words command)
{
    if (o->mix)
        command = (struct words){.at = command.at, .n = 1, .mix = o->mix};
    if (delivery_options_name(o))
        command = (struct words){.at = command.at, .n = 1};
    return (struct workload){.run = o->run,
                             .embedded = o->embedded,
                             .calibrate = o->calibrate,
                             .tests = o->tests,
                             .command = command};
}

struct run_facts options_facts(const struct options *o, int argc, char **argv)
{
    return (struct run_facts){
        .argc = argc, .argv = (const char *const *)argv, .tags = o->tags.at, .ntags = o->tags.n};
}

void options_free(struct options *o)
{
    for (size_t i = 0; i < sizeof o->owned / sizeof *o->owned; i++) {
        free(o->owned[i]);
        o->owned[i] = NULL;
    }
    mix_words_free(o->mix);
    mix_words_free(o->fill);
    workload_file_free(o->file);
    dataset_options_free(o->dataset);
    o->mix = o->fill = NULL;
    o->file = NULL;
    o->dataset = NULL;
}
