// SPDX-License-Identifier: MIT
#include "base/clock.h"
#include "base/units.h"
#include "cli/cmd.h"
#include "cli/lab.h"
#include "report/capacity.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define HOUR (3600 * NS_PER_S)
#define PEAK_LENGTH (5 / 3.0) // of the closed loop at first, in shortest trials
#define TYPICAL_LENGTH 220    // of a whole search, likewise
#define FIELD(f) .offset = offsetof(struct own_words, f), .size = sizeof(((struct own_words *)0)->f)

struct own_words {
    const char *slo;
    uint64_t trial_ns, idle_ns;
    bool help;
};

static const char category[] = "Searching";
static const struct opt rows[] = {
    {category, 0, "slo", OPT_STRING, 0, OPT_OURS, FIELD(slo), .lo = 1, .metavar = "LIST",
     .help =
         "what is to hold, as in p99=1ms,p99.9=5ms: of all requests this share is answered within so long of "
         "its due time"},
    {category, 0, "trial", OPT_DURATION, 0, OPT_OURS, FIELD(trial_ns), .lo = 100 * NS_PER_MS, .hi = HOUR,
     .initial = "3s", .metavar = "TIME",
     .help = "length of the shortest trials; later ones are 3.3 and 10 times as long"},
    {category, 0, "idle", OPT_DURATION, 0, OPT_OURS, FIELD(idle_ns), .hi = HOUR, .initial = "2s",
     .metavar = "TIME", .help = "pause after a trial that failed, so that the server finds its feet"},
    {category, 0, "help", OPT_FLAG, 0, OPT_OURS, FIELD(help), .help = "print this and exit"},
};
static const struct opt_table table = {rows, sizeof rows / sizeof *rows};

struct search {
    struct lab lab;
    struct own_words w;
    struct slo slo;
    struct capacity *all; // one for each test
    size_t n;
    bool begun; // the report has its head
};

static int help(void)
{
    fputs(
        "Usage: hkv-bench saturate --slo LIST [OPTIONS] [COMMAND]\n\n"
        "What can the server bear? Searches the highest rate whose latencies hold what --slo promises, by "
        "trials\n"
        "in the open loop from short to long, and confirms it. All options of a plain run (hkv-bench "
        "--help)\n"
        "apply but those that say when it ends; the test is GET where -t says nothing else, and several are\n"
        "searched one after the other. docs/capacity.md explains the search.\n\n"
        "  hkv-bench saturate -p 6379 --slo p99=1ms -t get --prefill\n\n",
        stdout);
    opt_help(&table, stdout, false);
    return 0;
}

// --- the promise ---

// "p99" or "p99.9", the latter also as "p999".
static int quantile_named(struct slice name)
{
    for (int i = 0; i < QUANTILES; i++) {
        char plain[16];
        size_t n = 0;
        for (const char *at = quantile_names[i].text; *at; at++)
            if (*at != '.')
                plain[n++] = *at;
        plain[n] = 0;
        if (slice_is(name, quantile_names[i].text) || slice_is(name, plain))
            return i;
    }
    return -1;
}

// One "p99=1ms" of the list, len bytes.
static bool take_limit(struct slo *slo, const char *at, size_t len)
{
    char value[32];
    size_t name = strcspn(at, "=,");
    if (slo->n == SLO_MAX || name + 1 >= len || at[name] != '=' || len - name - 1 >= sizeof value)
        return false;
    memcpy(value, at + name + 1, len - name - 1);
    value[len - name - 1] = 0;
    uint64_t *ns = &slo->limit[slo->n].ns;
    slo->limit[slo->n].quantile = quantile_named((struct slice){at, name});
    return slo->limit[slo->n++].quantile >= 0 && units_parse_duration(value, NS_PER_S, ns) == 0 && *ns > 0;
}

