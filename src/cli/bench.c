// SPDX-License-Identifier: MIT
#include "cli/bench.h"

#include "base/clock.h"
#include "cli/progress.h"
#include "experiment/suite.h"
#include "report/parts/assertions.h"
#include "report/run/classic.h"
#include "report/run/csv.h"
#include "report/run/hdrlog.h"
#include "report/run/run_json.h"
#include "report/run/series_csv.h"
#include "report/run/text.h"
#include "run/limits.h"
#include "stats/doubt.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

// --- opening ---

// PREFIX + suffix, to be freed; NULL without memory.
static char *path_of(const char *prefix, const char *test, const char *suffix)
{
    struct buf b = {0};
    if (buf_printf(&b, "%s%s%s%s", prefix, test ? "." : "", test ? test : "", suffix) < 0 ||
        buf_append(&b, "", 1) < 0)
        buf_free(&b);
    return b.at;
}

static int open_files(struct bench *b, struct err *err)
{
    char *path = b->o.hdr ? path_of(b->o.hdr, NULL, ".hlog") : NULL;
    struct output more[] = {{"--series", b->o.series, &b->series}, {"--hdr", path, &b->hlog}};
    int rc = results_open(&b->results, &b->session, &b->o, more, sizeof more / sizeof *more, err);
    free(path);
    if (rc == 0 && b->series)
        series_csv_head(b->series);
    if (rc == 0 && b->hlog)
        hdrlog_head(b->hlog, b->session.facts.started_unix_ms);
    return rc;
}

static const struct reporter *reporter_of(enum format f)
{
    static const struct reporter *const by_format[] = {[FORMAT_TEXT] = &text_reporter,
                                                       [FORMAT_CLASSIC] = &classic_reporter,
                                                       [FORMAT_QUIET] = &classic_quiet,
                                                       [FORMAT_CSV] = &csv_reporter};
    return by_format[f];
}

int bench_open(struct bench *b, int argc, char **argv, struct err *err)
{
    b->server.stop = &b->session.stop;
    if (server_open(&b->server, &b->o.run, b->o.embedded, err) < 0)
        return -1;
    b->server.calibrate = b->o.calibrate;
    b->server.watch = &b->session.watch;
    if (b->o.persona ==
        PERSONA_HKV) // a script that calls the old name may take any word on stderr for a failure
        b->session.watch = progress_watcher(NULL, NULL);
    b->session.facts = options_facts(&b->o, argc, argv);
    session_start(&b->session);
    server_tell(&b->server, &b->o.run, &b->session.facts);
    if (open_files(b, err) < 0)
        return -1;
    b->reporter = b->results.json == stdout || b->series == stdout ? NULL : reporter_of(b->o.format);
    return 0;
}

// --- reporting ---

// Whether a server's error ends it all, as it does in redis-benchmark and valkey-benchmark.
static bool refused(const struct bench *b, const struct summary *s)
{
    return b->o.persona != PERSONA_HKV && s->counts.errors && s->ending != ENDING_SKIPPED;
}

// Whether the user named what is measured; else it is the default list.
static bool asked(const struct bench *b)
{
    return b->o.tests || b->command;
}

// Whether its figures are printed. Only the text report can say that there are none: in the forms of
// redis-benchmark a rate of refusals would pass for one of answers.
static bool shows(const struct bench *b, const struct summary *s)
{
    bool figures = s->counts.ok || b->reporter == &text_reporter;
    return b->reporter && s->ending != ENDING_SKIPPED && figures && !refused(b, s);
}

// Why the test as a whole is no good.
static void judge_ending(struct bench *b, const struct summary *s)
{
    if (s->ending == ENDING_SKIPPED && !asked(b))
        return; // tell_skipped has a line for all of them
    if (s->ending == ENDING_SKIPPED)
        outcome_raise(&b->session.outcome, OUTCOME_RUN, "%s is skipped: %s", s->title, s->note);
    else if (s->note[0] && s->ending != ENDING_INTERRUPTED)
        outcome_raise(&b->session.outcome, OUTCOME_RUN, "%s: %s", s->title, s->note);
    else if (s->ending == ENDING_LOST || s->ending == ENDING_STALLED ||
             (counts_unfinished(&s->counts) && !b->session.stop.signal))
        outcome_raise(&b->session.outcome, OUTCOME_RUN, "%s: %" PRIu64 " requests were not answered",
                      s->title, counts_unfinished(&s->counts));
}

// What speaks against its figures. The text report has that in it; the formats that programs read have it on
// stderr, unless another tool's place is taken, where stderr stays quiet as long as all is well.
static void judge_doubts(struct bench *b, const struct summary *s)
{
    struct doubt doubts[DOUBTS_MAX];
    bool text = b->reporter == &text_reporter;
    bool says = !text && b->o.persona == PERSONA_HKV;
    int n = doubts_of(s, doubts);
    for (int i = 0; i < n; i++) {
        const struct doubt *d = &doubts[i];
        if (d->failure)
            outcome_raise(&b->session.outcome, OUTCOME_RUN, "%s: %s", s->title, d->text);
        else if (b->o.strict && !text)
            outcome_raise(&b->session.outcome, OUTCOME_DOUBT, "%s: --strict: %s", s->title, d->text);
        else if (says && !d->mild)
            outcome_say(&b->session.outcome, "%s: %s", s->title, d->text);
    }
    if (b->o.strict && text && n)
        outcome_raise(&b->session.outcome, OUTCOME_DOUBT, "%s: --strict: %d doubt%s about the result",
                      s->title, n, n > 1 ? "s" : "");
}

