// SPDX-License-Identifier: MIT
#include "cli/compare_options.h"

#include "base/clock.h"
#include "base/units.h"
#include "cli/options_table.h"
#include "cli/uri.h"
#include "judge/bracket.h"
#include "option/opt_doc.h"
#include "option/words.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define MINUTE (60 * NS_PER_S)
#define SLOT_MIN_NS (600 * NS_PER_MS) // with --slo: shorter trials say nothing of the client
#define FIELD(f) .offset = offsetof(struct own_words, f), .size = sizeof(((struct own_words *)0)->f)

// Our own options, as they are parsed.
struct own_words {
    struct compare_options o;
    struct opt_list fors;
};

static const char comparing[] = "Comparing";
static const struct opt rows[] = {
    {comparing, 0, "blocks", OPT_COUNT, 0, OPT_OURS, FIELD(o.blocks), .lo = 2, .hi = COMPARISON_BLOCKS_MAX,
     .initial = "12", .metavar = "N",
     .help = "blocks, in each of which every target is measured; 6 are the fewest that judge"},
    {comparing, 0, "slot", OPT_DURATION, 0, OPT_OURS, FIELD(o.slot_ns), .lo = 100 * NS_PER_MS,
     .hi = 60 * MINUTE, .initial = "5s", .metavar = "TIME",
     .help = "how long a target is measured at a time"},
    {comparing, 0, "idle", OPT_DURATION, 0, OPT_OURS, FIELD(o.idle_ns), .hi = 60 * MINUTE, .initial = "200ms",
     .metavar = "TIME", .help = "pause before each slot"},
    {comparing, 0, "fresh", OPT_STRING, 0, OPT_OURS, FIELD(o.fresh_word), .lo = 1, .initial = "none",
     .metavar = "WHAT",
     .help = "before each slot: none; flush sends FLUSHALL and fills again; any other word is a shell "
             "command, which finds the target's name in HKV_TARGET"},
    {comparing, 0, "margin", OPT_STRING, 0, OPT_OURS, FIELD(o.margin_words), .lo = 1, .metavar = "LIST",
     .help = "differences that matter (throughput=1%,p50=3%,p99=5%,p99.9=10%,capacity=3%)"},
    {comparing, 0, "floor", OPT_STRING, 0, OPT_OURS, FIELD(o.floor_words), .lo = 1, .metavar = "LIST",
     .help = "differences that this machine shows of a server to itself, as --aa prints them: none below is "
             "claimed"},
    {comparing, 0, "slo", OPT_STRING, 0, OPT_OURS, FIELD(o.slo_words), .lo = 1, .metavar = "LIST",
     .help =
         "compare capacities: the highest rate at which this holds, as in p99=1ms,p99.9=5ms; each slot is a "
         "search of some trials, which share its time"},
    {comparing, 0, "baseline", OPT_STRING, 0, OPT_OURS, FIELD(o.baseline_words), .lo = 1, .metavar = "DB:RUN",
     .help = "compare the one target with a kept result: a run of the history DB by its number, or last"},
    {comparing, 0, "aa", OPT_FLAG, 0, OPT_OURS, FIELD(o.aa),
     .help = "compare the one target with itself: prints the noise floor of this machine"},
    {comparing, 0, "for", OPT_LIST, 0, OPT_OURS, FIELD(fors), .lo = 1, .metavar = "NAME:--OPTION=VALUE",
     .help = "an option for one target alone; may be repeated"},
    {comparing, 0, "markdown", OPT_FLAG, 0, OPT_OURS, FIELD(o.markdown),
     .help = "a table for a pull request"},
    {comparing, 0, "help", OPT_FLAG, 0, OPT_OURS, FIELD(o.help), .help = "print this and exit"},
};
static const struct opt_table table = {.rows = rows, .n = sizeof rows / sizeof *rows};

// The command line, taken apart.
struct parts {
    struct words_parts words;
    struct opt_list fors;
};

void compare_options_help(FILE *out)
{
    fputs("Usage: hkv-bench compare [NAME=]TARGET [NAME=]TARGET... [OPTIONS] [COMMAND]\n"
          "       hkv-bench compare --baseline DB:RUN [NAME=]TARGET [OPTIONS] [COMMAND]\n\n"
          "Which server is faster? Measures two or more by turns and judges: a ratio, its interval, a "
          "verdict. A target\n"
          "is HOST:PORT, a port, a redis:// URI or the path of a unix socket. All options of a plain run "
          "(hkv-bench "
          "--help) apply\n"
          "to all targets; tests are SET and GET where -t says nothing else. docs/comparing.md explains the "
          "verdict.\n"
          "Exit codes: 0 no regression, 10 the last target is worse beyond the margin, 11 not enough "
          "evidence with\n"
          "--strict; 1 to 3 as of a plain run.\n\n",
          out);
    opt_doc_help(&table, out, false);
}

