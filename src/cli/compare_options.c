// SPDX-License-Identifier: MIT
#include "cli/compare_options.h"

#include "base/clock.h"
#include "base/units.h"
#include "cli/options_table.h"
#include "cli/uri.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define FORS_MAX 64
#define MINUTE (60 * NS_PER_S)
#define FIELD(f) .offset = offsetof(struct own_words, f), .size = sizeof(((struct own_words *)0)->f)

// Our own options, as they are parsed.
struct own_words {
    struct compare_options o;
    const char *for_words;
};

static const char comparing[] = "Comparing";
static const struct opt rows[] = {
    {comparing, 0, "blocks", OPT_COUNT, 0, OPT_OURS, FIELD(o.blocks), .lo = 2, .hi = CONTEST_BLOCKS_MAX,
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
     .help = "differences that matter (throughput=1%,p50=3%,p99=5%,p99.9=10%)"},
    {comparing, 0, "floor", OPT_STRING, 0, OPT_OURS, FIELD(o.floor_words), .lo = 1, .metavar = "LIST",
     .help = "differences that this machine shows of a server to itself, as --aa prints them: none below is "
             "claimed"},
    {comparing, 0, "aa", OPT_FLAG, 0, OPT_OURS, FIELD(o.aa),
     .help = "compare the one target with itself: prints the noise floor of this machine"},
    {comparing, 0, "for", OPT_STRING, 0, OPT_OURS, FIELD(for_words), .lo = 1,
     .metavar = "NAME:--OPTION=VALUE", .help = "an option for one target alone; may be repeated"},
    {comparing, 0, "markdown", OPT_FLAG, 0, OPT_OURS, FIELD(o.markdown),
     .help = "a table for a pull request"},
    {comparing, 0, "help", OPT_FLAG, 0, OPT_OURS, FIELD(o.help), .help = "print this and exit"},
};
static const struct opt_table table = {rows, sizeof rows / sizeof *rows};

// The command line, taken apart.
struct parts {
    int own_n, rest_n, fors_n;
    char **own, **rest;
    const char *fors[FORS_MAX];
    int targets; // of rest
    int options; // of rest, behind the targets
};

void compare_options_help(FILE *out)
{
    fputs("Usage: hkv-bench compare [NAME=]TARGET [NAME=]TARGET... [OPTIONS] [COMMAND]\n\n"
          "Which server is faster? Measures two or more by turns and judges: a ratio, its interval, a "
          "verdict. A target\n"
          "is HOST:PORT, a redis:// URI or the path of a unix socket. All options of a plain run (hkv-bench "
          "--help) apply\n"
          "to all targets; tests are SET and GET where -t says nothing else. docs/comparing.md explains the "
          "verdict.\n"
          "Exit codes: 0 no regression, 10 the last target is worse beyond the margin, 11 not enough "
          "evidence with\n"
          "--strict; 1 to 3 as of a plain run.\n\n",
          out);
    opt_help(&table, out, false);
}

static bool is_for(const struct opt *row)
{
    return row->offset == offsetof(struct own_words, for_words);
}

// Sorts the words into our own options, --for, and the rest, up to "--".
static int take_apart(struct parts *p, int argc, char **argv, struct err *err)
{
    p->own[p->own_n++] = argv[0];
    for (int i = 1; i < argc; i++) {
        struct opt_cursor c = {argc, argv, i};
        struct opt_word w = {0};
        if (strcmp(argv[i], "--") == 0) {
            while (i < argc)
                p->rest[p->rest_n++] = argv[i++];
            return 0;
        }
        if (argv[i][0] != '-' || !opt_next(&table, &c, &w) || !w.row) {
            p->rest[p->rest_n++] = argv[i];
            continue;
        }
        if (is_for(w.row) && w.value && p->fors_n == FORS_MAX)
            return err_set(err, ERR_USAGE, "--for can be given %d times", FORS_MAX);
        if (is_for(w.row) && w.value)
            p->fors[p->fors_n++] = w.value;
        for (; i < c.at; i++)
            p->own[p->own_n++] = argv[i];
        i--;
    }
    return 0;
}

static bool is_target(const char *word)
{
    return word[0] != '-' && strpbrk(word, "=:/@");
}

