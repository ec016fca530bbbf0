// SPDX-License-Identifier: MIT
#include "cli/compare_options.h"

#include "base/clock.h"
#include "base/units.h"
#include "cli/options_table.h"
#include "cli/part_options.h"
#include "cli/replay_options.h"
#include "cli/slo_options.h"
#include "cli/tls_options.h"
#include "cli/workload_file.h"
#include "experiment/compare_settle.h"
#include "net/uri.h"
#include "stats/comparison_shares.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define MINUTE (60 * NS_PER_S)
#define FIELD(f) .offset = offsetof(struct own_words, f), .size = sizeof(((struct own_words *)0)->f)

// Our own options, as they are parsed.
struct own_words {
    struct compare_options o;
    struct opt_list fors;
    struct options_words all; // what holds for all targets
    struct opt_given given;
};

static const char comparing[] = "Comparing";
static const struct opt rows[] = {
    {comparing, 0, "blocks", OPT_COUNT, 0, OPT_OURS, FIELD(o.conf.blocks), .lo = 2,
     .hi = COMPARISON_BLOCKS_MAX, .metavar = "N",
     .help = "measure exactly this many blocks, each with one slot per target, instead of as many as needed; "
             "at least 6 for a verdict"},
    {comparing, 0, "budget", OPT_DURATION, 0, OPT_OURS, FIELD(o.conf.budget_ns), .lo = NS_PER_S,
     .hi = 24 * 60 * MINUTE, .initial = "2m", .metavar = "TIME",
     .help = "time limit for all tests together; a test without a verdict by then is inconclusive"},
    {comparing, 0, "slot", OPT_DURATION, 0, OPT_OURS, FIELD(o.conf.slot_ns), .lo = 100 * NS_PER_MS,
     .hi = 60 * MINUTE, .metavar = "TIME",
     .help = "how long a target is measured at a time (default: chosen to fit the budget; 5s with --blocks "
             "or --baseline)"},
    {comparing, 0, "idle", OPT_DURATION, 0, OPT_OURS, FIELD(o.conf.idle_ns), .hi = 60 * MINUTE,
     .initial = "50ms", .metavar = "TIME", .help = "pause before each slot"},
    {comparing, 0, "fresh", OPT_STRING, 0, OPT_OURS, FIELD(o.fresh_word), .lo = 1, .initial = "none",
     .metavar = "WHAT",
     .help = "before each slot: none; flush sends FLUSHALL and fills again; anything else is a shell "
             "command, with the target's name in HKV_TARGET"},
    {comparing, 0, "duet", OPT_FLAG, 0, OPT_OURS, FIELD(o.conf.duet),
     .help = "measure both targets at the same time, by client threads on CPUs of their own (half of --cpus "
             "each), so that disturbances affect both"},
    {comparing, 0, "restart", OPT_STRING, 0, OPT_OURS, FIELD(o.conf.restart_command), .lo = 1,
     .metavar = "CMD",
     .help = "before each block, restart each server with this shell command (target's name in HKV_TARGET) "
             "and wait until it answers PING"},
    {comparing, 0, "margin", OPT_STRING, 0, OPT_OURS, FIELD(o.margin_words), .lo = 1, .metavar = "LIST",
     .help = "smallest differences that matter "
             "(throughput=1%,p50=3%,p99=5%,p99.9=10%,capacity=3%)"},
    {comparing, 0, "floor", OPT_STRING, 0, OPT_OURS, FIELD(o.floor_words), .lo = 1, .metavar = "LIST",
     .help = "noise floor of this machine, as printed by --aa; smaller differences are not claimed"},
    {comparing, 0, "slo", OPT_LIST, 0, OPT_OURS, FIELD(o.slo_words), .lo = 1, .metavar = "LIST",
     .help = "compare capacities: the highest rate at which this latency objective holds, e.g. "
             "p99=1ms,p99.9=5ms; each slot is then a short search"},
    {comparing, 0, "baseline", OPT_STRING, 0, OPT_OURS, FIELD(o.baseline_words), .lo = 1, .metavar = "DB:RUN",
     .help = "compare the one target with a kept result: a run of the history DB by its number, or last"},
    {comparing, 0, "aa", OPT_FLAG, 0, OPT_OURS, FIELD(o.conf.aa),
     .help = "compare the one target with itself: prints the noise floor of this machine"},
    {comparing, 0, "for", OPT_LIST, 0, OPT_OURS, FIELD(fors), .lo = 1, .metavar = "NAME:--OPTION=VALUE",
     .help = "an option for one target only; may be repeated"},
    {comparing, 0, "markdown", OPT_FLAG, 0, OPT_OURS, FIELD(o.markdown),
     .help = "the report as Markdown for a pull request: the verdict in a sentence, a table, details folded"},
    {comparing, 0, "github", OPT_FLAG, 0, OPT_OURS, FIELD(o.github),
     .help = "add the Markdown to the summary of a GitHub job too, the file of GITHUB_STEP_SUMMARY"},
    {comparing, 0, "help", OPT_FLAG, 0, OPT_OURS, FIELD(o.help), .help = "print this help and exit"},
};
static const struct opt_table table = {
    .rows = rows, .n = sizeof rows / sizeof *rows, .given = offsetof(struct own_words, given)};

