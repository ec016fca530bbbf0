// SPDX-License-Identifier: MIT
#include "base/clock.h"
#include "base/quote.h"
#include "cli/cmd.h"
#include "cli/compare.h"
#include "cli/progress.h"
#include "report/compare/compare_json.h"
#include "report/compare/compare_table.h"
#include "report/compare/compare_text.h"
#include "stats/remarks.h"

#include <stdlib.h>

// --- the live line ---

static void tick(void *ctx, const struct progress *p)
{
    const struct compare *c = ctx;
    uint64_t left = c->slots_all > c->slots_done ? c->slots_all - c->slots_done : 0;
    uint64_t left_s = left * c->slot_cost_ns / NS_PER_S;
    (void)p;
    fputc('\r', stderr);
    quote_terminal(stderr, c->title);
    fprintf(stderr, ": block %u of %u, slot %u of %u, %u:%02u left\x1b[K", c->block + 1, c->o.blocks,
            c->slot + 1, c->slots, (unsigned)(left_s / 60), (unsigned)(left_s % 60));
    fflush(stderr);
}

// --- opening ---

static int open_sites(struct compare *c, struct err *err)
{
    for (c->opened = c->o.first; c->opened < c->o.targets; c->opened++) {
        struct options *o = &c->o.each[c->opened];
        struct server *s = &c->servers[c->opened];
        o->run.seed = compare_lead(&c->o)->run.seed;
        s->stop = &c->session.stop;
        if (server_open(s, &o->run, o->embedded, err) < 0)
            return -1;
        s->name = c->o.names[c->opened];
        s->watch = &c->session.watch;
    }
    return 0;
}

static void set_baseline(struct compare *c)
{
    struct past *p = &c->past;
    c->facts.baseline = &p->facts;
    c->facts.each[0].name = c->o.names[0];
    c->facts.each[0].where = p->where;
    c->facts.each[0].server = p->server;
    c->facts.each[0].version = p->version;
    if (p->engine[0])
        fingerprint_note(&p->facts.fingerprint, "engine", p->engine,
                         c->servers[c->o.first].target.engine->name);
}

static void set_facts(struct compare *c, int argc, char **argv)
{
    c->session.facts = options_facts(compare_lead(&c->o), argc, argv);
    session_start(&c->session);
    c->facts = (struct compare_facts){.targets = c->o.targets,
                                      .blocks = c->o.blocks,
                                      .seed = compare_lead(&c->o)->run.seed,
                                      .aa = c->o.aa,
                                      .fresh = c->o.fresh_word,
                                      .run = &c->session.facts};
    if (c->o.first)
        set_baseline(c);
    for (unsigned t = c->o.first; t < c->o.targets; t++) {
        c->facts.each[t].name = c->o.names[t];
        c->facts.each[t].where = c->servers[t].target.addr.text;
        c->facts.each[t].server = c->servers[t].who.name;
        c->facts.each[t].version = c->servers[t].who.version;
    }
    c->session.facts.seed = c->facts.seed;
    if (c->o.aa) { // one server; else each target has its own
        c->session.facts.target = c->facts.each[0].where;
        c->session.facts.server_name = c->facts.each[0].server;
        c->session.facts.server_version = c->facts.each[0].version;
    }
}

static int open_reports(struct compare *c, struct err *err)
{
    const struct options *o = compare_lead(&c->o);
    c->reporter = c->o.markdown             ? &compare_table_markdown
                  : o->format == FORMAT_CSV ? &compare_table_csv
                                            : &compare_text;
    if (results_open(&c->results, o, NULL, 0, err) < 0)
        return -1;
    if (c->results.json == stdout)
        c->reporter = NULL;
    c->session.watch = progress_watcher(tick, c);
    return 0;
}

// The last target is the candidate: worse beyond the margin in a deciding metric is a regression.
static void judge(struct compare *c)
{
    const struct compare_options *o = &c->o;
    const char *candidate = o->names[o->targets - 1];
    for (size_t i = 0; i < c->n; i++) {
        struct contrast x[COMPARISON_METRICS];
        const struct comparison *comparison = &c->comparisons[i];
        comparison_judge(comparison, comparison->targets - 1, x);
        const struct contrast *primary = &x[comparison->primary];
        bool worse = primary->judged && primary->better < 0 && !primary->muddled;
        bool open = !primary->judged || primary->muddled ||
                    (!primary->better && primary->finding != FINDING_EQUIVALENT);
        if (worse && !o->aa)
            outcome_raise(&c->session.outcome, OUTCOME_WORSE, "%s: %s is worse than %s, beyond the margin",
                          comparison->title, candidate, o->names[0]);
        if (open && compare_lead(o)->strict)
            outcome_raise(&c->session.outcome, OUTCOME_OPEN,
                          "%s: --strict: %s is neither better nor worse nor equal: no verdict",
                          comparison->title, candidate);
    }
}