static int parse_slo(struct slo *slo, const char *text, struct err *err)
{
    if (!text)
        return err_set(err, ERR_USAGE, "saturate needs a promise to hold: give --slo, as in --slo p99=1ms");
    const char *at = text;
    size_t len = strcspn(at, ",");
    while (take_limit(slo, at, len)) {
        if (!at[len])
            return 0;
        at += len + 1;
        len = strcspn(at, ",");
    }
    return err_set(err, ERR_USAGE,
                   "--slo wants up to %d of p50, p90, p95, p99, p99.9 and p99.99 with a time each, as in "
                   "p99=1ms,p99.9=5ms, not \"%.60s\"",
                   SLO_MAX, text);
}

static int parse(struct search *s, int argc, char **argv, struct err *err)
{
    s->lab.name = "saturate";
    if (lab_parse(&s->lab, argc, argv, &table, &s->w, err) < 0)
        return -1;
    if (s->w.help)
        return 0;
    if (s->lab.o.run.rate > 0)
        return err_set(err, ERR_USAGE, "saturate finds the rate: leave out --rate and --rps");
    if (!s->lab.o.run.keepalive)
        return err_set(err, ERR_USAGE, "saturate needs connections that stay open: leave out -k 0");
    if (s->lab.o.format != FORMAT_TEXT)
        return err_set(err, ERR_USAGE,
                       "saturate reports as text and, with --json, as JSON: leave out --format, "
                       "-q and --csv");
    return parse_slo(&s->slo, s->w.slo, err);
}

// --- one test ---

static uint64_t length_ns(const struct search *s, double times)
{
    return (uint64_t)((double)s->w.trial_ns * times);
}

// Closed loop: about where the search is to look, and what the client can do. False when there is nothing to
// search.
static bool find_peak(struct search *s, struct capacity *c, const struct test *row, struct err *err)
{
    struct run_conf conf = lab_conf(&s->lab, length_ns(s, PEAK_LENGTH));
    struct trial t;
    conf.prefill = s->lab.o.run.prefill;
    snprintf(s->lab.label, sizeof s->lab.label, "closed loop");
    s->lab.site.calibrate = s->lab.o.calibrate;
    if (lab_measure(&s->lab, row, &conf, &t, err) < 0)
        return false;
    s->lab.site.calibrate = false;
    memcpy(c->test, t.summary.test, sizeof c->test);
    c->title = strdup(t.summary.title);
    c->clients = t.summary.clients;
    c->threads = t.summary.threads;
    c->pipeline = t.summary.pipeline;
    c->arrival = t.summary.arrival;
    c->peak_rps = t.summary.wall_ns && t.summary.ok ? summary_rps(&t.summary) : 0;
    c->ceiling_rps = t.summary.signals.ceiling_rps;
    if (c->peak_rps <= 0 || t.summary.ending != ENDING_DONE)
        snprintf(c->note, sizeof c->note, "%.300s",
                 t.summary.note[0] ? t.summary.note : "no request was answered");
    trial_free(&t);
    return !c->note[0];
}

static bool grow(struct capacity *c)
{
    if (c->n < c->cap)
        return true;
    size_t cap = c->cap ? 2 * c->cap : 64;
    struct capacity_trial *more = realloc(c->trials, cap * sizeof *more);
    if (!more)
        return false;
    c->trials = more;
    c->cap = cap;
    return true;
}

// One trial at this rate. False when the search cannot go on.
static bool try(struct search *s, struct capacity *c, const struct test *row, double rate, struct err *err)
{
    uint64_t lasting_ns = length_ns(s, saturation_length(c->search.phase));
    struct run_conf conf = lab_conf(&s->lab, lasting_ns);
    struct capacity_trial *t = &c->trials[c->n];
    struct trial trial;
    *t = (struct capacity_trial){.rate = rate, .phase = c->search.phase, .at_s = lab_now_s(&s->lab)};
    conf.rate = rate;
    conf.seed += c->n;
    conf.slo = &s->slo;
    snprintf(s->lab.label, sizeof s->lab.label, "trial %zu (%s), %.0f requests/s", c->n + 1,
             saturation_phase_name(t->phase), rate);
    if (lab_measure(&s->lab, row, &conf, &trial, err) < 0)
        return false;
    enum ending ending = trial.summary.ending;
    bool usable = ending == ENDING_DONE || ending == ENDING_STALLED;
    if (usable) {
        capacity_take(t, &s->slo, &trial.summary, lasting_ns);
        c->n++;
    } else {
        snprintf(c->note, sizeof c->note, "%.300s", trial.summary.note);
    }
    trial_free(&trial);
    return usable;
}

