// SPDX-License-Identifier: MIT
#include "cli/lab.h"

#include "base/quote.h"
#include "cli/options_table.h"
#include "cli/progress.h"

#include <stdlib.h>

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
    results_begin(&l->results, &l->session, l->name);
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

int lab_open(struct lab *l, int argc, char **argv, struct err *err)
{
    stopper_open(&l->session.stop);
    l->server.stop = &l->session.stop;
    if (server_open(&l->server, &l->o.run, l->o.embedded, err) < 0)
        return -1;
    l->server.watch = &l->session.watch;
    l->server.calibrate = l->o.calibrate;
    l->session.watch = progress_watcher(tick, l);
    l->session.facts = options_facts(&l->o, argc, argv);
    session_start(&l->session);
    server_tell(&l->server, &l->o.run, &l->session.facts);
    return results_open(&l->results, &l->o, NULL, 0, err);
}

// --- measuring ---

int lab_measure(struct lab *l, const struct test *row, struct run_conf *conf, struct trial *out,
                struct err *err)
{
    struct question q = {row, {l->command, (size_t)l->o.argc}};
    int rc = server_measure(&l->server, &q, conf, out, err);
    server_retell(&l->server, &l->session.facts);
    progress_clear(&l->session.watch);
    return rc;
}

void lab_each(struct lab *l, bool (*run)(void *ctx, const struct test *row), void *ctx)
{
    struct suite suite = {.tests = l->o.tests, .command = l->o.argc > 0};
    const struct test *row;
    while (suite_next(&suite, &row))
        if (!run(ctx, row) || l->session.stop.signal || !results_heard(&l->results))
            return;
}

// --- closing ---

void lab_keep(struct lab *l, const struct document *d)
{
    session_see_host_again(&l->session);
    results_settle(&l->results, true);
    results_keep(&l->results, d);
}

int lab_close(struct lab *l)
{
    int code = results_close(&l->results);
    server_close(&l->server);
    options_free(&l->o);
    free(l->command);
    words_free(&l->words);
    return code;
}
