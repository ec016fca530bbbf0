// SPDX-License-Identifier: MIT
#include "cli/cmd_compare.h"

#include "base/clock.h"
#include "base/quote.h"
#include "cli/compare_options.h"
#include "cli/progress.h"
#include "cli/results.h"
#include "experiment/compare.h"
#include "experiment/peers.h"
#include "report/compare/compare_json.h"
#include "report/compare/compare_markdown.h"
#include "report/compare/compare_table.h"
#include "report/compare/compare_text.h"
#include "report/compare/machine_then.h"
#include "report/parts/sheet.h"
#include "stats/remarks.h"
#include "view/panel_compare.h"
#include "view/progress_line.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct compare {
    FILE *summary; // --github, or NULL
    struct compare_experiment x;
    struct compare_options o;
    struct results results;
    struct compare_baseline baseline; // as reports have it
    struct compare_facts facts;
    const struct compare_reporter *reporter; // NULL: standard output is the document's
    bool begun;                              // it has its head
    struct sheet sheet;
};

// --- the live line ---

static uint64_t left_s(const struct compare_progress *p)
{
    uint64_t now_ns = clock_ns(), slots = p->slots_all > p->slots_done ? p->slots_all - p->slots_done : 0;
    if (p->deadline_ns)
        return p->deadline_ns > now_ns ? (p->deadline_ns - now_ns) / NS_PER_S : 0;
    return slots * p->slot_cost_ns / NS_PER_S;
}

static void tick(void *ctx, const struct progress *ignored)
{
    const struct compare_experiment *x = ctx;
    const struct compare_progress *p = &x->progress;
    char line[PROGRESS_LINE], where[64] = "quick look at each", ratio[64] = "", left[UNITS_TEXT];
    (void)ignored;
    if (p->slots)
        snprintf(where, sizeof where, "block %u, slot %u of %u", p->comparison->n + 1, p->slot + 1, p->slots);
    if (p->now.judged)
        snprintf(ratio, sizeof ratio, ", ratio %.3f (%.3f-%.3f)", p->now.estimate.ratio, p->now.estimate.low,
                 p->now.estimate.high);
    snprintf(line, sizeof line, "%.60s: %s%s, %s%s left", p->comparison->title, where, ratio,
             p->deadline_ns ? "at most " : "", units_left((double)left_s(p), left));
    progress_show(line);
}

static void draw(void *ctx, struct panel *p, const struct glance *g)
{
    const struct compare_experiment *x = ctx;
    const struct compare_progress *now = &x->progress;
    char what[96] = "quick look at each";
    if (now->slots)
        snprintf(what, sizeof what, "block %u, slot %u of %u: %.40s", now->comparison->n + 1, now->slot + 1,
                 now->slots, g->target);
    p->what = what;
    p->left_s = (double)left_s(now);
    panel_compare(p, now->comparison, &now->now, g);
}

// --- what reports tell of the whole ---

static void tell(struct compare *c)
{
    compare_tell(&c->x, &c->facts, &c->baseline);
    if (c->facts.baseline)
        machine_then(&c->baseline.fingerprint, c->x.baseline.document.at, &c->x.session.host);
}

// What must be known beside a form that has no place for it.
static void say_remarks(const struct compare *c, const struct comparison *comparison)
{
    const struct outcome *o = &c->x.session.outcome;
    char(*remarks)[REMARK_TEXT] = calloc(REMARKS_MAX, sizeof *remarks); // too large for a stack
    int n = comparison_shown(comparison) && remarks ? remarks_of(comparison, remarks) : 0;
    for (int k = 0; k < n; k++)
        outcome_say(o, "%s: %s", comparison->title, remarks[k]);
    free(remarks);
}

static void say_differences(const struct compare *c)
{
    char difference[FINGERPRINT_WORDS];
    const struct fingerprint *f = &c->baseline.fingerprint;
    for (unsigned i = 0; i < f->n; i++)
        outcome_say(&c->x.session.outcome, "baseline: %s", fingerprint_words(&f->list[i], difference));
}

// --- the report ---

static void begin(struct compare *c, FILE *out)
{
    if (c->begun)
        return;
    c->begun = true;
    tell(c);
    if (c->reporter == &compare_table_csv)
        say_differences(c);
    c->reporter->begin(out, &c->facts);
}

