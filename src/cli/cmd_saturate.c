// SPDX-License-Identifier: MIT
#include "cli/cmd_saturate.h"

#include "base/clock.h"
#include "cli/measuring.h"
#include "cli/progress.h"
#include "cli/slo_options.h"
#include "cli/trial_options.h"
#include "experiment/capacity.h"
#include "report/capacity/capacity_json.h"
#include "report/capacity/capacity_text.h"
#include "report/parts/sheet.h"
#include "view/panel_capacity.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define HOUR (3600 * NS_PER_S)
#define FIELD(f) .offset = offsetof(struct own_words, f), .size = sizeof(((struct own_words *)0)->f)

struct own_words {
    struct opt_list slo;
    uint64_t trial_ns, idle_ns, budget_ns;
    bool help;
};

static const char category[] = "Searching";
static const struct opt rows[] = {
    {category, 0, "slo", OPT_LIST, 0, OPT_OURS, FIELD(slo), .lo = 1, .metavar = "LIST",
     .help = "latency objective, e.g. p99=1ms,p99.9=5ms: this share of all requests must be answered within "
             "that time of their scheduled send time; get.p99=1ms is for that command of a mix alone; if "
             "repeated, each finds its own bound in one search"},
    {category, 0, "trial", OPT_DURATION, 0, OPT_OURS, FIELD(trial_ns), .hi = HOUR, .initial = "0",
     .metavar = "TIME",
     .help = "length of the shortest trials; those near the capacity are 10 times as long (0: as --slo "
             "and the server's speed require)"},
    {category, 0, "idle", OPT_DURATION, 0, OPT_OURS, FIELD(idle_ns), .hi = HOUR, .initial = "2s",
     .metavar = "TIME", .help = "pause after a failed trial, until the server has recovered"},
    {category, 0, "budget", OPT_DURATION, 0, OPT_OURS, FIELD(budget_ns), .hi = 24 * HOUR, .initial = "0",
     .metavar = "TIME",
     .help = "for each test: no trial begins after it, and what is known is reported (0: twice the estimate "
             "that is printed first)"},
    {category, 0, "help", OPT_FLAG, 0, OPT_OURS, FIELD(help), .help = "print this help and exit"},
};
static const struct opt_table table = {.rows = rows, .n = sizeof rows / sizeof *rows};

struct saturate {
    struct capacity_experiment search;
    struct trial_options line;
    struct own_words w;
    struct results results;
    bool begun; // the report has its head
};

static const char *const usage[] = {"saturate --slo LIST [OPTIONS] [COMMAND]", NULL};
static const struct manual_example examples[] = {
    {"saturate -p 6379 --slo p99=1ms -t get --prefill", NULL},
    {0},
};
const struct manual cmd_saturate_manual = {
    .name = "saturate",
    .summary = "find the highest rate at which a latency objective holds",
    .usage = usage,
    .about = "How much load can the server take? Finds the highest rate that meets --slo, by open-loop "
             "trials from short to long, and confirms it. All options of a plain run (hkv-bench --help) "
             "apply except those that set its end. The default test is GET; several are searched one after "
             "the other. docs/capacity.md explains the search.",
    .examples = examples,
    .own = &table,
    .rest = &options_table,
};

static int parse_promises(struct capacity_conf *conf, const struct opt_list *words, const struct options *o,
                          struct err *err)
{
    char key[SLO_TEXT], other[SLO_TEXT];
    if (words->n > CAPACITY_PROMISES)
        return err_set(err, ERR_USAGE, "--slo: expected up to %d promises, got %u", CAPACITY_PROMISES,
                       words->n);
    for (; conf->promises < words->n; conf->promises++) {
        struct slo *promise = &conf->promise[conf->promises];
        if (slo_options_parse(promise, words->at[conf->promises], o, err) < 0)
            return -1;
        for (unsigned i = 0; i < conf->promises; i++)
            if (strcmp(slo_key(promise, key), slo_key(&conf->promise[i], other)) == 0)
                return err_set(err, ERR_USAGE, "--slo: %s is given twice", words->at[conf->promises]);
    }
    return 0;
}