// A port alone, of this machine.
static bool is_port(const char *word)
{
    return *word && strspn(word, "0123456789") == strlen(word);
}

static bool is_target(const char *word)
{
    return strpbrk(word, "=:/@") || is_port(word);
}

static const char *const usage[] = {"compare [NAME=]TARGET [NAME=]TARGET... [OPTIONS] [COMMAND]",
                                    "compare --baseline DB:RUN [NAME=]TARGET [OPTIONS] [COMMAND]", NULL};
static const struct manual_example examples[] = {
    {"compare old=127.0.0.1:6379 new=127.0.0.1:6380 -t get", NULL},
    {0},
};
const struct manual compare_options_manual = {
    .name = "compare",
    .summary = "measure two or more servers, interleaved, and judge which is faster",
    .usage = usage,
    .about = "Which server is faster? Measures two or more servers, interleaved, and reports a ratio, its "
             "95% CI and a verdict for each metric. A target is HOST:PORT, a port, a redis:// or rediss:// "
             "URI, unix:/PATH or the path of a unix socket. All options of a plain run (hkv-bench --help) "
             "apply to all targets; the default tests are SET and GET. docs/comparing.md explains the "
             "verdict.\n\nExit codes: 0 no regression, 10 the last target is worse beyond the margin, 11 no "
             "verdict with --strict; 1 to 3 as of a plain run.",
    .examples = examples,
    .is_target = is_target,
    .own = &table,
    .rest = &options_table,
};

// --- one target ---

// "name=where": the name's length, or 0. A path or URI may hold a = of its own.
static size_t name_len(const char *word)
{
    size_t n = strcspn(word, "=:/@");
    return word[n] == '=' ? n : 0;
}

static const char *where_of(const char *word)
{
    size_t n = name_len(word);
    return n ? word + n + 1 : word;
}

// Where a target says itself where it is, that wins over what holds for all.
static int put_where(struct options_words *w, const char *where, char **host, struct err *err)
{
    const char *colon = strrchr(where, ':');
    bool one = colon == strchr(where, ':') || (colon > where && colon[-1] == ']'); // else an IPv6 address
    bool port = colon && one && is_port(colon + 1);
    if (strstr(where, "://"))
        return opt_set(&options_table, "-u", where, w, err);
    if (is_port(where))
        return opt_set(&options_table, "-p", where, w, err);
    if (strncmp(where, "unix:", 5) == 0)
        return opt_set(&options_table, "-s", where + 5, w, err);
    if (*where == '/' || *where == '@' || *where == '.')
        return opt_set(&options_table, "-s", where, w, err);
    *host = strndup(where, port ? (size_t)(colon - where) : strlen(where));
    if (!*host)
        return err_set(err, ERR_RUN, "out of memory");
    if (opt_set(&options_table, "-h", *host, w, err) < 0)
        return -1;
    return port ? opt_set(&options_table, "-p", colon + 1, w, err) : 0;
}

