// SPDX-License-Identifier: MIT
#include "experiment/plain.h"

#include "experiment/cleanup.h"
#include "experiment/suite.h"
#include "run/limits.h"
#include "stats/doubt.h"

#include <inttypes.h>
#include <stdlib.h>

int plain_open(struct plain *p, struct err *err)
{
    p->start = (struct start){.at_ns = p->conf.start_at_ns};
    return server_begin(&p->server, &p->session, &p->conf.workload, err);
}

// --- what a test says of the run ---

bool plain_refused(const struct plain *p, const struct summary *s)
{
    return p->conf.compat && s->counts.errors && s->ending != ENDING_SKIPPED;
}

// Whether the user named what is measured; else it is the default list.
static bool asked(const struct plain *p)
{
    return p->conf.workload.tests || p->conf.workload.command.n;
}

// Why the test as a whole is no good.
static void judge_ending(struct plain *p, const struct summary *s)
{
    struct outcome *o = &p->session.outcome;
    if (s->ending == ENDING_SKIPPED && !asked(p))
        return; // tell_skipped has a line for all of them
    if (s->ending == ENDING_SKIPPED)
        outcome_raise(o, OUTCOME_RUN, "%s skipped: %s", s->title, s->note);
    else if (s->note[0] && s->ending != ENDING_INTERRUPTED)
        outcome_raise(o, OUTCOME_RUN, "%s: %s", s->title, s->note);
    else if (s->ending == ENDING_LOST || s->ending == ENDING_STALLED ||
             (counts_unfinished(&s->counts) && !p->session.stop.signal))
        outcome_raise(o, OUTCOME_RUN, "%s: %" PRIu64 " requests were not answered", s->title,
                      counts_unanswered(&s->counts));
}

// What speaks against its figures. Where the report has that in it, strictness needs one sentence; else each
// has its own, unless another tool's place is taken, which stays quiet as long as all is well.
static void judge_doubts(struct plain *p, const struct summary *s)
{
    struct outcome *o = &p->session.outcome;
    bool shown = p->conf.doubts_shown;
    unsigned n = s->ndoubts;
    for (const struct doubt *d = s->doubts; d < s->doubts + n; d++) {
        if (d->failure)
            outcome_raise(o, d->wrong ? OUTCOME_VALUES : OUTCOME_RUN, "%s: %s", s->title, d->text);
        else if (p->conf.strict && !shown)
            outcome_raise(o, OUTCOME_DOUBT, "%s: --strict: %s", s->title, d->text);
        else if (!shown && !p->conf.compat && !d->mild)
            outcome_say(o, "%s: %s", s->title, d->text);
    }
    if (p->conf.strict && shown && n)
        outcome_raise(o, OUTCOME_DOUBT, "%s: --strict: %u doubt%s about the result", s->title, n,
                      n > 1 ? "s" : "");
}

// Of a load that several processes made.
static void judge_generators(struct plain *p, const struct summary *s)
{
    char why[GENERATORS_WHY];
    if (generators_missing(&s->generators, why))
        outcome_raise(&p->session.outcome, OUTCOME_RUN, "%s: %s", s->title, why);
}

static void judge(struct plain *p, const struct summary *s)
{
    judge_generators(p, s);
    judge_ending(p, s);
    if (plain_refused(p, s))
        outcome_raise(&p->session.outcome, OUTCOME_RUN, "Error from server: %s", s->tally.kinds[0].first);
    else
        judge_doubts(p, s);
}

// --- running ---

static void forget(struct plain *p)
{
    for (size_t i = 0; i < p->ntests; i++) {
        summary_free(&p->tests[i]);
        plan_reset(&p->plans[i]);
    }
    p->ntests = 0;
}

static int grow(struct plain *p, struct err *err)
{
    size_t n = p->ntests + 1;
    struct summary *tests = realloc(p->tests, n * sizeof *tests);
    if (tests)
        p->tests = tests;
    struct plan *plans = realloc(p->plans, n * sizeof *plans);
    if (plans)
        p->plans = plans;
    return tests && plans ? 0 : err_set(err, ERR_RUN, "not enough memory for one more test");
}

