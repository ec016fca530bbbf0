// SPDX-License-Identifier: MIT
#include "cli/run_report.h"

#include "cli/progress.h"
#include "experiment/plain_part.h"
#include "report/parts/assertions.h"
#include "report/run/classic.h"
#include "report/run/csv.h"
#include "report/run/hdrlog.h"
#include "report/run/junit.h"
#include "report/run/otlp.h"
#include "report/run/prometheus.h"
#include "report/run/run_json.h"
#include "report/run/series_csv.h"
#include "report/run/text.h"

#include <errno.h>
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

static int open_files(struct run_report *r, struct err *err)
{
    char *path = r->o->hdr ? path_of(r->o->hdr, NULL, ".hlog") : NULL;
    struct output more[] = {{"--series", r->o->series, &r->series},
                            {"--hdr", path, &r->hlog},
                            {"--part", r->o->part, &r->part},
                            {"--junit", r->o->junit, &r->junit},
                            {"--prometheus-file", r->o->prometheus, &r->prometheus},
                            {"--otlp", r->o->otlp, &r->otlp}};
    int rc = results_open(&r->results, r->o, more, sizeof more / sizeof *more, err);
    free(path);
    if (rc == 0 && r->series)
        series_csv_head(r->series);
    if (rc == 0 && r->hlog)
        hdrlog_head(r->hlog, r->run->session.facts.started_unix_ms);
    return rc;
}

static const struct reporter *reporter_of(enum format f, enum persona who)
{
    static const struct reporter *const by_format[] = {[FORMAT_TEXT] = &text_reporter,
                                                       [FORMAT_CLASSIC] = &classic_reporter,
                                                       [FORMAT_QUIET] = &classic_quiet,
                                                       [FORMAT_CSV] = &csv_reporter};
    return f == FORMAT_CLASSIC && who == PERSONA_VALKEY ? &classic_valkey : by_format[f];
}

int run_report_open(struct run_report *r, struct err *err)
{
    // A script that calls the old name may take any word on stderr for a failure
    struct show show = {.line = r->o->persona == PERSONA_HKV ? progress_plain : NULL, .draw = live_view_run};
    if (open_files(r, err) < 0 || results_watch(&r->results, r->o, &show, err) < 0)
        return -1;
    if (r->o->persona == PERSONA_HKV)
        results_quote(&r->results);
    bool taken = results_on_stdout(&r->results) || r->series == stdout || r->part == stdout ||
                 r->junit == stdout || r->prometheus == stdout || r->otlp == stdout;
    r->reporter = taken ? NULL : reporter_of(r->o->format, r->o->persona);
    r->run->conf.doubts_shown = r->reporter == &text_reporter;
    return 0;
}

// --- one test ---

// Whether its figures are printed. Only the text report can say that there are none: in the forms of
// redis-benchmark a rate of refusals would pass for one of answers.
static bool shows(const struct run_report *r, const struct summary *s)
{
    bool figures = s->counts.ok || r->reporter == &text_reporter;
    return r->reporter && s->ending != ENDING_SKIPPED && figures && !plain_refused(r->run, s);
}

static void close_file(struct run_report *r, FILE *f, const char *option)
{
    bool whole = !f || !ferror(f);
    if (f && f != stdout && fclose(f) != 0)
        whole = false;
    if (!whole)
        outcome_raise(&r->run->session.outcome, OUTCOME_RUN,
                      "%s: the file could not be written completely: %s", option,
                      errno ? strerror(errno) : "only part of it was written");
}

static void report_distribution(struct run_report *r, const struct summary *s)
{
    struct err err = {0};
    FILE *f = NULL;
    struct session *session = &r->run->session;
    char *path = path_of(r->o->hdr, s->test, ".hgrm");
    struct output all[] = {{"--json", NULL, &r->results.json},
                           {"--html", NULL, &r->results.html},
                           {"--series", NULL, &r->series},
                           {"the log of --hdr", NULL, &r->hlog},
                           {"--part", NULL, &r->part},
                           {"--junit", NULL, &r->junit},
                           {"--prometheus-file", NULL, &r->prometheus},
                           {"--otlp", NULL, &r->otlp},
                           {"--hdr", path, &f}};
    if (!path)
        outcome_raise(&session->outcome, OUTCOME_RUN, "not enough memory for the files of --hdr");
    else if (output_open(all, sizeof all / sizeof *all, r->o->save, &session->stop, &err) < 0)
        outcome_raise(&session->outcome, OUTCOME_RUN, "%s", err.text);
    if (f)
        hdrlog_percentiles(f, s);
    errno = 0;
    close_file(r, f, "--hdr");
    free(path);
}