static void know_targets(struct compare *c)
{
    for (unsigned t = c->o.first; t < c->o.targets; t++) {
        const struct probe *p = &c->servers[t].before.probe;
        c->facts.each[t].engine = c->servers[t].target.engine->name;
        c->facts.each[t].wait = c->servers[t].wait;
        if (p->memory_bytes > 0 && p->keys > 0)
            c->facts.each[t].memory_per_key = (double)p->memory_bytes / (double)p->keys;
    }
}

// What must be known beside a form that has no place for it.
static void say_remarks(const struct compare *c)
{
    char(*remarks)[REMARK_TEXT] = calloc(REMARKS_MAX, sizeof *remarks); // too large for a stack
    char difference[FINGERPRINT_WORDS];
    const struct fingerprint *f = &c->past.facts.fingerprint;
    for (unsigned i = 0; i < f->n; i++)
        outcome_say(&c->session.outcome, "baseline: %s", fingerprint_words(&f->list[i], difference));
    for (size_t i = 0; i < c->n; i++) {
        int n = c->comparisons[i].n && remarks ? remarks_of(&c->comparisons[i], remarks) : 0;
        for (int k = 0; k < n; k++)
            outcome_say(&c->session.outcome, "%s: %s", c->comparisons[i].title, remarks[k]);
    }
    free(remarks);
}

static void report(struct compare *c)
{
    if (c->reporter == &compare_table_csv)
        say_remarks(c);
    if (c->reporter && c->measured) {
        c->reporter->begin(stdout, &c->facts);
        for (size_t i = 0; i < c->n; i++)
            c->reporter->test(stdout, &c->comparisons[i]);
        if (c->reporter->end)
            c->reporter->end(stdout, &c->facts, c->comparisons, c->n);
    }
}

static int write_document(FILE *out, const void *what, struct err *err)
{
    const struct compare *c = what;
    return compare_json(out, &c->facts, c->comparisons, c->n, err);
}

static void close_all(struct compare *c)
{
    for (size_t i = 0; i < c->n; i++)
        comparison_free(&c->comparisons[i]);
    free(c->comparisons);
    for (unsigned t = c->o.first; t < c->opened; t++)
        server_close(&c->servers[t]);
    past_close(&c->past);
    compare_options_free(&c->o);
}

// SET and GET, or what the baseline has, where -t says nothing.
static int choose_tests(struct compare *c, struct err *err)
{
    for (unsigned t = c->o.first; t < c->o.targets; t++)
        if (!c->o.each[t].tests && !c->o.each[t].argc)
            c->o.each[t].tests = c->o.first ? c->past.names : "set,get";
    return options_check_tests(compare_lead(&c->o), err);
}

static int compare(struct compare *c, int argc, char **argv, struct err *err)
{
    stopper_open(&c->session.stop);
    if ((c->o.first && past_open(&c->past, &c->o, c->session.stop.fd, err) < 0) || choose_tests(c, err) < 0 ||
        open_reports(c, err) < 0 || open_sites(c, err) < 0)
        return -1;
    set_facts(c, argc, argv);
    compare_estimate(c);
    compare_run(c);
    if (!c->measured && !c->session.stop.signal)
        outcome_raise(&c->session.outcome, OUTCOME_RUN, "there is nothing to compare: no block became whole");
    session_see_host_again(&c->session);
    know_targets(c);
    judge(c);
    if (c->session.stop.signal)
        outcome_interrupt(&c->session.outcome, c->session.stop.signal, c->measured);
    report(c);
    results_settle(&c->results, c->measured);
    results_keep(&c->results, &(struct document){.record = {.kind = c->o.aa ? "aa" : "compare",
                                                            .facts = &c->session.facts,
                                                            .n = c->n,
                                                            .comparisons = c->comparisons},
                                                 .write = write_document,
                                                 .what = c});
    return 0;
}

int cmd_compare(int argc, char **argv)
{
    struct compare *c = calloc(1, sizeof *c); // too large for a stack
    struct err err = {0};
    if (!c)
        return say_no_memory(NULL);
    results_begin(&c->results, &c->session, NULL);
    int rc = compare_options_parse(&c->o, argc, argv, &err);
    if (rc == 0 && c->o.help)
        compare_options_help(stdout);
    else if (rc == 0)
        rc = compare(c, argc, argv, &err);
    if (rc < 0)
        outcome_fail(&c->session.outcome, &err);
    int code = results_close(&c->results);
    close_all(c);
    free(c);
    return code;
}