// Whether the suite goes on after this test.
static bool go_on(const struct plain *p, const struct summary *s)
{
    return !p->session.stop.signal && s->ending != ENDING_LOST && s->ending != ENDING_STALLED &&
           !plain_refused(p, s);
}

static bool fail(struct plain *p, const struct err *err)
{
    if (p->session.stop.signal) // whatever the user's own signal broke
        return false;
    outcome_raise(&p->session.outcome, p->ntests ? OUTCOME_RUN : outcome_of(err), "%s", err->text);
    return false;
}

// Commands that find nothing of a prefill. In a mix those that write need nothing.
static void tell_unfilled(const struct plain *p, const struct plan *plan)
{
    for (unsigned i = 0; i < plan->kinds; i++) {
        const struct ask *a = &plan->asks[i];
        if (a->filled || (plan->kinds > 1 && a->reply.reads == READS_NOTHING))
            continue;
        outcome_say(&p->session.outcome, "--prefill has no effect on %s%s", a->title,
                    a->uncounted ? " by keys that can be counted through" : "");
    }
}

// Whether a run that only writes keys has any to write for this test.
static bool worth_it(struct plain *p, const struct question *q)
{
    struct err err = {0};
    struct plan plan;
    if (server_plan(&p->server, q, &p->conf.workload.run, &plan, &err) < 0)
        return true; // which says why
    bool worth = plan.upkeep.n;
    if (!worth)
        tell_unfilled(p, &plan);
    plan_reset(&plan);
    return worth;
}

// The next of the tests, which has a plan or not. Whether anybody wants another.
static bool take(struct plain *p, const struct plan *plan, const struct summary *s)
{
    p->plans[p->ntests] = *plan;
    p->tests[p->ntests++] = *s;
    bool wanted = p->on.tested(p->on.ctx, &p->tests[p->ntests - 1]);
    judge(p, &p->tests[p->ntests - 1]);
    return wanted;
}

int plain_take(struct plain *p, struct summary *s, struct err *err)
{
    if (grow(p, err) < 0)
        return -1;
    take(p, &(struct plan){0}, s);
    *s = (struct summary){0};
    return 0;
}

// Plans, runs and hands over one test: the row, or the user's command. False when it was the last that makes
// sense.
static bool run_one(struct plain *p, const struct test *row)
{
    struct err err = {0};
    struct trial t;
    const struct workload *w = &p->conf.workload;
    struct question q = {row, w->command};
    if (w->run.upkeep && !worth_it(p, &q))
        return true;
    if (grow(p, &err) < 0 || server_measure(&p->server, &q, &w->run, &t, &err) < 0)
        return fail(p, &err);
    if (w->run.prefill && !p->conf.compat)
        tell_unfilled(p, &t.plan);
    uint64_t began_ns = p->session.started_ns;
    t.summary.offset_ns = t.summary.start_ns > began_ns ? t.summary.start_ns - began_ns : 0;
    for (unsigned i = 0; i < t.summary.nkinds; i++)
        t.summary.kinds[i].offset_ns = t.summary.offset_ns;
    server_retell(&p->server, &p->session.facts);
    if (p->conf.start_at_ns && p->ntests == 0 && t.summary.start_ns) {
        p->session.facts.start_at_ns = p->conf.start_at_ns;
        p->session.facts.start_late_ns = start_late_ns(&p->start, &t.summary);
    }
    bool wanted = take(p, &t.plan, &t.summary);
    return wanted && go_on(p, &p->tests[p->ntests - 1]);
}

// The tests of the default list that this server does not have, in one line: nobody asked for them.
static void tell_skipped(struct plain *p)
{
    size_t skipped = 0;
    struct buf names = {0};
    int rc = 0;
    for (size_t i = 0; i < p->ntests && rc == 0; i++) {
        const struct summary *s = &p->tests[i];
        if (s->ending != ENDING_SKIPPED)
            continue;
        rc = buf_printf(&names, "%s%s", skipped++ ? ", " : "", s->test);
    }
    if (rc == 0)
        rc = buf_append(&names, "", 1);
    if (skipped && skipped == p->ntests)
        outcome_raise(&p->session.outcome, OUTCOME_RUN,
                      "no test could be measured: the server supports none of them");
    else if (skipped)
        outcome_say(&p->session.outcome, "skipped %zu test%s that the server does not support: %s", skipped,
                    skipped > 1 ? "s" : "", rc == 0 ? names.at : "");
    buf_free(&names);
}

