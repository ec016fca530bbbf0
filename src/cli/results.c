// SPDX-License-Identifier: MIT
#include "cli/results.h"

#include "base/build.h"
#include "history/save.h"
#include "report/html/html.h"
#include "report/selftest/kept_file.h"

#include <stdlib.h>

void results_begin(struct results *r, struct session *s, const char *who)
{
    r->session = s;
    r->speaker = (struct speaker){.who = who};
    session_begin(s, say, &r->speaker);
}

int results_open(struct results *r, const struct options *o, const struct output *more, size_t n,
                 struct err *err)
{
    const struct stopper *stop = &r->session->stop;
    struct output all[OUTPUTS_MAX] = {{"--json", o->json, &r->json}, {"--html", o->html, &r->html}};
    for (size_t i = 0; i < n; i++)
        all[i + 2] = more[i];
    if (output_open(all, n + 2, o->save, stop, err) < 0)
        return -1;
    return o->save ? history_open(&r->history, o->save, HISTORY_SAVE, stop->fd, err) : 0;
}

int results_watch(struct results *r, const struct options *o, const struct show *show, struct err *err)
{
    return onlookers_open(&r->onlookers, o, show, r->session, err);
}

void results_quote(struct results *r)
{
    struct run_facts *f = &r->session->facts;
    if (kept_file_load(&r->selftest) &&
        selftest_holds(&r->selftest, f->host, build.version, f->engine, f->started_unix_ms))
        f->selftest = &r->selftest;
}

bool results_on_stdout(const struct results *r)
{
    return r->json == stdout || r->html == stdout;
}

bool results_heard(const struct results *r)
{
    return !ferror(stdout) || r->json || r->html || r->history;
}

// --- closing ---

void results_settle(struct results *r, bool measured)
{
    struct session *s = r->session;
    session_settle(s, measured);
    output_flush(&s->outcome);
    s->facts.exit_code = s->outcome.code;
}

// The document as text, to be freed; NULL with err.
static char *text_of(const struct document *d, struct err *err)
{
    char *text = NULL;
    size_t len;
    FILE *memory = open_memstream(&text, &len);
    int rc = memory ? d->write(memory, d->what, err) : -1;
    if (!memory || fclose(memory) != 0)
        rc = err_set(err, ERR_RUN, "not enough memory for the results");
    if (rc == 0)
        return text;
    free(text);
    return NULL;
}

static int save(struct results *r, const struct document *d, struct err *err)
{
    int64_t run;
    char *text = text_of(d, err);
    int rc = text ? save_record(r->history, &d->record, text, &run, err) : -1;
    free(text);
    return rc;
}

// Where standard output did not take it all, output_flush says so. 0, or -1 with err.
static int close_file(FILE **file, const char *what, struct err *err)
{
    bool whole = !*file || *file == stdout || fclose(*file) == 0;
    *file = NULL;
    return whole ? 0 : err_set(err, ERR_RUN, "the %s could not be written completely", what);
}

static int write_json(struct results *r, const struct document *d, struct err *err)
{
    int written = d->write(r->json, d->what, err);
    return close_file(&r->json, "JSON", written < 0 ? &(struct err){0} : err) < 0 ? -1 : written;
}

static int write_html(struct results *r, const struct document *d, struct err *err)
{
    char *text = text_of(d, err);
    int written = text ? html_write(r->html, (const char *const[]){text}, 1, err) : -1;
    free(text);
    return close_file(&r->html, "page", written < 0 ? &(struct err){0} : err) < 0 ? -1 : written;
}

void results_keep(struct results *r, const struct document *d)
{
    struct session *s = r->session;
    struct err err = {0};
    if (r->history && d->record.n && save(r, d, &err) < 0) {
        outcome_raise(&s->outcome, OUTCOME_RUN, "%s", err.text);
        s->facts.exit_code = s->outcome.code;
    }
    if (r->json && write_json(r, d, &err) < 0)
        outcome_raise(&s->outcome, OUTCOME_RUN, "%s", err.text);
    if (r->html && write_html(r, d, &err) < 0)
        outcome_raise(&s->outcome, OUTCOME_RUN, "%s", err.text);
}

int results_close(struct results *r)
{
    struct session *s = r->session;
    struct err err = {0};
    session_settle(s, false); // a signal may have broken what came before the first test
    if (close_file(&r->json, "JSON", &err) < 0 || close_file(&r->html, "page", &err) < 0)
        outcome_fail(&s->outcome, &err);
    output_flush(&s->outcome);
    s->facts.exit_code = s->outcome.code;
    onlookers_close(&r->onlookers, s);
    history_close(r->history);
    session_close(s);
    return s->outcome.code;
}

int results_end(struct results *r, int rc, const struct err *err)
{
    if (rc < 0)
        outcome_fail(&r->session->outcome, err);
    return results_close(r);
}