static void find_borders(struct parts *p)
{
    while (p->targets < p->rest_n && is_target(p->rest[p->targets]))
        p->targets++;
    struct opt_cursor c = {p->rest_n, p->rest, p->targets};
    struct opt_word w;
    while (opt_next(&options_table, &c, &w))
        ;
    p->options = c.at - p->targets;
    if (p->options && strcmp(p->rest[p->targets + p->options - 1], "--") == 0)
        p->options--;
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
    bool port = colon && colon[1] && strspn(colon + 1, "0123456789") == strlen(colon + 1);
    if (strstr(where, "://")) {
        put_word(l, "-u");
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

static void put_fors(struct list *l, const struct parts *p, const char *name)
{
    for (int i = 0; i < p->fors_n; i++) {
        const char *colon = strchr(p->fors[i], ':');
        if (colon && slice_is((struct slice){p->fors[i], (size_t)(colon - p->fors[i])}, name))
            put_word(l, colon + 1);
    }
}

static void free_words(char **words)
{
    for (char **w = words; w && *w; w++)
        free(*w);
    free(words);
}

// Parses what target t is measured with: where it is, what holds for all, what holds for it alone, the
// command.
static int parse_target(struct compare_options *o, const struct parts *p, unsigned t, struct err *err)
{
    const char *word = p->rest[o->aa ? 0 : t];
    struct list l = {calloc((size_t)p->rest_n + (size_t)p->fors_n + 10, sizeof(char *)), 0, true};
    if (!l.at)
        return err_set(err, ERR_RUN, "out of memory");
    o->words[t] = l.at;
    put_word(&l, "hkv-bench");
    put_where(&l, where_of(word));
    for (int i = 0; i < p->options; i++)
        put_word(&l, p->rest[p->targets + i]);
    put_fors(&l, p, o->names[t]);
    put_word(&l, "--");
    for (int i = p->targets + p->options; i < p->rest_n; i++)
        if (i > p->targets + p->options || strcmp(p->rest[i], "--") != 0)
            put_word(&l, p->rest[i]);
    if (!l.whole)
        return err_set(err, ERR_RUN, "out of memory");
    o->counts |= opt_seen(&options_table, (struct opt_cursor){l.n, l.at, 1}, "-n");
    o->warms |= opt_seen(&options_table, (struct opt_cursor){l.n, l.at, 1}, "--warmup");
    if (options_parse(&o->each[t], l.n, l.at, err) < 0)
        return -1;
    const struct options *each = &o->each[t];
    if (each->save || each->marks.ntags || each->marks.nasserts)
        return err_set(err, ERR_USAGE,
                       "--save, --tag and --assert belong to a plain run: leave out compare, or them");
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

static int name_targets(struct compare_options *o, const struct parts *p, struct err *err)
{
    if (o->aa ? p->targets != 1 : p->targets < 2)
        return err_set(
            err, ERR_USAGE, "%s",
            o->aa ? "--aa compares one target with itself: give one, as in name=127.0.0.1:6379"
                  : "compare needs two targets or more before its options, as in redis=127.0.0.1:6379 "
                    "hkv=127.0.0.1:16379");
    if (p->targets > CONTEST_TARGETS_MAX)
        return err_set(err, ERR_USAGE, "compare takes up to %d targets", CONTEST_TARGETS_MAX);
    o->targets = o->aa ? 2 : (unsigned)p->targets;
    for (unsigned t = 0; t < o->targets; t++) {
        o->names[t] = o->aa ? strdup(t ? "again" : "once") : name_of(p->rest[t]);
        if (!o->names[t])
            return err_set(err, ERR_RUN, "out of memory");
        for (unsigned i = 0; i < t; i++)
            if (strcmp(o->names[i], o->names[t]) == 0)
                return err_set(err, ERR_USAGE, "two targets are called %s: give them names, as in a=%s",
                               o->names[t], o->names[t]);
    }
    return 0;
}

static int check_fors(const struct compare_options *o, const struct parts *p, struct err *err)
{
    for (int i = 0; i < p->fors_n; i++) {
        const char *colon = strchr(p->fors[i], ':');
        bool known = false;
        for (unsigned t = 0; t < o->targets && colon; t++)
            known |= slice_is((struct slice){p->fors[i], (size_t)(colon - p->fors[i])}, o->names[t]);
        if (!known || colon[1] != '-')
            return err_set(err, ERR_USAGE,
                           "--for wants a target's name and an option, as in %s:--rate=1000, not \"%.60s\"",
                           o->names[0], p->fors[i]);
    }
    return 0;
}

static int metric_of(struct slice name)
{
    for (int m = 0; m < CONTEST_METRICS; m++)
        if (slice_is(name, contest_metrics[m].text))
            return m;
    return -1;
}

// "throughput=1%,p99=5%" into shares.
static int read_shares(const char *option, const char *words, double shares[CONTEST_METRICS], struct err *err)
{
    for (const char *at = words; at && *at;) {
        size_t len = strcspn(at, ",");
        size_t name = strcspn(at, "=,");
        char *end = NULL;
        int m = metric_of((struct slice){at, name});
        double percent = at[name] == '=' ? strtod(at + name + 1, &end) : -1;
        if (m < 0 || !end || end == at + name + 1 || !(percent >= 0 && percent < 100) ||
            end + (*end == '%') != at + len)
            return err_set(err, ERR_USAGE,
                           "%s wants shares of throughput, p50, p99 or p99.9, as in throughput=1%%,p99=5%%, "
                           "not \"%.60s\"",
                           option, words);
        shares[m] = percent / 100;
        at += len + (at[len] == ',');
    }
    return 0;
}

static int settle(struct compare_options *o, struct err *err)
{
    for (int m = 0; m < CONTEST_METRICS; m++)
        o->margins[m] = contest_metrics[m].margin;
    if (read_shares("--margin", o->margin_words, o->margins, err) < 0 ||
        read_shares("--floor", o->floor_words, o->floors, err) < 0)
        return -1;
    o->fresh = strcmp(o->fresh_word, "none") == 0    ? FRESH_NONE
               : strcmp(o->fresh_word, "flush") == 0 ? FRESH_FLUSH
                                                     : FRESH_COMMAND;
    for (unsigned t = 0; t < o->targets; t++)
        if (!o->each[t].tests && !o->each[t].argc)
            o->each[t].tests = "set,get";
    const struct options *first = &o->each[0];
    if (first->loop || first->idle || first->series || first->hdr || first->stdin_last)
        return err_set(err, ERR_USAGE,
                       "-l, -I, -x, --series and --hdr are for a plain run: leave them out of compare");
    if (o->counts || first->run.duration_ns || first->run.until_error > 0)
        return err_set(
            err, ERR_USAGE,
            "compare measures in slots: give --slot in place of -n, --duration and --until-precise");
    return 0;
}

static int parse_all(struct compare_options *o, struct parts *p, struct err *err)
{
    find_borders(p);
    if (name_targets(o, p, err) < 0 || check_fors(o, p, err) < 0)
        return -1;
    for (unsigned t = 0; t < o->targets; t++)
        if (parse_target(o, p, t, err) < 0)
            return -1;
    return settle(o, err);
}

// Passwords in the words as ps shows them: parsing hides them in the copies only.
static void hide_passwords(const struct parts *p)
{
    struct options scrap;
    struct err err = {0};
    for (int i = 0; i < p->targets; i++)
        if (strstr(p->rest[i], "://"))
            uri_hide(p->rest[i] + (where_of(p->rest[i]) - p->rest[i]));
    if (p->targets && options_parse(&scrap, p->options + 1, p->rest + p->targets - 1, &err) == 0)
        options_free(&scrap);
}

int compare_options_parse(struct compare_options *o, int argc, char **argv, struct err *err)
{
    struct own_words w = {0};
    struct parts p = {0};
    p.own = calloc((size_t)argc + 1, sizeof(char *));
    p.rest = calloc((size_t)argc + 1, sizeof(char *));
    opt_defaults(&table, &w, false);
    int rc = p.own && p.rest ? take_apart(&p, argc, argv, err) : err_set(err, ERR_RUN, "out of memory");
    struct opt_cursor c = {p.own_n, p.own, 1};
    if (rc == 0)
        rc = opt_parse(&table, &c, &w, false, err);
    *o = w.o;
    if (rc == 0 && !o->help)
        rc = parse_all(o, &p, err);
    hide_passwords(&p);
    free(p.own);
    free(p.rest);
    if (rc < 0)
        compare_options_free(o);
    return rc;
}

void compare_options_free(struct compare_options *o)
{
    for (unsigned t = 0; t < CONTEST_TARGETS_MAX; t++) {
        options_free(&o->each[t]);
        free_words(o->words[t]);
        free((char *)o->names[t]);
        o->words[t] = NULL;
        o->names[t] = NULL;
    }
}