static void report_hdr(struct run_report *r, const struct summary *s)
{
    hdrlog_intervals(r->hlog, s);
    report_distribution(r, s);
    for (unsigned i = 0; i < s->nkinds; i++)
        report_distribution(r, &s->kinds[i]);
}

// Where the user sees it at once: the terminal may have become wider.
static void show(struct run_report *r, const struct summary *s)
{
    FILE *out = stdout;
    if (r->reporter == &text_reporter) {
        r->sheet = sheet_for(stdout);
        out = sheet_begin(&r->sheet);
    }
    if (!r->begun && r->reporter->begin)
        r->reporter->begin(out, &r->run->session.facts);
    r->begun = true;
    r->reporter->test(out, s);
    sheet_end(&r->sheet);
    fflush(stdout);
}

// Whether anybody gets the results; where standard output takes no more, files and the history still do. -l
// never comes to its end, and would go on for them for ever.
static bool heard(const struct run_report *r)
{
    return !ferror(stdout) ||
           (!r->o->loop && (results_heard(&r->results) || r->series || r->hlog || r->part));
}

static bool tested(void *ctx, const struct summary *s)
{
    struct run_report *r = ctx;
    progress_clear();
    if (r->series && s->ending != ENDING_SKIPPED)
        series_csv(r->series, s);
    if (r->hlog && s->ending != ENDING_SKIPPED)
        report_hdr(r, s);
    if (shows(r, s))
        show(r, s);
    return heard(r);
}

// --- the whole ---

static void passed(void *ctx, bool suite)
{
    struct run_report *r = ctx;
    if (!r->begun)
        return;
    if (suite && r->reporter->end)
        r->reporter->end(stdout, &r->run->session.facts);
    if (r->reporter->sum_up)
        r->reporter->sum_up(sheet_begin(&r->sheet), r->run->tests, r->run->ntests);
    sheet_end(&r->sheet);
    fflush(stdout);
}

static void asserted(void *ctx, const struct assertion_result *list, size_t n)
{
    const struct run_report *r = ctx;
    struct sheet sheet = sheet_for(r->reporter == &text_reporter ? stdout : stderr);
    assertions_text(sheet_begin(&sheet), list, n);
    sheet_end(&sheet);
}

struct plain_events run_report_events(struct run_report *r)
{
    return (struct plain_events){tested, passed, asserted, r};
}

static int write_document(FILE *out, const void *what, struct err *err)
{
    const struct plain *run = what;
    return run_json(out, &run->session.facts, run->tests, run->ntests, err);
}

// What other programs read.
static void write_for_programs(struct run_report *r)
{
    const struct plain *run = r->run;
    struct err err = {0};
    if (r->junit)
        junit_write(r->junit, &run->session.facts);
    if (r->prometheus)
        prometheus_write(r->prometheus, &run->session.facts, run->tests, run->ntests);
    if (r->otlp && otlp_write(r->otlp, &run->session.facts, run->tests, run->ntests, &err) < 0)
        outcome_raise(&r->run->session.outcome, OUTCOME_RUN, "%s", err.text);
    errno = 0;
    close_file(r, r->junit, "--junit");
    close_file(r, r->prometheus, "--prometheus-file");
    close_file(r, r->otlp, "--otlp");
}

static void write_part(struct run_report *r)
{
    struct buf bytes = {0};
    if (!r->part)
        return;
    errno = 0;
    if (plain_part_pack(r->run, &bytes) < 0)
        outcome_raise(&r->run->session.outcome, OUTCOME_RUN, "not enough memory for the file of --part");
    else
        fwrite(bytes.at, 1, bytes.len, r->part); // close_file says whether it arrived
    close_file(r, r->part, "--part");
    buf_free(&bytes);
}

int run_report_close(struct run_report *r)
{
    struct plain *run = r->run;
    progress_clear();
    plain_assert(run);
    results_settle(&r->results, run->ntests > 0);
    if (run->ntests)
        plain_see_host_again(run);
    results_keep(
        &r->results,
        &(struct document){
            .record = {.kind = "run", .facts = &run->session.facts, .n = run->ntests, .runs = run->tests},
            .write = write_document,
            .what = run});
    write_for_programs(r);
    errno = 0;
    close_file(r, r->series, "--series");
    close_file(r, r->hlog, "--hdr");
    write_part(r);
    return results_close(&r->results);
}
