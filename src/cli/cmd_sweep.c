// SPDX-License-Identifier: MIT
#include "base/clock.h"
#include "base/rng.h"
#include "base/units.h"
#include "cli/cmd.h"
#include "cli/lab.h"
#include "option/opt_doc.h"
#include "report/sweep/sweep_csv.h"
#include "report/sweep/sweep_json.h"
#include "report/sweep/sweep_text.h"

#include <inttypes.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define HOUR (3600 * NS_PER_S)
#define RATES_BETWEEN 12 // points of FROM..TO in a sweep of rates; the others double
#define FIELD(f) .offset = offsetof(struct own_words, f), .size = sizeof(((struct own_words *)0)->f)

struct own_words {
    const char *points;
    uint64_t trial_ns, idle_ns;
    unsigned passes;
    bool help;
};

static const char category[] = "Sweeping";
static const struct opt rows[] = {
    {category, 0, "points", OPT_STRING, 0, OPT_OURS, FIELD(points), .lo = 1, .metavar = "LIST",
     .help = "where to measure, as in 1,2,4 or 1..64, which doubles from the one to the other (of rates: 12 "
             "steps)"},
    {category, 0, "trial", OPT_DURATION, 0, OPT_OURS, FIELD(trial_ns), .lo = 100 * NS_PER_MS, .hi = HOUR,
     .initial = "5s", .metavar = "TIME", .help = "how long a point is measured at a time"},
    {category, 0, "passes", OPT_COUNT, 0, OPT_OURS, FIELD(passes), .lo = 1, .hi = SWEEP_PASSES,
     .initial = "2", .metavar = "N",
     .help = "how often each point is measured, each time in another random order"},
    {category, 0, "idle", OPT_DURATION, 0, OPT_OURS, FIELD(idle_ns), .hi = HOUR, .initial = "500ms",
     .metavar = "TIME", .help = "pause before each point"},
    {category, 0, "help", OPT_FLAG, 0, OPT_OURS, FIELD(help), .help = "print this and exit"},
};
static const struct opt_table table = {.rows = rows, .n = sizeof rows / sizeof *rows};

struct course {
    struct lab lab;
    struct own_words w;
    enum sweep_kind kind;
    double points[SWEEP_POINTS]; // none: shares of the closed loop's throughput
    unsigned n;
    struct sweep *all; // one for each test
    size_t tests;
    bool begun; // the report has its head
};

static int help(void)
{
    fputs("Usage: hkv-bench sweep rate|clients|pipeline|size|keys [OPTIONS] [COMMAND]\n\n"
          "How does the server answer along one setting? Measures each point for a while, in random order "
          "and in more\n"
          "than one pass. Rates run in the open loop, by default at 5 to 105 % of the closed loop's "
          "throughput, and\n"
          "tell the knee; clients tell the Universal Scalability Law. All options of a plain run (hkv-bench "
          "--help)\n"
          "apply but those that say when it ends; the test is GET where -t says nothing else. "
          "docs/capacity.md\n"
          "explains the figures.\n\n"
          "  hkv-bench sweep clients -p 6379 -t get --points 1..128\n\n",
          stdout);
    opt_doc_help(&table, stdout, false);
    return 0;
}

// --- the points ---

static bool parse_value(enum sweep_kind kind, const char *at, size_t len, double *x)
{
    static const double most[] = {1e9, 1e6, 1e6, 1 << 30, 999999999999};
    char text[32];
    uint64_t whole = 0;
    if (len == 0 || len >= sizeof text)
        return false;
    memcpy(text, at, len);
    text[len] = 0;
    int rc = kind == SWEEP_RATE   ? units_parse_rate(text, x)
             : kind == SWEEP_SIZE ? units_parse_bytes(text, &whole)
                                  : units_parse_count(text, &whole);
    if (kind != SWEEP_RATE)
        *x = (double)whole;
    return rc == 0 && *x > 0 && *x <= most[kind];
}