// A port alone, of this machine.
static bool is_port(const char *word)
{
    return *word && strspn(word, "0123456789") == strlen(word);
}

static bool is_target(const char *word)
{
    return strpbrk(word, "=:/@") || is_port(word);
}

// --- words of one target ---

struct list {
    char **at;
    int n;
    bool whole; // memory sufficed
};

static void put(struct list *l, const char *word, size_t len)
{
    char *copy = l->whole ? strndup(word, len) : NULL;
    if (copy)
        l->at[l->n++] = copy;
    else
        l->whole = false;
}

static void put_word(struct list *l, const char *word)
{
    put(l, word, strlen(word));
}

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

static void put_where(struct list *l, const char *where)
{
    const char *colon = strrchr(where, ':');
    bool port = colon && is_port(colon + 1);
    if (strstr(where, "://")) {
        put_word(l, "-u");
        put_word(l, where);
    } else if (is_port(where)) {
        put_word(l, "-p");
        put_word(l, where);
    } else if (*where == '/' || *where == '@' || *where == '.') {
        put_word(l, "-s");
        put_word(l, where);
    } else {
        put_word(l, "-h");
        put(l, where, port ? (size_t)(colon - where) : strlen(where));
        if (port) {
            put_word(l, "-p");
            put_word(l, colon + 1);
        }
    }
}

static void put_fors(struct list *l, const struct opt_list *fors, const char *name)
{
    for (unsigned i = 0; i < fors->n; i++) {
        const char *colon = strchr(fors->at[i], ':');
        if (colon && slice_is((struct slice){fors->at[i], (size_t)(colon - fors->at[i])}, name))
            put_word(l, colon + 1);
    }
}

static void free_words(char **words)
{
    for (char **w = words; w && *w; w++)
        free(*w);
    free(words);
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
    bool alone = o->aa || o->baseline_words;
    if (o->aa && o->baseline_words)
        return err_set(err, ERR_USAGE,
                       "--aa and --baseline both stand for the other target: give one of them");
    if (alone ? given != 1 : given < 2)
        return err_set(
            err, ERR_USAGE, "%s",
            o->aa   ? "--aa compares one target with itself: give one, as in name=127.0.0.1:6379"
            : alone ? "--baseline compares one target with a kept result: give one, as in "
                      "name=127.0.0.1:6379"
                    : "compare needs two targets or more before the command, as in redis=127.0.0.1:6379 "
                      "hkv=127.0.0.1:16379");
    if (given > COMPARISON_TARGETS_MAX)
        return err_set(err, ERR_USAGE, "compare takes up to %d targets", COMPARISON_TARGETS_MAX);
    o->targets = alone ? 2 : (unsigned)given;
    o->first = o->baseline_words ? 1 : 0;
    return 0;
}

// The word that says where target t is.
static const char *word_of(const struct compare_options *o, const struct words_parts *w, unsigned t)
{
    return w->targets[o->aa ? 0 : t - o->first];
}

static int name_targets(struct compare_options *o, const struct words_parts *w, struct err *err)
{
    if (count_targets(o, w->targets_n, err) < 0)
        return -1;
    for (unsigned t = 0; t < o->targets; t++) {
        o->names[t] = o->aa          ? strdup(t ? "again" : "once")
                      : t < o->first ? strdup("baseline")
                                     : name_of(word_of(o, w, t));
        if (!o->names[t])
            return err_set(err, ERR_RUN, "out of memory");
        for (unsigned i = 0; i < t; i++)
            if (strcmp(o->names[i], o->names[t]) == 0)
                return err_set(err, ERR_USAGE, "two targets are called %s: give them names, as in a=%s",
                               o->names[t], o->names[t]);
    }
    return 0;
}

// Whether each of the options has its value: it must not take what is put behind it for one.
static int check_whole(int argc, char **argv, struct err *err)
{
    struct options_words scrap = {0};
    return opt_parse(&options_table, &(struct opt_cursor){argc, argv, 1}, &scrap, true, err);
}