static int parse(void *own, int argc, char **argv, struct err *err)
{
    struct saturate *s = own;
    struct trial_options *line = &s->line;
    *line = (struct trial_options){.name = "saturate", .table = &table, .into = &s->w};
    if (trial_options_parse(line, argc, argv, err) < 0)
        return -1;
    if (s->w.help)
        return 0;
    if (line->o.run.rate > 0)
        return err_set(err, ERR_USAGE, "saturate finds the rate: leave out --rate and --rps");
    if (run_conf_stuck(&line->o.run))
        return err_set(err, ERR_USAGE,
                       "saturate of a cluster needs connections that stay open: leave out -k 0");
    if (line->o.format != FORMAT_TEXT)
        return err_set(
            err, ERR_USAGE,
            "saturate reports as text and, with --json and --html, as JSON and a page: leave out --format, "
            "-q and --csv");
    if (!s->w.slo.n)
        return err_set(err, ERR_USAGE,
                       "--slo: expected a latency objective, got none: give one, e.g. --slo p99=1ms");
    s->search.session.facts = options_facts(&line->o, argc, argv);
    struct capacity_conf *conf = &s->search.conf;
    *conf = (struct capacity_conf){.workload = trial_options_workload(line),
                                   .trial_ns = s->w.trial_ns,
                                   .idle_ns = s->w.idle_ns,
                                   .budget_ns = s->w.budget_ns,
                                   .strict = line->o.strict};
    return parse_promises(conf, &s->w.slo, &line->o, err) < 0 ? -1 : capacity_check(conf, err);
}

static void draw(void *own, struct panel *p, const struct glance *g)
{
    const struct capacity_experiment *x = &((struct saturate *)own)->search;
    p->what = x->session.label;
    panel_capacity(p, x->n ? &x->all[x->n - 1] : NULL, g);
}

static bool tested(void *ctx, const struct capacity *c)
{
    struct saturate *s = ctx;
    progress_clear();
    if (!results_on_stdout(&s->results) && c->peak_rps > 0) {
        struct sheet sheet = sheet_for(stdout);
        FILE *out = sheet_begin(&sheet);
        if (!s->begun)
            capacity_text_head(out, &s->search.session.facts);
        s->begun = true;
        capacity_text(out, c);
        sheet_end(&sheet);
        fflush(stdout);
    }
    return results_heard(&s->results);
}

static int write_document(FILE *out, const void *what, struct err *err)
{
    const struct capacity_experiment *x = what;
    return capacity_json(out, &x->session.facts, x->all, x->n, err);
}

static int open(void *own, struct err *err)
{
    struct saturate *s = own;
    s->search.on = (struct capacity_events){tested, s};
    return capacity_open(&s->search, err);
}

static bool run(void *own)
{
    struct saturate *s = own;
    results_quote(&s->results);
    capacity_run(&s->search);
    session_see_host_again(&s->search.session);
    return true;
}

static struct document tell(void *own)
{
    const struct capacity_experiment *x = &((struct saturate *)own)->search;
    struct record record = {.kind = "saturate", .facts = &x->session.facts, .n = x->n, .capacities = x->all};
    return (struct document){record, write_document, x};
}

int cmd_saturate(int argc, char **argv)
{
    struct saturate *s = calloc(1, sizeof *s); // too large for a stack
    if (!s)
        return say_no_memory("saturate");
    struct measuring steps = {.manual = &cmd_saturate_manual,
                              .results = &s->results,
                              .session = &s->search.session,
                              .o = &s->line.o,
                              .help = &s->w.help,
                              .own = s,
                              .parse = parse,
                              .open = open,
                              .run = run,
                              .draw = draw,
                              .tell = tell};
    int code = measuring_run(&steps, argc, argv);
    capacity_close(&s->search);
    trial_options_free(&s->line);
    free(s);
    return code;
}
