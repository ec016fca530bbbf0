// SPDX-License-Identifier: MIT
#include "cli/cmd_sweep.h"

#include "base/clock.h"
#include "cli/measuring.h"
#include "cli/progress.h"
#include "cli/trial_options.h"
#include "experiment/sweep.h"
#include "report/parts/sheet.h"
#include "report/sweep/sweep_csv.h"
#include "report/sweep/sweep_json.h"
#include "report/sweep/sweep_text.h"
#include "view/panel_sweep.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define HOUR (3600 * NS_PER_S)
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
     .help = "values to measure, e.g. 1,2,4 or 1..64, which doubles at each step (for rates: 12 steps)"},
    {category, 0, "trial", OPT_DURATION, 0, OPT_OURS, FIELD(trial_ns), .lo = 100 * NS_PER_MS, .hi = HOUR,
     .initial = "5s", .metavar = "TIME", .help = "how long a point is measured at a time"},
    {category, 0, "passes", OPT_COUNT, 0, OPT_OURS, FIELD(passes), .lo = 1, .hi = SWEEP_PASSES,
     .initial = "2", .metavar = "N",
     .help = "how often each point is measured, each time in a different random order"},
    {category, 0, "idle", OPT_DURATION, 0, OPT_OURS, FIELD(idle_ns), .hi = HOUR, .initial = "500ms",
     .metavar = "TIME", .help = "pause before each point"},
    {category, 0, "help", OPT_FLAG, 0, OPT_OURS, FIELD(help), .help = "print this help and exit"},
};
static const struct opt_table table = {.rows = rows, .n = sizeof rows / sizeof *rows};

struct sweeping {
    struct sweep_experiment sweep;
    struct trial_options line;
    struct own_words w;
    struct results results;
    bool begun; // the report has its head
};

static const char *const usage[] = {"sweep rate|clients|pipeline|size|keys [OPTIONS] [COMMAND]", NULL};
static const char *const first_words[] = {"rate", "clients", "pipeline", "size", "keys", NULL};
static const struct manual_example examples[] = {
    {"sweep clients -p 6379 -t get --points 1..128", NULL},
    {0},
};
const struct manual cmd_sweep_manual = {
    .name = "sweep",
    .summary = "measure a server across the values of one setting",
    .usage = usage,
    .about = "How does the server behave across the values of one setting? Measures each point in random "
             "order and in several passes. rate runs in the open loop, by default at 5% to 105% of the "
             "closed loop's throughput, and finds the knee; clients fits the Universal Scalability Law. All "
             "options of a plain run (hkv-bench --help) apply except those that set its end. The default "
             "test is GET. docs/capacity.md explains the figures.",
    .words = first_words,
    .examples = examples,
    .own = &table,
    .rest = &options_table,
};

static int parse_kind(enum sweep_kind *kind, int argc, char **argv, struct err *err)
{
    for (int k = 0; argc > 1 && k < SWEEP_KINDS; k++)
        if (strcmp(argv[1], sweep_kinds[k]) == 0) {
            *kind = (enum sweep_kind)k;
            return 0;
        }
    return err_set(err, ERR_USAGE,
                   "expected rate, clients, pipeline, size or keys, e.g. hkv-bench sweep clients");
}

static int check(enum sweep_kind kind, const struct trial_options *line, struct err *err)
{
    const struct options *o = &line->o;
    if (kind == SWEEP_SIZE && options_given(o, "--value-size"))
        return err_set(
            err, ERR_USAGE,
            "sweep size gives each size of --points to all values in turn: leave out --value-size");
    if (kind == SWEEP_RATE && (o->run.rate > 0 || run_conf_stuck(&o->run)))
        return err_set(
            err, ERR_USAGE,
            "sweep rate takes its rates from --points, and of a cluster needs connections that stay "
            "open: leave out --rate, --rps and -k 0");
    if (kind == SWEEP_PIPELINE && o->run.reconnect_every && o->run.pipeline_mode == PIPELINE_BATCH)
        return err_set(
            err, ERR_USAGE,
            "sweep pipeline gives each -P in turn, and --reconnect-every may be no multiple of it: "
            "leave it out, or give --pipeline-mode window");
    if (o->format != FORMAT_TEXT && o->format != FORMAT_CSV)
        return err_set(err, ERR_USAGE, "sweep reports as text, --csv and --json: leave out --format and -q");
    return 0;
}

