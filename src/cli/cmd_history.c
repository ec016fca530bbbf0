// SPDX-License-Identifier: MIT
#include "cli/cmd_history.h"

#include "cli/options.h"
#include "cli/output.h"
#include "cli/page.h"
#include "cli/say.h"
#include "cli/tag_options.h"
#include "option/nearest.h"
#include "option/opt.h"
#include "report/history/diff_report.h"
#include "report/history/exports.h"
#include "report/history/listing_json.h"
#include "report/history/listing_text.h"
#include "report/html/html.h"
#include "report/parts/sheet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MAX 4 // DB, what to do, RUN, RUN
#define QUOTE 64

struct past_options {
    const char *metric, *tag, *html;
    bool json, fail, help;
    enum export_format { EXPORT_JSON, EXPORT_BMF, EXPORT_OTAVA } format;
    struct metric_path path;
    struct run_tag tag_words;
    struct history_tag tag_wanted;
    const char *words[WORDS_MAX];
    int n;
    struct opt_given given;
};

#define FIELD(f) .offset = offsetof(struct past_options, f), .size = sizeof(((struct past_options *)0)->f)

static const char *const formats[] = {
    [EXPORT_JSON] = "json", [EXPORT_BMF] = "bmf", [EXPORT_OTAVA] = "otava", NULL};

static const struct opt rows[] = {
    {"Options", 0, "json", OPT_FLAG, 0, OPT_OURS, FIELD(json), .help = "JSON instead of tables"},
    {"Options", 0, "html", OPT_STRING, 0, OPT_OURS, FIELD(html), .lo = 1, .metavar = "FILE",
     .help = "with show, diff and trend: write one page with charts; - is standard output"},
    {"Options", 0, "metric", OPT_STRING, 0, OPT_OURS, FIELD(metric), .lo = 1, .metavar = "[TEST.]METRIC",
     .help = "what trend follows (rps without it) and list shows beside each run, e.g. get.p99; without a "
             "test, of "
             "all of them"},
    {"Options", 0, "tag", OPT_STRING, 0, OPT_OURS, FIELD(tag), .lo = 1, .metavar = "KEY[=VALUE]",
     .help = "only runs with this tag; trend labels its points by the value"},
    {"Options", 0, "fail-on-regression", OPT_FLAG, 0, OPT_OURS, FIELD(fail),
     .help = "with trend: exit code 10 where the last change point of a figure is for the worse, and load, "
             "client and "
             "machine are the same on both sides of it"},
    {"Options", 0, "format", OPT_ENUM, 0, OPT_OURS, FIELD(format), .names = formats, .initial = "json",
     .metavar = "NAME",
     .help = "with export: json is the run as --json would have written it, bmf its figures in the Bencher "
             "Metric Format, "
             "otava a row of CSV for Apache Otava; its RUN may be all; elsewhere json is --json"},
    {"Options", 0, "help", OPT_FLAG, 0, OPT_OURS, FIELD(help), .help = "print this help and exit"},
};

static const struct opt_table table = {
    .rows = rows, .n = sizeof rows / sizeof *rows, .given = offsetof(struct past_options, given)};

// What a deed works with.
struct doing {
    struct history *h;
    const struct past_options *o;
    FILE *out;
    int64_t runs[2];
    struct outcome *outcome;
};

static int list(const struct doing *d, struct err *err)
{
    const struct past_options *o = d->o;
    return (o->json ? listing_json_runs : listing_text_runs)(d->out, d->h, o->tag ? &o->tag_wanted : NULL,
                                                             o->metric ? &o->path : NULL, err);
}

static int page(const struct doing *d, int n, struct err *err)
{
    struct buf documents[2] = {0};
    const char *texts[2];
    int rc = 0;
    for (int i = 0; i < n && rc == 0; i++) {
        rc = history_document(d->h, d->runs[i], &documents[i], err);
        texts[i] = documents[i].at;
        if (rc == 0)
            rc = html_check(texts[i], d->o->words[2 + i], err);
    }
    if (rc == 0)
        rc = page_write(d->o->html, texts, (size_t)n, err);
    for (int i = 0; i < n; i++)
        buf_free(&documents[i]);
    return rc;
}

