// SPDX-License-Identifier: MIT
#include "cli/cmd_record.h"

#include "base/units.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/say.h"
#include "experiment/record.h"
#include "option/argv.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct own_words {
    bool help;
};

static const struct opt rows[] = {
    {"Recording", 0, "help", OPT_FLAG, 0, OPT_OURS, .offset = offsetof(struct own_words, help),
     .size = sizeof(bool), .help = "print this help and exit"},
};
static const struct opt_table table = {.rows = rows, .n = sizeof rows / sizeof *rows};

static const char *const usage[] = {"record [OPTIONS] [FILE]", NULL};
static const struct manual_example examples[] = {
    {"record -p 6379 --duration 30s trace.log", NULL},
    {"--replay trace.log -p 6380", "the same commands at the same times to another server"},
    {0},
};
const struct manual cmd_record_manual = {
    .name = "record",
    .summary = "write a trace of the commands that a server gets, for --replay",
    .usage = usage,
    .about =
        "Writes what MONITOR prints to FILE, or to standard output: every command of every client with "
        "its time, for as long as --duration or as many as -n (5 s by default). MONITOR makes the server "
        "send every command to this client too, values included: a busy server is slower while it "
        "lasts, and the trace holds all data that clients send. The options that say where the "
        "server is are those of a plain run (hkv-bench --help). docs/replay.md tells what to do with it.",
    .examples = examples,
    .own = &table,
};

struct recording {
    struct options o;
    struct own_words own;
    struct argv_parts words;
    struct session session;
    struct server server;
    struct workload workload;
    FILE *out;
};

static int check(const struct recording *r, struct err *err)
{
    const struct options *o = &r->o;
    if (o->argc > 1)
        return err_set(err, ERR_USAGE, "unexpected argument '%s': record takes one file", o->argv[1]);
    if (o->run.cluster || o->run.engine == ENGINE_NULL || o->run.replay.path || o->run.delivery ||
        o->version || o->persona != PERSONA_HKV)
        return err_set(err, ERR_USAGE,
                       "record asks one server for MONITOR: leave out --cluster, --engine null, --replay, "
                       "--queue, --pubsub, --version and --compat");
    if (o->run.resp3)
        return err_set(err, ERR_USAGE, "record speaks RESP2: leave out -3");
    return 0;
}

static int parse(struct recording *r, int argc, char **argv, struct err *err)
{
    static char program[] = "hkv-bench";
    const struct argv_rule rule = {program, &table, &options_table, NULL};
    if (argv_split(&r->words, &rule, (struct opt_cursor){argc, argv, 1}, err) < 0)
        return -1;
    struct opt_cursor own = {r->words.own_n, r->words.own, 1};
    opt_defaults(&table, &r->own, false);
    if (opt_parse(&table, &own, &r->own, false, err) < 0)
        return -1;
    if (r->own.help)
        return 0;
    return options_parse(&r->o, r->words.rest_n, r->words.rest, err) < 0 ? -1 : check(r, err);
}

static int record(struct recording *r, struct err *err)
{
    const char *path = r->o.argc ? r->o.argv[0] : "-";
    struct output file = {"record", path, &r->out};
    struct recorded found;
    char took[UNITS_TEXT], bytes[UNITS_TEXT];
    struct outcome *o = &r->session.outcome;
    r->workload = options_workload(&r->o, (struct words){0});
    if (server_begin(&r->server, &r->session, &r->workload, err) < 0 ||
        output_open(&file, 1, NULL, &r->session.stop, err) < 0)
        return -1;
    outcome_say(o, "MONITOR sends every command to this client too, and slows a busy server down while it "
                   "lasts: keep it short");
    int rc = record_run(&r->server, &(struct record_conf){&r->workload.run, r->out}, &found, err);
    errno = 0;
    if ((r->out == stdout ? fflush(r->out) : fclose(r->out)) != 0 && rc == 0)
        rc = err_set(err, ERR_RUN, "the trace could not be written: %s", strerror(errno));
    outcome_say(o, "recorded %s commands in %s, %s", UNITS_COUNT(found.lines),
                units_duration(found.took_ns, took), units_bytes((double)found.bytes, bytes));
    return rc;
}

static int run(struct recording *r, int argc, char **argv)
{
    struct err err = {0};
    struct session *s = &r->session;
    struct speaker speaker = {.who = "record"};
    session_begin(s, say, &speaker);
    if (parse(r, argc, argv, &err) < 0) {
        outcome_fail(&s->outcome, &err);
        return s->outcome.code;
    }
    if (r->own.help) {
        manual_help(&cmd_record_manual, stdout);
        return 0;
    }
    stopper_open(&s->stop);
    if (record(r, &err) < 0)
        outcome_fail(&s->outcome, &err);
    else if (s->stop.signal)
        outcome_interrupt(&s->outcome, s->stop.signal, true);
    int code = s->outcome.code;
    server_close(&r->server);
    session_close(s);
    return code;
}

int cmd_record(int argc, char **argv)
{
    struct recording *r = calloc(1, sizeof *r); // too large for a stack
    if (!r)
        return say_no_memory("record");
    int code = run(r, argc, argv);
    argv_free(&r->words);
    options_free(&r->o);
    free(r);
    return code;
}