static bool put(struct course *c, double x)
{
    if (c->n == SWEEP_POINTS)
        return false;
    c->points[c->n++] = x;
    return true;
}

static bool put_range(struct course *c, double from, double to)
{
    bool fits = from < to;
    if (c->kind == SWEEP_RATE) {
        for (int i = 0; i < RATES_BETWEEN; i++)
            fits &= put(c, from + (to - from) * i / (RATES_BETWEEN - 1));
        return fits;
    }
    for (double x = from; x < to && fits; x *= 2)
        fits &= put(c, x);
    return fits && put(c, to);
}

static bool put_list(struct course *c, const char *at)
{
    const char *dots = strstr(at, "..");
    double from, to;
    if (dots)
        return parse_value(c->kind, at, (size_t)(dots - at), &from) &&
               parse_value(c->kind, dots + 2, strlen(dots + 2), &to) && put_range(c, from, to);
    for (;; at++) {
        size_t len = strcspn(at, ",");
        if (!parse_value(c->kind, at, len, &from) || !put(c, from))
            return false;
        at += len;
        if (!*at)
            return true;
    }
}

static int ascending(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static int parse_points(struct course *c, struct err *err)
{
    static const char *const initial[] = {NULL, "1..128", "1..64", "8..16Ki", "1k,10k,100k,1M"};
    const char *text = c->w.points ? c->w.points : initial[c->kind];
    if (!text)
        return 0;
    if (!put_list(c, text))
        return err_set(err, ERR_USAGE,
                       "--points wants up to %d values for %s, as in 1,2,4 or 1..64, not \"%.60s\"",
                       SWEEP_POINTS, sweep_kinds[c->kind], text);
    qsort(c->points, c->n, sizeof *c->points, ascending);
    unsigned kept = 1;
    for (unsigned i = 1; i < c->n; i++)
        if (c->points[i] != c->points[kept - 1])
            c->points[kept++] = c->points[i];
    c->n = kept;
    return 0;
}

static int parse_kind(struct course *c, int argc, char **argv, struct err *err)
{
    for (int k = 0; argc > 1 && k < SWEEP_KINDS; k++)
        if (strcmp(argv[1], sweep_kinds[k]) == 0) {
            c->kind = (enum sweep_kind)k;
            return 0;
        }
    return err_set(err, ERR_USAGE,
                   "sweep wants to know along what, as in hkv-bench sweep clients: rate, clients, "
                   "pipeline, size or keys");
}

static int check(const struct course *c, struct err *err)
{
    const struct options *o = &c->lab.o;
    if (c->kind == SWEEP_RATE && (o->run.rate > 0 || !o->run.keepalive))
        return err_set(err, ERR_USAGE,
                       "sweep rate takes its rates from --points, and needs connections that stay "
                       "open: leave out --rate, --rps and -k 0");
    if (o->format != FORMAT_TEXT && o->format != FORMAT_CSV)
        return err_set(err, ERR_USAGE, "sweep reports as text, --csv and --json: leave out --format and -q");
    return 0;
}

static int parse(struct course *c, int argc, char **argv, struct err *err)
{
    bool asks_help = argc > 1 && strcmp(argv[1], "--help") == 0;
    c->lab.name = "sweep";
    c->lab.table = &table;
    c->lab.into = &c->w;
    if (!asks_help && parse_kind(c, argc, argv, err) < 0)
        return -1;
    int skip = asks_help ? 0 : 1; // the kind
    if (lab_parse(&c->lab, argc - skip, argv + skip, err) < 0)
        return -1;
    return c->w.help || (check(c, err) == 0 && parse_points(c, err) == 0) ? 0 : -1;
}

// --- one test ---

static void set_point(struct run_conf *conf, enum sweep_kind kind, double x)
{
    switch (kind) {
    case SWEEP_RATE:
        conf->rate = x;
        break;
    case SWEEP_CLIENTS:
        conf->clients = (unsigned)x;
        break;
    case SWEEP_PIPELINE:
        conf->pipeline = (unsigned)x;
        break;
    case SWEEP_SIZE:
        conf->data_bytes = (size_t)x;
        break;
    default:
        conf->keyspace = (uint64_t)x;
    }
}

// Measures into p. False when the sweep cannot go on: s->note or err says why.
static bool measure(struct course *c, struct sweep *s, const struct test *row, struct sweep_point *p,
                    struct err *err)
{
    struct run_conf conf = server_timed(&c->lab.o.run, c->w.trial_ns);
    struct trial t;
    bool shifts = s->kind == SWEEP_SIZE || s->kind == SWEEP_KEYS;
    conf.prefill = c->lab.o.run.prefill && (shifts || (p->order == 0 && s->peak_rps <= 0));
    conf.seed += p->pass;
    if (p->x > 0)
        set_point(&conf, s->kind, p->x);
    session_pause(&c->lab.session, c->w.idle_ns);
    if (c->lab.session.stop.signal || lab_measure(&c->lab, row, &conf, &t, err) < 0)
        return false;
    enum ending ending = t.summary.ending;
    if (t.summary.lost && !s->lost[0])
        snprintf(s->lost, sizeof s->lost, "%.60s: %.240s", c->lab.label, t.summary.note);
    bool usable = ending == ENDING_DONE || ending == ENDING_STALLED;
    if (usable)
        sweep_take(p, &t.summary);
    else
        snprintf(s->note, sizeof s->note, "%.300s", t.summary.note);
    memcpy(s->test, t.summary.test, sizeof s->test);
    if (!s->title)
        s->title = strdup(t.summary.title);
    trial_free(&t);
    return usable;
}

// A closed loop tells which rates are worth a look.
static bool find_rates(struct course *c, struct sweep *s, const struct test *row, struct err *err)
{
    static const double shares[] = {.05, .1, .2, .3, .4, .5, .6, .7, .8, .9, .95, 1, 1.05};
    struct sweep_point p = {0};
    snprintf(c->lab.label, sizeof c->lab.label, "closed loop");
    if (!measure(c, s, row, &p, err))
        return false;
    s->peak_rps = p.rps;
    c->n = 0;
    if (p.lost) // that was another load
        return false;
    for (size_t i = 0; i < sizeof shares / sizeof *shares && p.rps > 0; i++)
        put(c, p.rps * shares[i]);
    return c->n > 0;
}

static void shuffle(unsigned *order, unsigned n, struct rng *rng)
{
    for (unsigned i = 0; i < n; i++)
        order[i] = i;
    for (unsigned i = n; i > 1; i--) {
        unsigned j = (unsigned)rng_below(rng, i), other = order[i - 1];
        order[i - 1] = order[j];
        order[j] = other;
    }
}

static void run_passes(struct course *c, struct sweep *s, const struct test *row, struct err *err)
{
    struct rng rng = rng_init(c->lab.session.facts.seed, 0);
    unsigned order[SWEEP_POINTS] = {0};
    if (c->kind == SWEEP_RATE && !c->w.points && !find_rates(c, s, row, err))
        return;
    s->points = calloc((size_t)c->n * c->w.passes, sizeof *s->points);
    for (unsigned pass = 0; s->points && pass < c->w.passes; pass++) {
        shuffle(order, c->n, &rng);
        for (unsigned i = 0; i < c->n; i++) {
            struct sweep_point *p = &s->points[s->n];
            *p = (struct sweep_point){.x = c->points[order[i]], .pass = pass, .order = s->n};
            snprintf(c->lab.label, sizeof c->lab.label, "point %u of %u, %s %.0f", s->n + 1,
                     c->n * c->w.passes, sweep_kinds[c->kind], p->x);
            if (!measure(c, s, row, p, err))
                return;
            s->n++;
        }
    }
}

static void tell_points(struct course *c, const struct sweep *s)
{
    const struct sweep_point *first = NULL;
    unsigned failed = 0;
    for (unsigned i = 0; i < s->n; i++) {
        bool fails = sweep_failed(s, &s->points[i]);
        failed += fails;
        if (fails && !first)
            first = &s->points[i];
    }
    if (first)
        outcome_raise(&c->lab.session.outcome, OUTCOME_RUN,
                      "%s: %u of %u points failed, the first at %s %.15g: error replies %" PRIu64
                      ", connections lost %" PRIu64 ", requests without an answer %" PRIu64,
                      s->title, failed, s->n, sweep_kinds[s->kind], first->x, first->errors, first->lost,
                      first->unfinished);
}

static void tell(struct course *c, const struct sweep *s, const struct err *err)
{
    struct outcome *o = &c->lab.session.outcome;
    if (err->code && !c->lab.session.stop.signal)
        outcome_raise(o, c->tests > 1 || s->n ? OUTCOME_RUN : outcome_of(err), "%s", err->text);
    else if (s->note[0] && !c->lab.session.stop.signal)
        outcome_raise(o, OUTCOME_RUN, "%s: %s", s->title, s->note);
    else if (s->n == 0 && !c->lab.session.stop.signal)
        outcome_raise(o, OUTCOME_RUN, "%s: nothing was measured", s->title);
    if (s->lost[0])
        outcome_raise(o, OUTCOME_RUN, "%s: %s", s->title, s->lost);
    tell_points(c, s);
}

static void print(struct course *c, const struct sweep *s)
{
    if (c->lab.results.json == stdout || s->n == 0)
        return;
    bool csv = c->lab.o.format == FORMAT_CSV;
    if (!c->begun && csv)
        sweep_csv_head(stdout);
    else if (!c->begun)
        sweep_text_head(stdout, &c->lab.session.facts);
    c->begun = true;
    if (csv)
        sweep_csv(stdout, s);
    else
        sweep_text(stdout, s, c->lab.session.facts.seed);
    fflush(stdout);
}

static bool sweep_test(void *ctx, const struct test *row)
{
    struct course *c = ctx;
    struct err err = {0};
    struct sweep *all = realloc(c->all, (c->tests + 1) * sizeof *all);
    if (!all) {
        outcome_raise(&c->lab.session.outcome, OUTCOME_RUN, "not enough memory for one more test");
        return false;
    }
    c->all = all;
    struct sweep *s = &all[c->tests++];
    double began_s = session_now_s(&c->lab.session);
    *s = (struct sweep){.kind = c->kind, .lasting_s = (double)c->w.trial_ns * 1e-9};
    run_passes(c, s, row, &err);
    s->spent_s = session_now_s(&c->lab.session) - began_s;
    if (!s->title)
        s->title = strdup(row ? row->title : c->lab.o.argv[0]);
    sweep_sort(s);
    tell(c, s, &err);
    print(c, s);
    return !err.code;
}

// --- the whole ---

static int write_document(FILE *out, const void *what, struct err *err)
{
    const struct course *c = what;
    return sweep_json(out, &c->lab.session.facts, c->all, c->tests, err);
}

static int sweep(struct course *c, int argc, char **argv, struct err *err)
{
    if (lab_open(&c->lab, argc, argv, err) < 0)
        return -1;
    lab_each(&c->lab, sweep_test, c);
    lab_keep(&c->lab,
             &(struct document){
                 .record = {.kind = "sweep", .facts = &c->lab.session.facts, .n = c->tests, .sweeps = c->all},
                 .write = write_document,
                 .what = c});
    return 0;
}

int cmd_sweep(int argc, char **argv)
{
    struct course *c = calloc(1, sizeof *c);
    struct err err = {0};
    if (!c)
        return say_no_memory("sweep");
    int rc = parse(c, argc, argv, &err);
    if (rc == 0 && c->w.help)
        rc = help();
    else if (rc == 0)
        rc = sweep(c, argc, argv, &err);
    if (rc < 0)
        outcome_fail(&c->lab.session.outcome, &err);
    for (size_t i = 0; i < c->tests; i++) {
        free(c->all[i].points);
        free((char *)c->all[i].title);
    }
    free(c->all);
    int code = lab_close(&c->lab);
    free(c);
    return code;
}
