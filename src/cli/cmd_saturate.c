// SPDX-License-Identifier: MIT
#include "base/clock.h"
#include "base/units.h"
#include "cli/cmd.h"
#include "cli/lab.h"
#include "cli/progress.h"
#include "experiment/search.h"
#include "option/opt_doc.h"
#include "report/capacity/capacity_json.h"
#include "report/capacity/capacity_text.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define HOUR (3600 * NS_PER_S)
#define PEAK_NS (2 * NS_PER_S) // of the closed loop at first
#define TYPICAL_LENGTH 160     // of a whole search, in shortest trials
#define TRIAL_MIN_NS (100 * NS_PER_MS)
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
    {category, 0, "trial", OPT_DURATION, 0, OPT_OURS, FIELD(trial_ns), .hi = HOUR, .initial = "0",
     .metavar = "TIME",
     .help = "length of the shortest trials; those near the capacity are 10 times as long (0: as --slo "
             "and the server's speed require)"},
    {category, 0, "idle", OPT_DURATION, 0, OPT_OURS, FIELD(idle_ns), .hi = HOUR, .initial = "2s",
     .metavar = "TIME", .help = "pause after a trial that failed, until the server is warm"},
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
    opt_doc_help(&table, stdout, false);
    return 0;
}

static int too_short(const struct hunt *h, double least_s, const char *why, struct err *err)
{
    char given[UNITS_TEXT];
    return err_set(err, ERR_USAGE, "--trial: expected at least %.2gs, because %s; got %s",
                   ceil(20 * least_s) / 20, why, units_duration(h->w.trial_ns, given));
}

// A trial that is not much longer than the promise ends before a queue that grows can break it.
static int check_trial(const struct hunt *h, struct err *err)
{
    uint64_t least_ns = SLO_TRIAL * slo_longest_ns(&h->slo);
    least_ns = least_ns > TRIAL_MIN_NS ? least_ns : TRIAL_MIN_NS;
    if (h->w.trial_ns == 0 || h->w.trial_ns >= least_ns)
        return 0;
    return too_short(h, (double)least_ns * 1e-9, "a shorter trial cannot see what --slo promises", err);
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
    return slo_parse(&h->slo, h->w.slo, err) < 0 ? -1 : check_trial(h, err);
}

// --- one test ---

// Settles how long the shortest trials are, now that about the capacity is known. False with err.
static bool settle_length(const struct hunt *h, struct capacity *c, struct err *err)
{
    struct saturation_limit limit[SLO_MAX];
    unsigned n = capacity_limits(&c->slo, limit);
    double least_s = saturation_least_s(limit, n, c->peak_rps);
    c->trial_s = h->w.trial_ns ? (double)h->w.trial_ns * 1e-9 : saturation_shortest_s(limit, n, c->peak_rps);
    if (h->w.trial_ns && c->trial_s < 0.99 * least_s) {
        too_short(h, least_s, "at this server's speed too few requests of a shorter trial may be late", err);
        return false;
    }
    uint64_t whole_s = (uint64_t)(c->trial_s * TYPICAL_LENGTH);
    outcome_say(&h->lab.session.outcome, "%s: trials of %.3g to %.3g s, estimated %um%02us", c->title,
                c->trial_s, c->trial_s * saturation_length(SATURATION_LONG), (unsigned)(whole_s / 60),
                (unsigned)(whole_s % 60));
    saturation_init(&c->search, c->peak_rps, c->ceiling_rps, limit, n);
    return true;
}

static void run_search(struct hunt *h, struct capacity *c, const struct test *row, struct err *err)
{
    struct lab *l = &h->lab;
    struct search s = {.server = &l->server,
                       .question = {row, {l->command, (size_t)l->o.argc}},
                       .conf = &l->o.run,
                       .label = l->label,
                       .fill = l->o.run.prefill,
                       .began_ns = l->session.started_ns};
    double rate;
    l->server.calibrate = l->o.calibrate;
    bool on = search_peak(&s, c, PEAK_NS, err);
    l->server.calibrate = false;
    if (!on || !settle_length(h, c, err))
        return;
    while (!l->session.stop.signal && saturation_next(&c->search, &rate)) {
        double lasting_s = c->trial_s * saturation_length(c->search.phase);
        if (!search_try(&s, c, rate, (uint64_t)(lasting_s * 1e9), err))
            return;
        struct saturation_reply reply = capacity_reply(c);
        saturation_answer(&c->search, &reply);
        if (reply.outcome != SATURATION_PASS)
            session_pause(&l->session, h->w.idle_ns);
    }
}