static bool tested(void *ctx, const struct comparison *comparison)
{
    struct compare *c = ctx;
    progress_clear();
    if (c->reporter == &compare_table_csv)
        say_remarks(c, comparison);
    if (c->reporter && comparison_shown(comparison)) {
        c->sheet = sheet_for(stdout);
        FILE *out = c->reporter == &compare_text ? sheet_begin(&c->sheet) : stdout;
        begin(c, out);
        c->reporter->test(out, comparison);
        sheet_end(&c->sheet);
        fflush(stdout);
    }
    return results_heard(&c->results);
}

static int write_document(FILE *out, const void *what, struct err *err)
{
    const struct compare *c = what;
    return compare_json(out, &c->facts, c->x.all, c->x.n, err);
}

static void keep(struct compare *c)
{
    struct record record = {.kind = c->x.conf.aa ? "aa" : "compare",
                            .facts = &c->x.session.facts,
                            .n = c->x.n,
                            .comparisons = c->x.all};
    results_keep(&c->results, &(struct document){record, write_document, c});
}

// --- the whole ---

// The summary of the job: it is looked for before anything is measured, and added to at the end.
static int open_summary(struct compare *c, struct err *err)
{
    const char *path = getenv("GITHUB_STEP_SUMMARY");
    if (!c->o.github || peers_find().rank > 0)
        return 0;
    if (!path || !*path)
        return err_set(err, ERR_USAGE,
                       "--github: expected a file in the environment variable GITHUB_STEP_SUMMARY, got none");
    c->summary = fopen(path, "ae");
    return c->summary
               ? 0
               : err_set(err, ERR_USAGE, "--github: '%.200s' cannot be written: %s", path, strerror(errno));
}

static void close_summary(struct compare *c)
{
    if (!c->summary)
        return;
    if (c->x.measured)
        compare_markdown.end(c->summary, &c->facts, c->x.all, c->x.n);
    bool failed = ferror(c->summary);
    if (fclose(c->summary) != 0 || failed)
        outcome_raise(&c->x.session.outcome, OUTCOME_RUN, "--github: the summary could not be written whole");
    c->summary = NULL;
}

static int open(struct compare *c, struct err *err)
{
    const struct options *o = compare_options_lead(&c->o);
    c->reporter = c->o.markdown             ? &compare_markdown
                  : o->format == FORMAT_CSV ? &compare_table_csv
                                            : &compare_text;
    c->x.conf = c->o.conf;
    c->x.on = (struct compare_events){tested, c};
    stopper_open(&c->x.session.stop);
    if (results_open(&c->results, o, NULL, 0, err) < 0 || open_summary(c, err) < 0)
        return -1;
    if (results_on_stdout(&c->results))
        c->reporter = NULL;
    struct show show = {tick, draw, &c->x};
    return compare_open(&c->x, err) < 0 ? -1 : results_watch(&c->results, o, &show, err);
}

static int compare(struct compare *c, int argc, char **argv, struct err *err)
{
    struct session *session = &c->x.session;
    session->facts = options_facts(compare_options_lead(&c->o), argc, argv);
    if (open(c, err) < 0)
        return -1;
    results_quote(&c->results);
    compare_run(&c->x);
    session_see_host_again(session);
    compare_judge(&c->x);
    tell(c);
    if (session->stop.signal)
        outcome_interrupt(&session->outcome, session->stop.signal, c->x.measured);
    if (c->begun && c->reporter->end)
        c->reporter->end(c->reporter == &compare_text ? sheet_begin(&c->sheet) : stdout, &c->facts, c->x.all,
                         c->x.n);
    sheet_end(&c->sheet);
    close_summary(c);
    results_settle(&c->results, c->x.measured);
    keep(c);
    return 0;
}

int cmd_compare(int argc, char **argv)
{
    struct compare *c = calloc(1, sizeof *c); // too large for a stack
    struct err err = {0};
    if (!c)
        return say_no_memory("compare");
    results_begin(&c->results, &c->x.session, "compare");
    int rc = compare_options_parse(&c->o, argc, argv, &err);
    if (rc == 0 && c->o.help)
        manual_help(&compare_options_manual, stdout);
    else if (rc == 0)
        rc = compare(c, argc, argv, &err);
    if (c->summary)
        fclose(c->summary);
    int code = results_end(&c->results, rc, &err);
    compare_close(&c->x);
    compare_options_free(&c->o);
    free(c);
    return code;
}
