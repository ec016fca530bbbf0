// SPDX-License-Identifier: MIT
#include "cli/session.h"

#include "base/clock.h"

#include <stdlib.h>

void session_begin(struct session *s, const char *who)
{
    s->stop.fd = -1;
    s->outcome = (struct outcome){.who = who, .watch = &s->watch};
}

int session_open(struct session *s, const struct options *o, const struct output *more, size_t n,
                 struct err *err)
{
    struct output all[OUTPUTS_MAX] = {{"--json", o->json, &s->json}};
    for (size_t i = 0; i < n; i++)
        all[i + 1] = more[i];
    if (output_open(all, n + 1, o->save, &s->stop, err) < 0)
        return -1;
    return o->save ? history_open(&s->history, o->save, HISTORY_SAVE, s->stop.fd, err) : 0;
}

void session_start(struct session *s, const struct options *o, int argc, char **argv)
{
    s->started_ns = clock_ns();
    host_read(&s->host);
    s->facts = (struct run_facts){.argc = argc,
                                  .argv = (const char *const *)argv,
                                  .host = &s->host,
                                  .tags = o->marks.tags,
                                  .ntags = o->marks.ntags,
                                  .started_unix_ms = (int64_t)(clock_real_ns() / NS_PER_MS)};
}

double session_now_s(const struct session *s)
{
    return (double)(clock_ns() - s->started_ns) * 1e-9;
}

void session_pause(struct session *s, uint64_t ns)
{
    if (!s->stop.signal && ns)
        stopper_wait(&s->stop, -1, (int)(ns / NS_PER_MS));
}

bool session_heard(const struct session *s)
{
    return !ferror(stdout) || s->json || s->history;
}

// --- closing ---

void session_see_host_again(struct session *s)
{
    host_read(&s->host_end);
    s->facts.host_end = &s->host_end;
}

void session_settle(struct session *s, bool measured)
{
    if (s->stop.signal)
        outcome_interrupt(&s->outcome, s->stop.signal, measured);
    outcome_flush(&s->outcome);
    s->facts.interrupted = s->stop.signal != 0;
    s->facts.exit_code = s->outcome.code;
}

static int save(struct session *s, const struct document *d, struct err *err)
{
    char *text = NULL;
    size_t len;
    int64_t run;
    FILE *memory = open_memstream(&text, &len);
    int rc = memory ? d->write(memory, d->what, err) : -1;
    if (!memory || fclose(memory) != 0)
        rc = err_set(err, ERR_RUN, "not enough memory to save the results");
    if (rc == 0)
        rc = history_save(s->history, d->kind, text, &run, err);
    free(text);
    return rc;
}

// Where standard output did not take it all, outcome_flush says so. 0, or -1 with err.
static int close_json(struct session *s, struct err *err)
{
    bool whole = !s->json || s->json == stdout || fclose(s->json) == 0;
    s->json = NULL;
    return whole ? 0 : err_set(err, ERR_RUN, "the JSON could not be written whole");
}

static int write_json(struct session *s, const struct document *d, struct err *err)
{
    int written = d->write(s->json, d->what, err);
    return close_json(s, written < 0 ? &(struct err){0} : err) < 0 ? -1 : written;
}

void session_keep(struct session *s, const struct document *d)
{
    struct err err = {0};
    if (s->history && d->tests && save(s, d, &err) < 0) {
        outcome_raise(&s->outcome, OUTCOME_RUN, "%s", err.text);
        s->facts.exit_code = s->outcome.code;
    }
    if (s->json && write_json(s, d, &err) < 0)
        outcome_raise(&s->outcome, OUTCOME_RUN, "%s", err.text);
}

int session_close(struct session *s)
{
    struct err err = {0};
    if (s->stop.signal) // it may have broken what came before the first test
        outcome_interrupt(&s->outcome, s->stop.signal, false);
    if (close_json(s, &err) < 0)
        outcome_fail(&s->outcome, &err);
    outcome_flush(&s->outcome);
    history_close(s->history);
    stopper_close(&s->stop);
    return s->outcome.code;
}
