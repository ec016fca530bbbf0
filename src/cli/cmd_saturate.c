// SPDX-License-Identifier: MIT
#include "base/clock.h"
#include "cli/cmd.h"
#include "cli/lab.h"
#include "cli/progress.h"
#include "cli/search.h"
#include "report/capacity.h"

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
static const struct opt_table table = {.rows = rows, .n = sizeof rows / sizeof *rows};

struct hunt {
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

static int parse(struct hunt *h, int argc, char **argv, struct err *err)
{
    h->lab.name = "saturate";
    h->lab.table = &table;
    h->lab.into = &h->w;
    if (lab_parse(&h->lab, argc, argv, err) < 0)
        return -1;
    if (h->w.help)
        return 0;
    if (h->lab.o.run.rate > 0)
        return err_set(err, ERR_USAGE, "saturate finds the rate: leave out --rate and --rps");
    if (!h->lab.o.run.keepalive)
        return err_set(err, ERR_USAGE, "saturate needs connections that stay open: leave out -k 0");
    if (h->lab.o.format != FORMAT_TEXT)
        return err_set(err, ERR_USAGE,
                       "saturate reports as text and, with --json, as JSON: leave out --format, "
                       "-q and --csv");
    if (!h->w.slo)
        return err_set(err, ERR_USAGE, "saturate needs a promise to hold: give --slo, as in --slo p99=1ms");
    return slo_parse(&h->slo, h->w.slo, err);
}

// --- one test ---

static uint64_t length_ns(const struct hunt *h, double times)
{
    return (uint64_t)((double)h->w.trial_ns * times);
}

static void run_search(struct hunt *h, struct capacity *c, const struct test *row, struct err *err)
{
    struct lab *l = &h->lab;
    struct search s = {.site = &l->site,
                       .question = {row, {l->command, (size_t)l->o.argc}},
                       .conf = &l->o.run,
                       .label = l->label,
                       .fill = l->o.run.prefill,
                       .began_ns = l->started_ns};
    double rate;
    l->site.calibrate = l->o.calibrate;
    bool on = search_peak(&s, c, length_ns(h, PEAK_LENGTH), err);
    l->site.calibrate = false;
    if (!on)
        return;
    saturation_init(&c->search, c->peak_rps, c->ceiling_rps);
    while (!l->stop.signal && saturation_next(&c->search, &rate)) {
        if (!search_try(&s, c, rate, length_ns(h, saturation_length(c->search.phase)), err))
            return;
        enum saturation_outcome outcome = c->trials[c->n - 1].outcome;
        saturation_answer(&c->search, outcome);
        if (outcome != SATURATION_HELD)
            lab_pause(l, h->w.idle_ns);
    }
}

// Whether the search can say of a rate that the server bears it.
static bool found_any(const struct capacity *c)
{
    return c->search.end != SATURATION_DISTURBED && saturation_bounds(&c->search).lower > 0;
}

static void tell(struct hunt *h, const struct capacity *c, const struct err *err)
{
    struct outcome *o = &h->lab.outcome;
    char sentence[256];
    capacity_sentence(c, sentence);
    if (h->lab.stop.signal)
        return;
    if (err->code)
        outcome_raise(o, h->n > 1 || c->n ? ERR_RUN : err->code, "%s", err->text);
    else if (c->note[0])
        outcome_raise(o, ERR_RUN, "%s: %s", c->title, c->note);
    else if (!found_any(c))
        outcome_raise(o, ERR_RUN, "%s: %s", c->title, sentence);
    else if (h->lab.o.strict && c->search.end != SATURATION_FOUND)
        outcome_raise(o, ERR_DOUBT, "%s: --strict: %s", c->title, sentence);
}

static bool search_test(void *ctx, const struct test *row)
{
    struct hunt *h = ctx;
    struct err err = {0};
    struct capacity *all = realloc(h->all, (h->n + 1) * sizeof *all);
    if (!all) {
        outcome_raise(&h->lab.outcome, ERR_RUN, "not enough memory for one more test");
        return false;
    }
    h->all = all;
    struct capacity *c = &all[h->n++];
    double began_s = lab_now_s(&h->lab);
    *c = (struct capacity){.slo = h->slo};
    run_search(h, c, row, &err);
    c->spent_s = lab_now_s(&h->lab) - began_s;
    if (!c->title)
        c->title = strdup(row ? row->title : h->lab.o.argv[0]);
    progress_clear(&h->lab.watch);
    tell(h, c, &err);
    if (h->lab.json != stdout && c->peak_rps > 0) {
        if (!h->begun)
            capacity_head(stdout, &h->lab.facts);
        h->begun = true;
        capacity_text(stdout, c);
        fflush(stdout);
    }
    return !err.code;
}

// --- the whole ---

static void estimate(const struct hunt *h)
{
    unsigned tests = 0;
    for (size_t i = 0; i < catalog_len; i++)
        tests += catalog_selects(h->lab.o.tests, &catalog[i]);
    tests = h->lab.o.argc ? 1 : tests;
    uint64_t whole_s = length_ns(h, TYPICAL_LENGTH * tests) / NS_PER_S;
    lab_say(&h->lab, "%u test%s: about %u:%02u minutes", tests, tests == 1 ? "" : "s",
            (unsigned)(whole_s / 60), (unsigned)(whole_s % 60));
}

static int write_document(FILE *out, const void *what, struct err *err)
{
    const struct hunt *h = what;
    return capacity_json(out, &h->lab.facts, h->all, h->n, err);
}

static int saturate(struct hunt *h, int argc, char **argv, struct err *err)
{
    if (lab_open(&h->lab, argc, argv, err) < 0)
        return -1;
    estimate(h);
    lab_each(&h->lab, search_test, h);
    lab_keep(&h->lab, &(struct keep){"saturate", write_document, h});
    return 0;
}

int cmd_saturate(int argc, char **argv)
{
    struct hunt *h = calloc(1, sizeof *h); // too large for a stack
    struct err err = {0};
    if (!h) {
        fputs("hkv-bench saturate: out of memory\n", stderr);
        return ERR_RUN;
    }
    int rc = parse(h, argc, argv, &err);
    if (rc == 0 && h->w.help)
        rc = help();
    else if (rc == 0)
        rc = saturate(h, argc, argv, &err);
    if (rc < 0)
        outcome_fail(&h->lab.outcome, &err);
    for (size_t i = 0; i < h->n; i++) {
        free(h->all[i].trials);
        free((char *)h->all[i].title);
    }
    free(h->all);
    int code = lab_close(&h->lab);
    free(h);
    return code;
}