static int check_fors(const struct compare_options *o, const struct opt_list *fors, struct err *err)
{
    for (unsigned i = 0; i < fors->n; i++) {
        const char *colon = strchr(fors->at[i], ':');
        bool known = false;
        for (unsigned t = o->first; t < o->targets && colon; t++)
            known |= slice_is((struct slice){fors->at[i], (size_t)(colon - fors->at[i])}, o->names[t]);
        if (!known || colon[1] != '-' || strcmp(colon, ":--") == 0)
            return err_set(err, ERR_USAGE,
                           "--for wants a target's name and an option, as in %s:--rate=1000, not \"%.60s\"",
                           o->names[o->first], fors->at[i]);
        if (check_whole(2, (char *[]){NULL, (char *)colon + 1}, err) < 0)
            return -1;
    }
    return 0;
}

static int metric_of(struct slice name)
{
    for (int m = 0; m < COMPARISON_METRICS; m++)
        if (slice_is(name, comparison_metrics[m].text))
            return m;
    return -1;
}

// "throughput=1%,p99=5%" into shares.
static int read_shares(const char *option, const char *words, double shares[COMPARISON_METRICS],
                       struct err *err)
{
    for (const char *at = words; at && *at;) {
        size_t len = strcspn(at, ",");
        size_t name = strcspn(at, "=,");
        char *end = NULL;
        int m = metric_of((struct slice){at, name});
        double percent = at[name] == '=' ? strtod(at + name + 1, &end) : -1;
        if (m < 0 || !end || end == at + name + 1 || !(percent >= 0 && percent < 100) ||
            end + (*end == '%') != at + len)
            return err_set(
                err, ERR_USAGE,
                "%s wants shares of throughput, p50, p99, p99.9 or capacity, as in throughput=1%%,p99=5%%, "
                "not \"%.60s\"",
                option, words);
        shares[m] = percent / 100;
        at += len + (at[len] == ',');
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
            "--baseline wants a history and a run of it, as in runs.db:12 or runs.db:last, not \"%.60s\"",
            o->baseline_words);
    o->baseline_path = strndup(o->baseline_words, (size_t)(colon - o->baseline_words));
    o->baseline_run = colon + 1;
    return o->baseline_path ? 0 : err_set(err, ERR_RUN, "out of memory");
}

static int settle_slo(struct compare_options *o, struct err *err)
{
    if (!o->slo_words)
        return 0;
    for (unsigned t = o->first; t < o->targets; t++)
        if (o->each[t].run.rate > 0 || !o->each[t].run.keepalive)
            return err_set(err, ERR_USAGE,
                           "--slo finds the rate, and needs connections that stay open: leave out --rate, "
                           "--rps and -k 0");
    if (o->slot_ns < SLOT_MIN_NS)
        return err_set(
            err, ERR_USAGE,
            "--slo shares a slot among six trials, which take 100ms at least: give --slot 600ms or more");
    if (slo_parse(&o->slo, o->slo_words, err) < 0)
        return -1;
    uint64_t least_ns = BRACKET_STEPS * SLO_LOOK * slo_longest_ns(&o->slo);
    if (o->slot_ns < least_ns)
        return err_set(
            err, ERR_USAGE,
            "--slot: expected at least %.3gs, because a slot is shared among six trials and shorter ones "
            "cannot see what --slo promises",
            (double)least_ns * 1e-9);
    return 0;
}

// What only a plain run can do.
static int check_target(const struct compare_options *o, unsigned t, struct err *err)
{
    const struct options *each = &o->each[t];
    if (each->help || each->version)
        return err_set(err, ERR_USAGE,
                       "--help and --version each stand alone, as in hkv-bench --version: leave them out of "
                       "compare");
    if (each->loop || each->idle || each->series || each->hdr || each->stdin_last)
        return err_set(err, ERR_USAGE,
                       "-l, -I, -x, --series and --hdr are for a plain run: leave them out of compare");
    if (o->counts || each->run.duration_ns || each->run.until_error > 0)
        return err_set(
            err, ERR_USAGE,
            "compare measures in slots: give --slot in place of -n, --duration and --until-precise");
    if (each->marks.nasserts)
        return err_set(err, ERR_USAGE,
                       "--assert belongs to a plain run: compare has an exit code of its own");
    return 0;
}

static int settle(struct compare_options *o, struct err *err)
{
    for (int m = 0; m < COMPARISON_METRICS; m++)
        o->margins[m] = comparison_metrics[m].margin;
    if (read_shares("--margin", o->margin_words, o->margins, err) < 0 ||
        read_shares("--floor", o->floor_words, o->floors, err) < 0)
        return -1;
    o->fresh = strcmp(o->fresh_word, "none") == 0    ? FRESH_NONE
               : strcmp(o->fresh_word, "flush") == 0 ? FRESH_FLUSH
                                                     : FRESH_COMMAND;
    for (unsigned t = o->first; t < o->targets; t++)
        if (check_target(o, t, err) < 0)
            return -1;
    return settle_slo(o, err);
}