// The target and the option of a --for: the option as a line of one word. False where it has none.
static bool is_for(const char *word, const char *name, struct opt_cursor *c, char **option)
{
    const char *colon = strchr(word, ':');
    if (!colon || !slice_is((struct slice){word, (size_t)(colon - word)}, name))
        return false;
    *option = (char *)colon + 1;
    *c = (struct opt_cursor){.argc = 1, .argv = option};
    return true;
}

static int put_fors(struct options_words *w, const struct opt_list *fors, const char *name, struct err *err)
{
    struct opt_cursor c;
    char *option;
    for (unsigned i = 0; i < fors->n; i++)
        if (is_for(fors->at[i], name, &c, &option) &&
            opt_parse(&options_table, &c, w, w->o.persona != PERSONA_HKV, err) < 0)
            return -1;
    return 0;
}

// --- checks ---

// To be freed.
static char *name_of(const char *word)
{
    size_t n = name_len(word);
    char *name = strndup(word, n ? n : strlen(word));
    if (name && strstr(name, "://"))
        uri_hide(name);
    return name;
}

static int count_targets(struct compare_options *o, int given, struct err *err)
{
    struct compare_conf *conf = &o->conf;
    bool alone = conf->aa || o->baseline_words;
    if (conf->aa && o->baseline_words)
        return err_set(err, ERR_USAGE,
                       "--aa and --baseline both stand for the other target: give one of them");
    if (alone ? given != 1 : given < 2)
        return err_set(
            err, ERR_USAGE, "%s",
            conf->aa ? "--aa compares one target with itself: give one, e.g. name=127.0.0.1:6379"
            : alone  ? "--baseline compares one target with a kept result: give one, e.g. name=127.0.0.1:6379"
                     : "expected two targets or more before the command, e.g. redis=127.0.0.1:6379 "
                       "hkv=127.0.0.1:16379");
    if (given > COMPARISON_TARGETS_MAX)
        return err_set(err, ERR_USAGE, "compare takes up to %d targets", COMPARISON_TARGETS_MAX);
    conf->targets = alone ? 2 : (unsigned)given;
    conf->first = o->baseline_words ? 1 : 0;
    return 0;
}

// The word that says where target t is.
static char *word_of(const struct compare_options *o, unsigned t)
{
    return o->words.targets[o->conf.aa ? 0 : t - o->conf.first];
}

static int name_targets(struct compare_options *o, struct err *err)
{
    struct compare_conf *conf = &o->conf;
    if (count_targets(o, o->words.targets_n, err) < 0)
        return -1;
    for (unsigned t = 0; t < conf->targets; t++) {
        o->names[t] = conf->aa          ? strdup(t ? "again" : "once")
                      : t < conf->first ? strdup("baseline")
                                        : name_of(word_of(o, t));
        if (!o->names[t])
            return err_set(err, ERR_RUN, "out of memory");
        for (unsigned i = 0; i < t; i++)
            if (strcmp(o->names[i], o->names[t]) == 0)
                return err_set(err, ERR_USAGE, "two targets are called %s: give them names, e.g. a=%s",
                               o->names[t], o->names[t]);
        conf->each[t].name = o->names[t];
    }
    return 0;
}

static int check_fors(const struct compare_options *o, const struct opt_list *fors, struct err *err)
{
    for (unsigned i = 0; i < fors->n; i++) {
        struct opt_cursor c;
        char *option = NULL;
        for (unsigned t = o->conf.first; t < o->conf.targets && !option; t++)
            is_for(fors->at[i], o->names[t], &c, &option);
        if (!option || *option != '-' || strcmp(option, "--") == 0)
            return err_set(
                err, ERR_USAGE,
                "--for: expected a target's name and an option such as %s:--rate=1000, got '%.60s'",
                o->names[o->conf.first], fors->at[i]);
    }
    return 0;
}