static int parse(void *own, int argc, char **argv, struct err *err)
{
    struct sweeping *s = own;
    struct sweep_conf *conf = &s->sweep.conf;
    struct trial_options *line = &s->line;
    bool asks_help = argc > 1 && strcmp(argv[1], "--help") == 0;
    *line = (struct trial_options){.name = "sweep", .table = &table, .into = &s->w, .asserts = true};
    if (!asks_help && parse_kind(&conf->kind, argc, argv, err) < 0)
        return -1;
    int skip = asks_help ? 0 : 1; // the kind
    if (trial_options_parse(line, argc - skip, argv + skip, err) < 0)
        return -1;
    if (s->w.help)
        return 0;
    s->sweep.session.facts = options_facts(&line->o, argc, argv);
    conf->workload = trial_options_workload(line);
    conf->trial_ns = s->w.trial_ns;
    conf->idle_ns = s->w.idle_ns;
    conf->passes = s->w.passes;
    conf->asserts = line->o.asserts.at;
    conf->nasserts = line->o.asserts.n;
    return check(conf->kind, line, err) < 0 ? -1
                                            : sweep_points_parse(conf->kind, s->w.points, &conf->points, err);
}

static void draw(void *own, struct panel *p, const struct glance *g)
{
    const struct sweep_experiment *x = &((struct sweeping *)own)->sweep;
    p->what = x->session.label;
    panel_sweep(p, x->n ? &x->all[x->n - 1] : NULL, g);
}

static bool tested(void *ctx, const struct sweep *found)
{
    struct sweeping *s = ctx;
    const struct run_facts *facts = &s->sweep.session.facts;
    bool csv = s->line.o.format == FORMAT_CSV, shown = !results_on_stdout(&s->results) && found->n;
    progress_clear();
    struct sheet sheet = sheet_for(stdout);
    FILE *out = csv ? stdout : sheet_begin(&sheet);
    if (shown && !s->begun)
        csv ? sweep_csv_head(out) : sweep_text_head(out, facts);
    if (shown)
        csv ? sweep_csv(out, found) : sweep_text(out, found, facts->seed);
    sheet_end(&sheet);
    fflush(stdout);
    s->begun |= shown;
    return results_heard(&s->results);
}

static int write_document(FILE *out, const void *what, struct err *err)
{
    const struct sweep_experiment *x = what;
    return sweep_json(out, &x->session.facts, x->all, x->n, err);
}

static int open(void *own, struct err *err)
{
    struct sweeping *s = own;
    s->sweep.on = (struct sweep_events){tested, s};
    return sweep_open(&s->sweep, err);
}

static bool run(void *own)
{
    struct sweeping *s = own;
    results_quote(&s->results);
    sweep_run(&s->sweep);
    session_see_host_again(&s->sweep.session);
    return true;
}

static struct document tell(void *own)
{
    const struct sweep_experiment *x = &((struct sweeping *)own)->sweep;
    struct record record = {.kind = "sweep", .facts = &x->session.facts, .n = x->n, .sweeps = x->all};
    return (struct document){record, write_document, x};
}

int cmd_sweep(int argc, char **argv)
{
    struct sweeping *s = calloc(1, sizeof *s); // too large for a stack
    if (!s)
        return say_no_memory("sweep");
    struct measuring steps = {.manual = &cmd_sweep_manual,
                              .results = &s->results,
                              .session = &s->sweep.session,
                              .o = &s->line.o,
                              .help = &s->w.help,
                              .own = s,
                              .parse = parse,
                              .open = open,
                              .run = run,
                              .draw = draw,
                              .tell = tell};
    int code = measuring_run(&steps, argc, argv);
    sweep_close(&s->sweep);
    trial_options_free(&s->line);
    free(s);
    return code;
}