static void run_search(struct search *s, struct capacity *c, const struct test *row, struct err *err)
{
    double rate;
    if (!find_peak(s, c, row, err))
        return;
    saturation_init(&c->search, c->peak_rps, c->ceiling_rps);
    while (!s->lab.stop.signal && saturation_next(&c->search, &rate)) {
        if (!grow(c)) {
            err_set(err, ERR_RUN, "not enough memory for one more trial");
            return;
        }
        if (!try(s, c, row, rate, err))
            return;
        enum saturation_outcome outcome = c->trials[c->n - 1].outcome;
        saturation_answer(&c->search, outcome);
        if (outcome != SATURATION_HELD)
            lab_pause(&s->lab, s->w.idle_ns);
    }
}

static void tell(struct search *s, const struct capacity *c, const struct err *err)
{
    if (err->code && !s->lab.stop.signal) {
        lab_say(&s->lab, "%s", err->text);
        s->lab.exit_code = c->n ? ERR_RUN : (int)err->code;
    } else if (c->note[0]) {
        lab_say(&s->lab, "%s: %s", c->title, c->note);
        s->lab.exit_code = ERR_RUN;
    } else if (s->lab.o.strict && c->search.end != SATURATION_FOUND && !s->lab.exit_code) {
        s->lab.exit_code = ERR_DOUBT;
    }
}

static bool search_test(void *ctx, const struct test *row)
{
    struct search *s = ctx;
    struct err err = {0};
    struct capacity *all = realloc(s->all, (s->n + 1) * sizeof *all);
    if (!all)
        return false;
    s->all = all;
    struct capacity *c = &all[s->n++];
    double began_s = lab_now_s(&s->lab);
    *c = (struct capacity){.slo = s->slo};
    run_search(s, c, row, &err);
    c->spent_s = lab_now_s(&s->lab) - began_s;
    if (!c->title)
        c->title = strdup(row ? row->title : s->lab.o.argv[0]);
    tell(s, c, &err);
    if (s->lab.json != stdout && c->peak_rps > 0) {
        if (!s->begun)
            capacity_head(stdout, &s->lab.facts);
        s->begun = true;
        capacity_text(stdout, c);
        fflush(stdout);
    }
    return !err.code;
}

// --- the whole ---

static void estimate(const struct search *s)
{
    unsigned tests = 0;
    for (size_t i = 0; i < catalog_len; i++)
        tests += catalog_selects(s->lab.o.tests, &catalog[i]);
    tests = s->lab.o.argc ? 1 : tests;
    uint64_t whole_s = length_ns(s, TYPICAL_LENGTH * tests) / NS_PER_S;
    lab_say(&s->lab, "%u test%s: about %u:%02u minutes", tests, tests == 1 ? "" : "s",
            (unsigned)(whole_s / 60), (unsigned)(whole_s % 60));
}

static int saturate(struct search *s, int argc, char **argv, struct err *err)
{
    if (lab_open(&s->lab, argc, argv, err) < 0)
        return -1;
    estimate(s);
    lab_each(&s->lab, search_test, s);
    lab_settle(&s->lab);
    return s->lab.json ? capacity_json(s->lab.json, &s->lab.facts, s->all, s->n, err) : 0;
}

int cmd_saturate(int argc, char **argv)
{
    struct search s = {0};
    struct err err = {0};
    int rc = parse(&s, argc, argv, &err);
    if (rc == 0 && s.w.help)
        rc = help();
    else if (rc == 0)
        rc = saturate(&s, argc, argv, &err);
    if (rc < 0) {
        lab_say(&s.lab, "%s", err.text);
        s.lab.exit_code = (int)err.code;
    }
    for (size_t i = 0; i < s.n; i++) {
        free(s.all[i].trials);
        free((char *)s.all[i].title);
    }
    free(s.all);
    return lab_close(&s.lab);
}