// Parses what target t is measured with: where it is, what holds for all, what holds for it alone, the
// command.
static int parse_target(struct compare_options *o, const struct parts *p, unsigned t, struct err *err)
{
    const struct words_parts *w = &p->words;
    struct list l = {calloc((size_t)w->rest_n + p->fors.n + 10, sizeof(char *)), 0, true};
    if (!l.at)
        return err_set(err, ERR_RUN, "out of memory");
    o->words[t] = l.at;
    put_word(&l, w->rest[0]);
    put_where(&l, where_of(word_of(o, w, t)));
    for (int i = 1; i < w->options_n; i++)
        put_word(&l, w->rest[i]);
    put_fors(&l, &p->fors, o->names[t]);
    for (int i = w->options_n; i < w->rest_n; i++)
        put_word(&l, w->rest[i]);
    if (!l.whole)
        return err_set(err, ERR_RUN, "out of memory");
    o->counts |= opt_seen(&options_table, (struct opt_cursor){l.n, l.at, 1}, "-n");
    o->warms |= opt_seen(&options_table, (struct opt_cursor){l.n, l.at, 1}, "--warmup");
    return options_parse(&o->each[t], l.n, l.at, err);
}

static int parse_all(struct compare_options *o, struct parts *p, struct err *err)
{
    if (name_targets(o, &p->words, err) < 0 || read_baseline(o, err) < 0 ||
        check_fors(o, &p->fors, err) < 0 || check_whole(p->words.options_n, p->words.rest, err) < 0)
        return -1;
    for (unsigned t = o->first; t < o->targets; t++)
        if (parse_target(o, p, t, err) < 0)
            return -1;
    return settle(o, err);
}

static void hide_in(int argc, char **argv)
{
    struct options scrap;
    struct err err = {0};
    if (options_parse(&scrap, argc, argv, &err) == 0)
        options_free(&scrap);
}

// Passwords in the words as ps shows them: parsing hides them in the copies only.
static void hide_passwords(const struct parts *p)
{
    const struct words_parts *w = &p->words;
    for (int i = 0; i < w->targets_n; i++)
        if (strstr(w->targets[i], "://"))
            uri_hide(w->targets[i] + (where_of(w->targets[i]) - w->targets[i]));
    for (unsigned i = 0; i < p->fors.n; i++) {
        const char *colon = strchr(p->fors.at[i], ':');
        if (colon)
            hide_in(2, (char *[]){w->rest[0], (char *)colon + 1});
    }
    hide_in(w->options_n, w->rest);
}

static int parse_words(struct own_words *w, struct parts *p, struct opt_cursor c, struct err *err)
{
    static char program[] = "hkv-bench";
    const struct words_rule rule = {program, &table, &options_table, is_target};
    opt_defaults(&table, w, false);
    if (words_sort(&p->words, &rule, c, err) < 0)
        return -1;
    struct opt_cursor own = {p->words.own_n, p->words.own, 1};
    int rc = opt_parse(&table, &own, w, false, err);
    p->fors = w->fors;
    return rc;
}

int compare_options_parse(struct compare_options *o, int argc, char **argv, struct err *err)
{
    struct own_words *w = calloc(1, sizeof *w); // too large for a stack
    struct parts p = {0};
    if (!w)
        return err_set(err, ERR_RUN, "out of memory");
    int rc = parse_words(w, &p, (struct opt_cursor){argc, argv, 1}, err);
    bool sorted = p.words.own;
    if (sorted)
        *o = w->o;
    free(w);
    if (!sorted)
        return -1;
    if (rc == 0 && !o->help)
        rc = parse_all(o, &p, err);
    hide_passwords(&p);
    words_free(&p.words);
    if (rc < 0)
        compare_options_free(o);
    return rc;
}

void compare_options_free(struct compare_options *o)
{
    for (unsigned t = 0; t < COMPARISON_TARGETS_MAX; t++) {
        options_free(&o->each[t]);
        free_words(o->words[t]);
        free((char *)o->names[t]);
        o->words[t] = NULL;
        o->names[t] = NULL;
    }
    free(o->baseline_path);
    o->baseline_path = NULL;
}