static void close_file(struct bench *b, FILE *f, const char *option)
{
    bool whole = !f || !ferror(f);
    if (f && f != stdout && fclose(f) != 0)
        whole = false;
    if (!whole)
        outcome_raise(&b->session.outcome, OUTCOME_RUN, "the file of %s could not be written whole: %s",
                      option, errno ? strerror(errno) : "it took only part of it");
}

static void report_hdr(struct bench *b, const struct summary *s)
{
    struct err err = {0};
    FILE *f = NULL;
    char *path = path_of(b->o.hdr, s->test, ".hgrm");
    struct output all[] = {{"--json", NULL, &b->results.json},
                           {"--series", NULL, &b->series},
                           {"the log of --hdr", NULL, &b->hlog},
                           {"--hdr", path, &f}};
    hdrlog_intervals(b->hlog, s);
    if (!path)
        outcome_raise(&b->session.outcome, OUTCOME_RUN, "not enough memory for the files of --hdr");
    else if (output_open(all, sizeof all / sizeof *all, b->o.save, &b->session.stop, &err) < 0)
        outcome_raise(&b->session.outcome, OUTCOME_RUN, "%s", err.text);
    if (f)
        hdrlog_percentiles(f, s);
    errno = 0;
    close_file(b, f, "--hdr");
    free(path);
}

static void begin_report(struct bench *b)
{
    if (!b->begun && b->reporter->begin)
        b->reporter->begin(stdout, &b->session.facts);
    b->begun = true;
}

static void report(struct bench *b, const struct summary *s)
{
    progress_clear(&b->session.watch);
    if (b->series && s->ending != ENDING_SKIPPED)
        series_csv(b->series, s);
    if (b->hlog && s->ending != ENDING_SKIPPED)
        report_hdr(b, s);
    if (shows(b, s)) {
        begin_report(b);
        b->reporter->test(stdout, s);
        fflush(stdout);
    }
    judge_ending(b, s);
    if (refused(b, s))
        outcome_raise(&b->session.outcome, OUTCOME_RUN, "Error from server: %s", s->tally.kinds[0].first);
    else
        judge_doubts(b, s);
}

// --- running ---

static void forget(struct bench *b)
{
    for (size_t i = 0; i < b->ntests; i++) {
        summary_free(&b->tests[i]);
        plan_reset(&b->plans[i]);
    }
    b->ntests = 0;
}

static int grow(struct bench *b, struct err *err)
{
    size_t n = b->ntests + 1;
    struct summary *tests = realloc(b->tests, n * sizeof *tests);
    if (tests)
        b->tests = tests;
    struct plan *plans = realloc(b->plans, n * sizeof *plans);
    if (plans)
        b->plans = plans;
    return tests && plans ? 0 : err_set(err, ERR_RUN, "not enough memory for one more test");
}

// Whether anybody gets the results; where standard output takes no more, files and the history still do. -l
// never comes to its end, and would go on for them for ever.
static bool heard(const struct bench *b)
{
    return !ferror(stdout) || (!b->o.loop && (results_heard(&b->results) || b->series || b->hlog));
}

// Whether the suite goes on after this test.
static bool go_on(const struct bench *b, const struct summary *s)
{
    if (!heard(b))
        return false;
    return !b->session.stop.signal && s->ending != ENDING_LOST && s->ending != ENDING_STALLED &&
           !refused(b, s);
}

static bool fail(struct bench *b, const struct err *err)
{
    if (b->session.stop.signal) // whatever the user's own signal broke
        return false;
    outcome_raise(&b->session.outcome, b->ntests ? OUTCOME_RUN : outcome_of(err), "%s", err->text);
    return false;
}

// Plans, runs and reports one test: the row, or the user's command. False when it was the last that makes
// sense.
static bool run_one(struct bench *b, const struct test *row)
{
    struct err err = {0};
    struct trial t;
    struct question q = {row, {b->command, b->words}};
    if (grow(b, &err) < 0 || server_measure(&b->server, &q, &b->o.run, &t, &err) < 0)
        return fail(b, &err);
    if (b->o.run.prefill && !t.plan.fill.request.len && b->o.persona == PERSONA_HKV)
        outcome_say(&b->session.outcome, "%s reads no strings: --prefill writes nothing for it",
                    t.plan.title);
    t.summary.offset_ns =
        t.summary.start_ns > b->session.started_ns ? t.summary.start_ns - b->session.started_ns : 0;
    server_retell(&b->server, &b->session.facts);
    b->plans[b->ntests] = t.plan;
    b->tests[b->ntests++] = t.summary;
    report(b, &b->tests[b->ntests - 1]);
    return go_on(b, &b->tests[b->ntests - 1]);
}

