// SPDX-License-Identifier: MIT
#include "cli/cmd_selftest.h"

#include "base/clock.h"
#include "cli/measuring.h"
#include "cli/progress.h"
#include "experiment/selftest.h"
#include "option/opt.h"
#include "report/parts/sheet.h"
#include "report/selftest/kept_file.h"
#include "report/selftest/selftest_json.h"
#include "report/selftest/selftest_text.h"

#include <stddef.h>
#include <stdlib.h>

#define FIELD(f) .offset = offsetof(struct own_words, f), .size = sizeof(((struct own_words *)0)->f)

struct own_words {
    uint64_t for_ns;
    enum engine_choice engine;
    const char *json;
    bool keep, help;
};

static const char *const engines[] = {
    [ENGINE_AUTO] = "auto", [ENGINE_URING] = "uring", [ENGINE_EPOLL] = "epoll", NULL};

static const char category[] = "Selftest";
static const struct opt rows[] = {
    {category, 0, "for", OPT_DURATION, 0, OPT_OURS, FIELD(for_ns), .lo = NS_PER_S, .hi = 600 * NS_PER_S,
     .initial = "20s", .metavar = "TIME", .help = "approximate run time; longer gives finer A/A figures"},
    {category, 0, "engine", OPT_ENUM, 0, OPT_OURS, FIELD(engine), .names = engines, .initial = "auto",
     .metavar = "NAME", .help = "I/O engine, as for a run; only runs with the same engine quote the result"},
    {category, 0, "json", OPT_STRING, 0, OPT_OURS, FIELD(json), .lo = 1, .metavar = "FILE",
     .help = "write the result as JSON too; - is standard output, instead of the text"},
    {category, 0, "no-keep", OPT_UNFLAG, 0, OPT_OURS, FIELD(keep),
     .help = "do not save the result for later reports"},
    {category, 0, "help", OPT_FLAG, 0, OPT_OURS, FIELD(help), .help = "print this help and exit"},
};
static const struct opt_table table = {.rows = rows, .n = sizeof rows / sizeof *rows};

struct selftesting {
    struct selftest_experiment x;
    struct own_words w;
    struct options o; // of which results know --json alone
    struct results results;
};

static const char *const usage[] = {"selftest [OPTIONS]", NULL};
const struct manual cmd_selftest_manual = {
    .name = "selftest",
    .summary = "what this client can measure on this machine",
    .usage = usage,
    .about = "What can this client measure on this machine? Measures its own overhead and ceiling, timers "
             "and lag, looks for "
             "an injected delay and injected errors, and compares a server with itself. Takes 20 s and needs "
             "no server. The result is "
             "saved, and later reports on the same machine quote it. docs/selftest.md explains it.",
    .own = &table,
};

static int parse(void *own, int argc, char **argv, struct err *err)
{
    struct selftesting *s = own;
    struct opt_cursor c = {argc, argv, 1};
    opt_defaults(&table, &s->w, false);
    if (opt_parse(&table, &c, &s->w, false, err) < 0)
        return -1;
    if (c.at < argc)
        return err_set(err, ERR_USAGE, "unexpected argument '%.100s': selftest takes options only",
                       argv[c.at]);
    s->x.session.facts = (struct run_facts){.argc = argc, .argv = (const char *const *)argv};
    s->x.engine = s->w.engine;
    s->x.lasting_ns = s->w.for_ns;
    s->o.json = s->w.json;
    return 0;
}

static int write_document(FILE *out, const void *what, struct err *err)
{
    const struct selftest_experiment *x = what;
    return selftest_json(out, &x->session.facts, &x->found, err);
}

// A result that cannot be kept is a result all the same.
static void keep(struct selftesting *s)
{
    struct err err;
    if (s->w.keep && s->x.found.whole && kept_file_save(&s->x.found, &err) < 0)
        outcome_say(&s->x.session.outcome, "%s", err.text);
}

static bool run(void *own)
{
    struct selftesting *s = own;
    struct selftest_experiment *x = &s->x;
    selftest_run(x);
    session_see_host_again(&x->session);
    progress_clear();
    struct sheet sheet = sheet_for(stdout);
    if (!results_on_stdout(&s->results)) {
        selftest_text(sheet_begin(&sheet), &x->found);
        sheet_end(&sheet);
    }
    keep(s);
    return x->found.floors[0].ceiling_rps > 0;
}

static struct document tell(void *own)
{
    const struct selftest_experiment *x = &((struct selftesting *)own)->x;
    return (struct document){{.kind = "selftest", .facts = &x->session.facts}, write_document, x};
}

int cmd_selftest(int argc, char **argv)
{
    struct selftesting *s = calloc(1, sizeof *s); // too large for a stack
    if (!s)
        return say_no_memory("selftest");
    struct measuring steps = {.manual = &cmd_selftest_manual,
                              .results = &s->results,
                              .session = &s->x.session,
                              .o = &s->o,
                              .help = &s->w.help,
                              .own = s,
                              .parse = parse,
                              .run = run,
                              .tell = tell};
    int code = measuring_run(&steps, argc, argv);
    free(s);
    return code;
}