static int show(const struct doing *d, struct err *err)
{
    if (d->o->html)
        return page(d, 1, err);
    return (d->o->json ? listing_json_run : listing_text_run)(d->out, d->h, d->runs[0], err);
}

static int diff(const struct doing *d, struct err *err)
{
    struct diff both;
    if (d->o->html)
        return page(d, 2, err);
    if (diff_read(&both, d->h, d->runs, err) < 0)
        return -1;
    int rc = 0;
    if (d->o->json)
        rc = diff_report_json(d->out, &both, err);
    else
        diff_report_text(d->out, &both);
    diff_free(&both);
    return rc;
}

static int export(const struct doing *d, struct err *err)
{
    static int (*const writers[])(FILE *, struct history *, int64_t, struct err *) = {
        [EXPORT_JSON] = listing_json_document, [EXPORT_BMF] = exports_bmf, [EXPORT_OTAVA] = exports_otava};
    return writers[d->o->format](d->out, d->h, d->runs[0], err);
}

static int delete (const struct doing *d, struct err *err)
{
    return history_delete(d->h, d->runs[0], err);
}

// Exit code 10, with one sentence for all series.
static void judge(const struct doing *d, const struct trend *t)
{
    const struct trend_series *first = NULL;
    char before[UNITS_TEXT], after[UNITS_TEXT], quoted[QUOTE];
    unsigned n = 0;
    for (size_t i = 0; i < t->n; i++)
        if (trend_regressed(&t->series[i]) && n++ == 0)
            first = &t->series[i];
    if (!first)
        return;
    const struct change *c = &first->changes[first->nchanges - 1];
    char more[32] = "";
    if (n > 1)
        snprintf(more, sizeof more, " (and %u more)", n - 1);
    outcome_raise(d->outcome, OUTCOME_WORSE, "%s.%s is worse since run %lld: %s, then %s%s",
                  slice_quote(slice_of(first->test), quoted, sizeof quoted), metric_name(first->metric),
                  (long long)first->points[c->at].run, metric_text(first->metric, c->before, before),
                  metric_text(first->metric, c->after, after), more);
}

static int trend_page(const struct doing *d, const struct trend *t, const struct history_tag *tag,
                      struct err *err)
{
    char *text = NULL;
    size_t len;
    FILE *memory = open_memstream(&text, &len);
    int rc = memory ? listing_json_trend(memory, t, tag, err) : -1;
    if (!memory || fclose(memory) != 0)
        rc = err_set(err, ERR_RUN, "not enough memory for the page");
    if (rc == 0)
        rc = page_write(d->o->html, (const char *const[]){text}, 1, err);
    free(text);
    return rc;
}

static int trend(const struct doing *d, struct err *err)
{
    const struct past_options *o = d->o;
    const struct history_tag *tag = o->tag ? &o->tag_wanted : NULL;
    struct trend t;
    if (trend_read(&t, d->h, &o->path, tag, err) < 0)
        return -1;
    int rc = 0;
    if (o->html)
        rc = trend_page(d, &t, tag, err);
    else if (o->json)
        rc = listing_json_trend(d->out, &t, tag, err);
    else
        listing_text_trend(d->out, &t, tag);
    if (rc == 0 && o->fail)
        judge(d, &t);
    trend_free(&t);
    return rc;
}

enum takes {
    TAKES_JSON = 1,
    TAKES_HTML = 2,
    TAKES_METRIC = 4,
    TAKES_TAG = 8,
    TAKES_FAIL = 16,
    TAKES_FORMAT = 32
};