// The tests of the default list that this server does not have, in one line: nobody asked for them.
static void tell_skipped(struct bench *b)
{
    size_t skipped = 0;
    struct buf names = {0};
    int rc = 0;
    for (size_t i = 0; i < b->ntests && rc == 0; i++) {
        const struct summary *s = &b->tests[i];
        if (s->ending != ENDING_SKIPPED)
            continue;
        rc = buf_printf(&names, "%s%s", skipped++ ? ", " : "", s->test);
    }
    if (rc == 0)
        rc = buf_append(&names, "", 1);
    if (skipped && skipped == b->ntests)
        outcome_raise(&b->session.outcome, OUTCOME_RUN,
                      "no test could be measured: the server supports none of them");
    else if (skipped)
        outcome_say(&b->session.outcome, "skipped %zu test%s that the server does not support: %s", skipped,
                    skipped > 1 ? "s" : "", rc == 0 ? names.at : "");
    buf_free(&names);
}

static bool run_pass(struct bench *b)
{
    bool on = true;
    struct suite suite = {b->o.tests, b->command != NULL, b->o.persona == PERSONA_REDIS, 0};
    const struct test *row;
    forget(b);
    while (on && suite_next(&suite, &row))
        on = run_one(b, row);
    if (b->command)
        return on;
    if (!asked(b))
        tell_skipped(b);
    if (b->begun && b->reporter->end)
        b->reporter->end(stdout, &b->session.facts);
    return on;
}

static void run_idle(struct bench *b)
{
    struct err err = {0};
    struct plan plan;
    struct summary s = {0};
    printf("Creating %u idle connections and waiting forever (Ctrl+C when done)\n", b->o.run.clients);
    fflush(stdout);
    if (plan_idle(&plan, &b->o.run, &b->server.target, &err) < 0) {
        fail(b, &err);
        return;
    }
    if (limits_check(&plan, &err) < 0 || server_run(&b->server, &plan, &s, &err) < 0)
        fail(b, &err);
    else if (s.lost && !b->session.stop.signal)
        outcome_raise(&b->session.outcome, OUTCOME_RUN, "%sconnections lost: %" PRIu64 "%s%s",
                      b->o.persona == PERSONA_HKV ? "" : "Error: ", s.lost, s.note[0] ? ": " : "", s.note);
    else if (s.note[0] && !b->session.stop.signal)
        outcome_raise(&b->session.outcome, OUTCOME_RUN, "%s", s.note);
    summary_free(&s);
    plan_reset(&plan);
}

void bench_run(struct bench *b)
{
    if (b->o.idle) {
        run_idle(b);
        return;
    }
    while (run_pass(b) && b->o.loop && !b->session.stop.signal)
        ;
}

// --- closing ---

// The machine again: a figure had on a machine that changed meanwhile is a figure of neither.
static void see_host_again(struct bench *b)
{
    const struct host_fact *was, *is;
    session_see_host_again(&b->session);
    for (size_t at = 0;
         host_change(&b->session.host, &b->session.host_end, &at, &was, &is) && b->o.persona == PERSONA_HKV;)
        outcome_say(&b->session.outcome, "the machine changed meanwhile: %s was \"%s\" and is \"%s\"",
                    was->name, was->text, is->text);
}

// A failed one makes the exit code, where nothing worse has.
static void judge_assertions(struct bench *b)
{
    size_t n = b->o.marks.nasserts;
    if (n == 0)
        return;
    b->assertions = calloc(n * (b->ntests ? b->ntests : 1), sizeof *b->assertions);
    if (!b->assertions) {
        outcome_raise(&b->session.outcome, OUTCOME_RUN, "not enough memory to judge the assertions");
        return;
    }
    b->nassertions = assertion_judge(b->o.marks.asserts, n, b->tests, b->ntests, b->assertions);
    assertions_text(b->reporter == &text_reporter ? stdout : stderr, b->assertions, b->nassertions);
    unsigned failed = 0;
    for (size_t i = 0; i < b->nassertions; i++)
        failed += !b->assertions[i].held;
    if (failed)
        outcome_raise(&b->session.outcome, OUTCOME_ASSERT, "%u of %zu assertions failed", failed,
                      b->nassertions);
    b->session.facts.assertions = b->assertions;
    b->session.facts.nassertions = b->nassertions;
}

static int write_document(FILE *out, const void *what, struct err *err)
{
    const struct bench *b = what;
    return run_json(out, &b->session.facts, b->tests, b->ntests, err);
}

int bench_close(struct bench *b)
{
    judge_assertions(b);
    results_settle(&b->session, b->ntests > 0);
    if (b->ntests)
        see_host_again(b);
    results_keep(&b->results, &b->session, &(struct document){"run", write_document, b, b->ntests});
    errno = 0;
    close_file(b, b->series, "--series");
    close_file(b, b->hlog, "--hdr");
    int code = results_close(&b->results, &b->session);
    forget(b);
    free(b->assertions);
    free(b->tests);
    free(b->plans);
    free(b->command);
    buf_free(&b->last_word);
    server_close(&b->server);
    options_free(&b->o);
    return code;
}
