// SPDX-License-Identifier: MIT
#include "cli/trial_options.h"

#include "cli/part_options.h"
#include "cli/replay_options.h"
#include "cli/tls_options.h"

#include <stdlib.h>

static int check(const struct trial_options *t, struct err *err)
{
    const struct options *o = &t->o;
    if (o->version || o->show_workload)
        return err_set(err, ERR_USAGE, "%s stands alone, e.g. hkv-bench %s: leave it out of %s",
                       o->version ? "--version" : "--show-workload",
                       o->version ? "--version" : "--show-workload list", t->name);
    if (options_given(o, "-n") || options_given(o, "--duration") || o->run.until_error > 0)
        return err_set(
            err, ERR_USAGE,
            "%s measures for a time of its own: give --trial instead of -n, --duration and --until-precise",
            t->name);
    if (o->loop || o->idle || o->stdin_last || o->series || o->hdr || o->prometheus || o->otlp ||
        o->run.wire_every)
        return err_set(err, ERR_USAGE,
                       "-l, -I, -x, --series, --hdr, --prometheus-file, --otlp and --wire-ts are for a plain "
                       "run: leave them out of %s",
                       t->name);
    if (o->prefill_only || o->cleanup)
        return err_set(err, ERR_USAGE,
                       "--prefill-only and --cleanup are for a plain run: leave them out of %s", t->name);
    if (part_options_none(o, t->name, err) < 0 || replay_options_none(o, t->name, err) < 0)
        return -1;
    if (o->asserts.n && !t->asserts)
        return err_set(err, ERR_USAGE,
                       "--assert belongs to a plain run and to sweep: in %s give the limits to --slo, which "
                       "each trial is held against",
                       t->name);
    if (o->junit)
        return err_set(err, ERR_USAGE, "--junit belongs to a plain run: leave it out of %s", t->name);
    return tls_options_idle(o, err) < 0 ? -1 : options_check_tests(o, err);
}

static int parse_rest(struct trial_options *t, struct err *err)
{
    if (options_parse(&t->o, t->words.rest_n, t->words.rest, err) < 0 || check(t, err) < 0)
        return -1;
    if (!t->o.tests && !t->o.argc)
        t->o.tests = "get";
    t->command = options_command(&t->o, err);
    return t->command ? 0 : -1;
}

int trial_options_parse(struct trial_options *t, int argc, char **argv, struct err *err)
{
    static char program[] = "hkv-bench";
    const struct argv_rule rule = {program, t->table, &options_table, NULL};
    if (argv_split(&t->words, &rule, (struct opt_cursor){argc, argv, 1}, err) < 0)
        return -1;
    struct opt_cursor own = {t->words.own_n, t->words.own, 1}, c = own;
    opt_defaults(t->table, t->into, false);
    if (opt_parse(t->table, &c, t->into, false, err) < 0)
        return -1;
    return opt_seen(t->table, own, "--help") ? 0 : parse_rest(t, err);
}

struct workload trial_options_workload(const struct trial_options *t)
{
    return options_workload(&t->o, (struct words){.at = t->command, .n = (size_t)t->o.argc});
}

void trial_options_free(struct trial_options *t)
{
    options_free(&t->o);
    free(t->command);
    argv_free(&t->words);
}