// Whether the search can say of a rate that it passes.
static bool found_any(const struct capacity *c)
{
    return c->search.end != SATURATION_DISTURBED && saturation_result(&c->search).pass > 0;
}

static void tell(struct hunt *h, const struct capacity *c, const struct err *err)
{
    struct outcome *o = &h->lab.session.outcome;
    char sentence[256];
    capacity_sentence(c, sentence);
    if (h->lab.session.stop.signal)
        return;
    if (err->code)
        outcome_raise(o, h->n > 1 || c->n ? OUTCOME_RUN : outcome_of(err), "%s", err->text);
    else if (c->note[0])
        outcome_raise(o, OUTCOME_RUN, "%s: %s", c->title, c->note);
    else if (!found_any(c))
        outcome_raise(o, OUTCOME_RUN, "%s: %s", c->title, sentence);
    else if (h->lab.o.strict && c->search.end != SATURATION_FOUND)
        outcome_raise(o, OUTCOME_DOUBT, "%s: --strict: %s", c->title, sentence);
}

static bool search_test(void *ctx, const struct test *row)
{
    struct hunt *h = ctx;
    struct err err = {0};
    struct capacity *all = realloc(h->all, (h->n + 1) * sizeof *all);
    if (!all) {
        outcome_raise(&h->lab.session.outcome, OUTCOME_RUN, "not enough memory for one more test");
        return false;
    }
    h->all = all;
    struct capacity *c = &all[h->n++];
    double began_s = session_now_s(&h->lab.session);
    *c = (struct capacity){.slo = h->slo};
    run_search(h, c, row, &err);
    c->spent_s = session_now_s(&h->lab.session) - began_s;
    if (!c->title)
        c->title = strdup(row ? row->title : h->lab.o.argv[0]);
    progress_clear(&h->lab.session.watch);
    tell(h, c, &err);
    if (h->lab.results.json != stdout && c->peak_rps > 0) {
        if (!h->begun)
            capacity_text_head(stdout, &h->lab.session.facts);
        h->begun = true;
        capacity_text(stdout, c);
        fflush(stdout);
    }
    return !err.code;
}

// --- the whole ---

static int write_document(FILE *out, const void *what, struct err *err)
{
    const struct hunt *h = what;
    return capacity_json(out, &h->lab.session.facts, h->all, h->n, err);
}

static int saturate(struct hunt *h, int argc, char **argv, struct err *err)
{
    if (lab_open(&h->lab, argc, argv, err) < 0)
        return -1;
    lab_each(&h->lab, search_test, h);
    lab_keep(
        &h->lab,
        &(struct document){
            .record = {.kind = "saturate", .facts = &h->lab.session.facts, .n = h->n, .capacities = h->all},
            .write = write_document,
            .what = h});
    return 0;
}

int cmd_saturate(int argc, char **argv)
{
    struct hunt *h = calloc(1, sizeof *h); // too large for a stack
    struct err err = {0};
    if (!h)
        return say_no_memory("saturate");
    int rc = parse(h, argc, argv, &err);
    if (rc == 0 && h->w.help)
        rc = help();
    else if (rc == 0)
        rc = saturate(h, argc, argv, &err);
    if (rc < 0)
        outcome_fail(&h->lab.session.outcome, &err);
    for (size_t i = 0; i < h->n; i++) {
        free(h->all[i].trials);
        free((char *)h->all[i].title);
    }
    free(h->all);
    int code = lab_close(&h->lab);
    free(h);
    return code;
}