static struct suite tests_of(const struct plain *p)
{
    struct suite suite = suite_of(&p->conf.workload);
    suite.redis = p->conf.redis;
    return suite;
}

static bool run_pass(struct plain *p)
{
    bool on = true;
    struct suite suite = tests_of(p);
    const struct test *row;
    forget(p);
    while (on && suite_next(&suite, &row))
        on = run_one(p, row);
    if (p->conf.workload.run.upkeep && !p->ntests && on)
        outcome_raise(&p->session.outcome, OUTCOME_RUN, "--prefill-only: there was nothing to write");
    if (!asked(p))
        tell_skipped(p);
    p->on.passed(p->on.ctx, !suite.command);
    return on;
}

static void run_idle(struct plain *p)
{
    struct err err = {0};
    struct plan plan;
    struct summary s = {0};
    if (plan_idle(&plan, &p->conf.workload.run, &p->server.target, &err) < 0) {
        fail(p, &err);
        return;
    }
    if (limits_check(&plan, &err) < 0 || server_run(&p->server, &plan, &s, &err) < 0)
        fail(p, &err);
    else if (s.note[0] && !p->session.stop.signal)
        outcome_raise(&p->session.outcome, OUTCOME_RUN, "%s%s", p->conf.compat && s.lost ? "Error: " : "",
                      s.note);
    else if (s.lost && !p->session.stop.signal)
        outcome_raise(&p->session.outcome, OUTCOME_RUN, "%" PRIu64 " connections lost", s.lost);
    summary_free(&s);
    plan_reset(&plan);
}

void plain_run(struct plain *p)
{
    if (p->conf.start_at_ns) {
        p->session.watch.ready = start_ready;
        p->session.watch.ready_ctx = &p->start;
    }
    if (p->conf.idle) {
        run_idle(p);
        return;
    }
    while (run_pass(p) && p->conf.loop && !p->session.stop.signal)
        ;
    if (p->conf.cleans)
        cleanup_run(&p->server, &p->conf.workload, tests_of(p), &p->session.outcome);
}

// --- closing ---

void plain_see_host_again(struct plain *p)
{
    if (p->conf.elsewhere)
        return;
    struct session *s = &p->session;
    const struct host_fact *was, *is;
    session_see_host_again(s);
    for (size_t at = 0; host_change(&s->host, &s->host_end, &at, &was, &is) && !p->conf.compat;)
        outcome_say(&s->outcome, "the machine changed during the run: %s was \"%s\" and is \"%s\"", was->name,
                    was->text, is->text);
}

void plain_assert(struct plain *p)
{
    size_t n = p->conf.nasserts;
    if (n == 0)
        return;
    p->assertions = calloc(assertion_room(n, p->tests, p->ntests), sizeof *p->assertions);
    if (!p->assertions) {
        outcome_raise(&p->session.outcome, OUTCOME_RUN, "not enough memory to judge the assertions");
        return;
    }
    p->nassertions = assertion_judge(p->conf.asserts, n, p->tests, p->ntests, p->assertions);
    p->on.asserted(p->on.ctx, p->assertions, p->nassertions);
    unsigned failed = 0;
    for (size_t i = 0; i < p->nassertions; i++)
        failed += !p->assertions[i].held;
    if (failed)
        outcome_raise(&p->session.outcome, OUTCOME_ASSERT, "%u of %zu assertions failed", failed,
                      p->nassertions);
    p->session.facts.assertions = p->assertions;
    p->session.facts.nassertions = p->nassertions;
}

void plain_close(struct plain *p)
{
    forget(p);
    free(p->assertions);
    free(p->tests);
    free(p->plans);
    server_close(&p->server);
}