// "runs.db:12" into its parts.
static int read_baseline(struct compare_options *o, struct err *err)
{
    const char *colon = o->baseline_words ? strrchr(o->baseline_words, ':') : NULL;
    if (!o->baseline_words)
        return 0;
    if (!colon || colon == o->baseline_words || !colon[1])
        return err_set(
            err, ERR_USAGE,
            "--baseline: expected a history and a run such as runs.db:12 or runs.db:last, got '%.60s'",
            o->baseline_words);
    o->baseline_path = strndup(o->baseline_words, (size_t)(colon - o->baseline_words));
    o->conf.baseline_path = o->baseline_path;
    o->conf.baseline_run = colon + 1;
    return o->baseline_path ? 0 : err_set(err, ERR_RUN, "out of memory");
}

static int check_budget(const struct compare_options *o, const struct own_words *own, struct err *err)
{
    bool fixed = o->conf.blocks;
    if (opt_given(&table, own, "--budget") && (fixed || o->baseline_words))
        return err_set(err, ERR_USAGE,
                       "--budget ends a comparison of as many blocks as it takes: leave it out with %s",
                       fixed ? "--blocks" : "--baseline");
    return 0;
}

static int parse_slo(struct compare_options *o, struct err *err)
{
    const struct opt_list *words = &o->slo_words;
    if (words->n > 1)
        return err_set(err, ERR_USAGE,
                       "--slo: compare takes one promise, got %u: give --slo once, e.g. p99=1ms,p99.9=5ms "
                       "where both are to hold",
                       words->n);
    for (unsigned t = o->conf.first; words->n && t < o->conf.targets; t++)
        if (slo_options_parse(&o->conf.slo, words->at[0], &o->each[t], err) < 0)
            return -1;
    return 0;
}

// What only a plain run can do.
static int check_target(const struct options_words *w, struct err *err)
{
    const struct options *o = &w->o;
    if (o->help || o->version || o->show_workload)
        return err_set(
            err, ERR_USAGE,
            "--help, --version and --show-workload each stand alone, e.g. hkv-bench --version: leave "
            "them out of compare");
    if (o->loop || o->idle || o->series || o->hdr || o->stdin_last || o->prefill_only || o->cleanup)
        return err_set(err, ERR_USAGE,
                       "-l, -I, -x, --series, --hdr, --prefill-only and --cleanup are for a plain run: leave "
                       "them out of compare");
    if (part_options_none(o, "compare", err) < 0 || replay_options_none(o, "compare", err) < 0)
        return -1;
    if (w->compat && o->persona == PERSONA_HKV)
        return err_set(err, ERR_USAGE, "--compat changes the defaults of all targets: give it without --for");
    if (options_given(o, "-n") || o->run.duration_ns || o->run.until_error > 0)
        return err_set(
            err, ERR_USAGE,
            "compare measures in slots: give --slot instead of -n, --duration and --until-precise");
    if (o->asserts.n)
        return err_set(err, ERR_USAGE,
                       "--assert belongs to a plain run: compare has an exit code of its own");
    return 0;
}

static int settle(struct compare_options *o, const struct own_words *own, struct err *err)
{
    struct compare_conf *conf = &o->conf;
    for (int m = 0; m < COMPARISON_METRICS; m++)
        conf->margins[m] = comparison_metrics[m].margin;
    if (comparison_shares_parse("--margin", o->margin_words, conf->margins, err) < 0 ||
        comparison_shares_parse("--floor", o->floor_words, conf->floors, err) < 0)
        return -1;
    conf->fresh = strcmp(o->fresh_word, "none") == 0    ? COMPARE_FRESH_NONE
                  : strcmp(o->fresh_word, "flush") == 0 ? COMPARE_FRESH_FLUSH
                                                        : COMPARE_FRESH_COMMAND;
    conf->fresh_command = o->fresh_word;
    conf->strict = compare_options_lead(o)->strict;
    bool tls = false;
    for (unsigned t = conf->first; t < conf->targets; t++)
        tls |= o->each[t].run.tls.on;
    if (!tls && tls_options_idle(compare_options_lead(o), err) < 0)
        return -1;
    if (check_budget(o, own, err) < 0 || parse_slo(o, err) < 0)
        return -1;
    return compare_settle(conf, err);
}