static const struct deed {
    const char *name;
    int runs; // that it wants
    int (*run)(const struct doing *d, struct err *err);
    unsigned takes; // of the options that some do not
} deeds[] = {
    {"list", 0, list, TAKES_JSON | TAKES_METRIC | TAKES_TAG},
    {"show", 1, show, TAKES_JSON | TAKES_HTML},
    {"diff", 2, diff, TAKES_JSON | TAKES_HTML},
    {"export", 1, export, TAKES_FORMAT},
    {"delete", 1, delete, 0},
    {"trend", 0, trend, TAKES_JSON | TAKES_HTML | TAKES_METRIC | TAKES_TAG | TAKES_FAIL},
};
#define DEEDS (sizeof deeds / sizeof *deeds)

static const char *const usage[] = {"history DB list|trend [OPTIONS]",
                                    "history DB show|export|delete RUN [OPTIONS]",
                                    "history DB diff RUN RUN [OPTIONS]", NULL};
static const char *const first_words[] = {"list", "show", "diff", "export", "delete", "trend", NULL};
static const struct manual_example examples[] = {
    {"history runs.db list --metric get.p99", "all runs, each with its p99 of GET"},
    {"history runs.db diff 12 last", "two runs beside each other"},
    {"history runs.db trend --metric get.p99 --fail-on-regression",
     "for CI: exit code 10 where it has become worse"},
    {0},
};
const struct manual cmd_history_manual = {
    .name = "history",
    .summary = "look at results kept by --save",
    .usage = usage,
    .about = "Reads what --save DB has kept. RUN is a number of the list, or last. list shows all runs, show "
             "all of one "
             "run, diff the figures of two, export prints its JSON as --json would have written it, delete "
             "forgets it, "
             "and trend tells where a figure has changed its level, and whether for better or worse.",
    .words = first_words,
    .examples = examples,
    .own = &table,
};

static int help(void)
{
    manual_help(&cmd_history_manual, stdout);
    return 0;
}

// --- the command line ---

static const struct deed *find_deed(const char *word)
{
    for (size_t i = 0; i < DEEDS; i++)
        if (strcmp(word, deeds[i].name) == 0)
            return &deeds[i];
    return NULL;
}

static int refuse_deed(const char *word, struct err *err)
{
    const char *names[DEEDS];
    char quoted[QUOTE];
    for (size_t i = 0; i < DEEDS; i++)
        names[i] = deeds[i].name;
    const char *best = nearest(word, names, DEEDS);
    return err_set(err, ERR_USAGE, "expected %s after the history, got '%s'%s%s%s",
                   best ? "an action" : "list, show, diff, export, delete or trend",
                   slice_quote(slice_of(word), quoted, sizeof quoted), best ? ": did you mean " : "",
                   best ? best : "", best ? "?" : "");
}

// "show, diff and trend": those that take an option.
static char *takers(unsigned bit, char dst[QUOTE])
{
    const char *names[DEEDS];
    size_t n = 0;
    for (size_t i = 0; i < DEEDS; i++)
        if (deeds[i].takes & bit)
            names[n++] = deeds[i].name;
    return slice_enumerate(names, n, dst, QUOTE);
}

// What would have no effect is refused.
static int check_taken(struct past_options *o, const struct deed *deed, struct err *err)
{
    static const struct {
        const char *option;
        unsigned bit;
    } limited[] = {{"--json", TAKES_JSON},
                   {"--html", TAKES_HTML},
                   {"--metric", TAKES_METRIC},
                   {"--tag", TAKES_TAG},
                   {"--fail-on-regression", TAKES_FAIL},
                   {"--format", TAKES_FORMAT}};
    char names[QUOTE];
    bool json = deed->takes & TAKES_JSON && opt_given(&table, o, "--format") && o->format == EXPORT_JSON;
    unsigned takes = deed->takes | (json ? TAKES_FORMAT : 0); // another way to ask for --json
    for (size_t i = 0; i < sizeof limited / sizeof *limited; i++)
        if (opt_given(&table, o, limited[i].option) && !(takes & limited[i].bit))
            return err_set(err, ERR_USAGE, "%s: only with %s, not with %s", limited[i].option,
                           takers(limited[i].bit, names), deed->name);
    o->json |= json;
    return o->html && o->json ? err_set(err, ERR_USAGE, "--html and --json: give one of them") : 0;
}

