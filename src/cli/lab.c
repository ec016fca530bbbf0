// SPDX-License-Identifier: MIT
#include "cli/lab.h"

#include "base/clock.h"
#include "base/quote.h"
#include "cli/options_table.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/say.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// --- the command line ---

static bool given(const struct lab *l, const char *name)
{
    return opt_seen(&options_table, (struct opt_cursor){l->words.rest_n, l->words.rest, 1}, name);
}

static int check(const struct lab *l, struct err *err)
{
    const struct options *o = &l->o;
    if (o->version)
        return err_set(err, ERR_USAGE,
                       "--version stands alone, as in hkv-bench --version: leave it out of %s", l->name);
    if (given(l, "-n") || o->run.duration_ns || o->run.until_error > 0)
        return err_set(err, ERR_USAGE,
                       "%s measures for a time of its own: give --trial in place of -n, --duration and "
                       "--until-precise",
                       l->name);
    if (o->loop || o->idle || o->stdin_last || o->series || o->hdr || o->run.wire_every)
        return err_set(err, ERR_USAGE,
                       "-l, -I, -x, --series, --hdr and --wire-ts are for a plain run: leave them out of %s",
                       l->name);
    if (o->marks.nasserts)
        return err_set(err, ERR_USAGE, "--assert belongs to a plain run: leave it out of %s", l->name);
    return options_check_tests(o, err);
}

static int take_command(struct lab *l, struct err *err)
{
    l->command = calloc((size_t)l->o.argc + 1, sizeof *l->command);
    if (!l->command)
        return err_set(err, ERR_RUN, "out of memory");
    for (int i = 0; i < l->o.argc; i++)
        l->command[i] = slice_of(l->o.argv[i]);
    return 0;
}

static int parse_rest(struct lab *l, struct err *err)
{
    if (options_parse(&l->o, l->words.rest_n, l->words.rest, err) < 0 || check(l, err) < 0)
        return -1;
    if (!l->o.tests && !l->o.argc)
        l->o.tests = "get";
    return take_command(l, err);
}

int lab_parse(struct lab *l, int argc, char **argv, struct err *err)
{
    static char program[] = "hkv-bench";
    const struct words_rule rule = {program, l->table, &options_table, NULL};
    l->stop.fd = -1;
    l->outcome = (struct outcome){.who = l->name, .watch = &l->watch};
    if (words_sort(&l->words, &rule, (struct opt_cursor){argc, argv, 1}, err) < 0)
        return -1;
    struct opt_cursor own = {l->words.own_n, l->words.own, 1}, c = own;
    opt_defaults(l->table, l->into, false);
    if (opt_parse(l->table, &c, l->into, false, err) < 0)
        return -1;
    return opt_seen(l->table, own, "--help") ? 0 : parse_rest(l, err);
}

// --- opening ---

static void tick(void *ctx, const struct progress *p)
{
    const struct lab *l = ctx;
    fputc('\r', stderr);
    quote_terminal(stderr, p->title ? p->title : "");
    fprintf(stderr, ": %s, %.0f s\x1b[K", l->label, (double)p->elapsed_ns * 1e-9);
    fflush(stderr);
}

void lab_say(const struct lab *l, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(l->name, &l->watch, format, args);
    va_end(args);
}

static void set_facts(struct lab *l, int argc, char **argv)
{
    l->started_ns = clock_ns();
    host_read(&l->host);
    l->facts = site_facts(&l->site, &l->o.run);
    l->facts.argc = argc;
    l->facts.argv = (const char *const *)argv;
    l->facts.host = &l->host;
    l->facts.tags = l->o.marks.tags;
    l->facts.ntags = l->o.marks.ntags;
}

int lab_open(struct lab *l, int argc, char **argv, struct err *err)
{
    stopper_open(&l->stop);
    l->site.stop = &l->stop;
    if (site_open(&l->site, &l->o.run, l->o.embedded, err) < 0)
        return -1;
    l->site.watch = &l->watch;
    l->site.calibrate = l->o.calibrate;
    if (isatty(STDERR_FILENO))
        l->watch = (struct watcher){.tick = tick, .ctx = l};
    set_facts(l, argc, argv);
    struct output json = {"--json", l->o.json, &l->json};
    if (output_open(&json, 1, l->o.save, &l->stop, err) < 0)
        return -1;
    return l->o.save ? history_open(&l->history, l->o.save, HISTORY_SAVE, err) : 0;
}

// --- measuring ---

int lab_measure(struct lab *l, const struct test *row, struct run_conf *conf, struct trial *out,
                struct err *err)
{
    struct question q = {row, {l->command, (size_t)l->o.argc}};
    int rc = site_measure(&l->site, &q, conf, out, err);
    site_retell(&l->site, &l->facts);
    progress_clear(&l->watch);
    return rc;
}

// Whether anybody gets the results.
static bool heard(const struct lab *l)
{
    return !ferror(stdout) || l->json || l->history;
}

void lab_each(struct lab *l, bool (*run)(void *ctx, const struct test *row), void *ctx)
{
    bool on = true;
    if (l->o.argc)
        run(ctx, NULL);
    for (size_t i = 0; on && !l->o.argc && i < catalog_len; i++)
        if (catalog_selects(l->o.tests, &catalog[i]))
            on = run(ctx, &catalog[i]) && !l->stop.signal && heard(l);
}

void lab_pause(struct lab *l, uint64_t ns)
{
    if (!l->stop.signal && ns)
        stopper_wait(&l->stop, -1, (int)(ns / NS_PER_MS));
}

double lab_now_s(const struct lab *l)
{
    return (double)(clock_ns() - l->started_ns) * 1e-9;
}

// --- closing ---

static void settle(struct lab *l)
{
    host_read(&l->host_end);
    l->facts.host_end = &l->host_end;
    if (l->stop.signal)
        outcome_interrupt(&l->outcome, l->stop.signal, true);
    outcome_flush(&l->outcome);
    l->facts.interrupted = l->stop.signal != 0;
    l->facts.exit_code = l->outcome.code;
}

void lab_keep(struct lab *l, const struct keep *k)
{
    struct err err = {0};
    settle(l);
    if (l->json && k->write(l->json, k->what, &err) < 0)
        outcome_raise(&l->outcome, OUTCOME_RUN, "%s", err.text);
    if (l->history && keep_in(l->history, k, &err) < 0)
        outcome_raise(&l->outcome, OUTCOME_RUN, "%s", err.text);
}

int lab_close(struct lab *l)
{
    if (l->stop.signal) // it may have broken what came before the first test
        outcome_interrupt(&l->outcome, l->stop.signal, false);
    if (l->json && l->json != stdout && fclose(l->json) != 0)
        outcome_raise(&l->outcome, OUTCOME_RUN, "the JSON could not be written whole");
    outcome_flush(&l->outcome);
    history_close(l->history);
    site_close(&l->site);
    stopper_close(&l->stop);
    options_free(&l->o);
    free(l->command);
    words_free(&l->words);
    return l->outcome.code;
}