// What target t is measured with: what holds for all, then where it is, then what holds for it alone.
static int read_target(struct compare_options *o, const struct own_words *own, unsigned t, struct err *err)
{
    struct options_words w = own->all;
    int rc = put_where(&w, where_of(word_of(o, t)), &o->hosts[t], err);
    if (rc == 0)
        rc = put_fors(&w, &own->fors, o->names[t], err);
    if (rc == 0)
        rc = options_settle(&w, err);
    if (rc == 0)
        rc = check_target(&w, err);
    w.o.run.cluster_or_one = own->all.o.run.cluster || own->all.cluster_mode; // asked of all
    o->conf.warms |= options_given(&w.o, "--warmup") || w.o.run.ramp_ns > 0;
    o->each[t] = w.o;
    return rc;
}

static int read_targets(struct compare_options *o, const struct own_words *own, struct err *err)
{
    struct compare_conf *conf = &o->conf;
    for (unsigned t = conf->first; t < conf->targets; t++)
        if (read_target(o, own, t, err) < 0)
            return -1;
    const struct options *lead = compare_options_lead(o);
    o->command = options_command(lead, err);
    if (!o->command || options_check_tests(lead, err) < 0)
        return -1;
    for (unsigned t = conf->first; t < conf->targets; t++)
        conf->each[t].workload =
            options_workload(&o->each[t], (struct words){.at = o->command, .n = (size_t)lead->argc});
    return 0;
}

static int read_all(struct compare_options *o, struct own_words *own, struct err *err)
{
    struct opt_cursor c = {o->words.rest_n, o->words.rest, 1};
    if (name_targets(o, err) < 0 || read_baseline(o, err) < 0 || check_fors(o, &own->fors, err) < 0 ||
        options_read(&own->all, &c, err) < 0 || read_targets(o, own, err) < 0)
        return -1;
    return settle(o, own, err);
}

// Passwords in the words as ps shows them.
static void hide_passwords(const struct argv_parts *w, const struct opt_list *fors)
{
    for (int i = 0; i < w->targets_n; i++)
        if (strstr(w->targets[i], "://"))
            uri_hide(w->targets[i] + (where_of(w->targets[i]) - w->targets[i]));
    for (unsigned i = 0; i < fors->n; i++) {
        char *colon = strchr(fors->at[i], ':');
        if (colon)
            options_hide((struct opt_cursor){1, (char *[]){colon + 1}, 0});
    }
    options_hide((struct opt_cursor){w->options_n, w->rest, 1});
}

static int parse(struct own_words *own, struct opt_cursor args, struct err *err)
{
    static char program[] = "hkv-bench";
    const struct argv_rule rule = {program, &table, &options_table, is_target};
    struct argv_parts words;
    opt_defaults(&table, own, false);
    if (argv_split(&words, &rule, args, err) < 0)
        return -1;
    own->o.words = words;
    struct opt_cursor c = {words.own_n, words.own, 1};
    int rc = opt_parse(&table, &c, own, false, err);
    if (rc == 0 && !own->o.help)
        rc = read_all(&own->o, own, err);
    hide_passwords(&words, &own->fors);
    return rc;
}

int compare_options_parse(struct compare_options *o, int argc, char **argv, struct err *err)
{
    struct own_words *own = calloc(1, sizeof *own); // too large for a stack
    if (!own)
        return err_set(err, ERR_RUN, "out of memory");
    int rc = parse(own, (struct opt_cursor){argc, argv, 1}, err);
    *o = own->o;
    free(own);
    if (rc < 0) {
        workload_file_blame(compare_options_lead(o)->file, err);
        compare_options_free(o);
    }
    return rc;
}

void compare_options_free(struct compare_options *o)
{
    for (unsigned t = 0; t < COMPARISON_TARGETS_MAX; t++) {
        options_free(&o->each[t]);
        free(o->names[t]);
        free(o->hosts[t]);
        o->names[t] = o->hosts[t] = NULL;
    }
    free(o->baseline_path);
    o->baseline_path = NULL;
    free(o->command);
    o->command = NULL;
    argv_free(&o->words);
}