// What is to be done, or NULL with err.
static const struct deed *check_words(struct past_options *o, struct err *err)
{
    const struct deed *deed = o->n < 2 ? NULL : find_deed(o->words[1]);
    int rc = 0;
    if (o->n < 2)
        rc = err_set(err, ERR_USAGE, "expected a history and an action, e.g. history runs.db list");
    else if (!deed)
        rc = refuse_deed(o->words[1], err);
    else if (o->n < 2 + deed->runs)
        rc = err_set(err, ERR_USAGE, "%s: expected %s: a number shown by list, or last", deed->name,
                     deed->runs > 1 ? "two runs" : "a run");
    else if (o->n > 2 + deed->runs)
        rc = err_set(err, ERR_USAGE, "%s takes %s: unexpected argument '%.40s'", deed->name,
                     deed->runs > 1 ? "two runs"
                     : deed->runs   ? "one run"
                                    : "no run",
                     o->words[2 + deed->runs]);
    else
        rc = check_taken(o, deed, err);
    return rc < 0 ? NULL : deed;
}

static int check_values(struct past_options *o, struct err *err)
{
    char quoted[QUOTE];
    const char *metric = o->metric ? o->metric : "rps";
    if (!metric_parse(slice_of(metric), &o->path))
        return err_set(
            err, ERR_USAGE,
            "--metric: expected METRIC or TEST.METRIC such as get.p99, got '%s'; METRIC is " METRIC_NAMES,
            slice_quote(slice_of(metric), quoted, sizeof quoted));
    if (o->tag && !tag_options_key(o->tag, &o->tag_words))
        return err_set(err, ERR_USAGE, "--tag: expected KEY or KEY=VALUE such as commit, got '%s'",
                       slice_quote(slice_of(o->tag), quoted, sizeof quoted));
    o->tag_wanted = (struct history_tag){o->tag_words.key, o->tag_words.value};
    return 0;
}

// Words and options may stand in any order.
static int parse(struct past_options *o, int argc, char **argv, struct err *err)
{
    struct opt_cursor c = {argc, argv, 1};
    opt_defaults(&table, o, false);
    while (opt_parse(&table, &c, o, false, err) == 0) {
        if (c.at >= argc)
            return 0;
        if (o->n == WORDS_MAX)
            return err_set(err, ERR_USAGE, "unexpected argument '%.40s' (see --help)", argv[c.at]);
        o->words[o->n++] = argv[c.at++];
    }
    return -1;
}

static int perform(struct doing *d, const struct deed *deed, struct err *err)
{
    struct sheet sheet = sheet_for(stdout);
    if (history_open(&d->h, d->o->words[0], HISTORY_READ, -1, err) < 0)
        return -1;
    int rc = 0;
    bool all = d->o->format == EXPORT_OTAVA && deed->run == export && strcmp(d->o->words[2], "all") == 0;
    for (int i = 0; i < deed->runs && rc == 0 && !all; i++)
        rc = history_find(d->h, d->o->words[2 + i], &d->runs[i], err);
    sheet.columns = 0; // tables stay tables
    d->out = d->o->json || deed->run == export ? stdout : sheet_begin(&sheet);
    if (rc == 0)
        rc = deed->run(d, err);
    if (d->out != stdout)
        sheet_end(&sheet);
    history_close(d->h);
    return rc;
}

int cmd_history(int argc, char **argv)
{
    struct past_options o = {0};
    struct outcome outcome = {.tell = say, .ctx = &(struct speaker){.who = "history"}};
    struct doing d = {.o = &o, .outcome = &outcome};
    struct err err;
    if (parse(&o, argc, argv, &err) < 0)
        return say_error("history", &err);
    if (o.help)
        return help();
    const struct deed *deed = check_words(&o, &err);
    if (!deed || check_values(&o, &err) < 0 || perform(&d, deed, &err) < 0)
        return say_error("history", &err);
    output_flush(&outcome);
    return outcome.code;
}
