// SPDX-License-Identifier: MIT
#include "cli/cmd_merge.h"

#include "base/clock.h"
#include "cli/options.h"
#include "cli/run_report.h"
#include "cli/say.h"
#include "experiment/whole.h"
#include "option/argv.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct own_words {
    uint64_t skew_ns;
    bool partial, help;
};

#define HOUR (3600 * NS_PER_S)
#define FIELD(f) .offset = offsetof(struct own_words, f), .size = sizeof(((struct own_words *)0)->f)

static const char category[] = "Merging";
static const struct opt rows[] = {
    {category, 0, "max-skew", OPT_DURATION, 0, OPT_OURS, FIELD(skew_ns), .hi = 24 * HOUR, .initial = "1s",
     .metavar = "TIME", .help = "refuse parts of which one began a test so much later than another"},
    {category, 0, "partial", OPT_FLAG, 0, OPT_OURS, FIELD(partial),
     .help = "merge what is there, though parts or tests of them are missing; exit code 1 says so"},
    {category, 0, "help", OPT_FLAG, 0, OPT_OURS, FIELD(help), .help = "print this help and exit"},
};
static const struct opt_table table = {.rows = rows, .n = sizeof rows / sizeof *rows};

struct merging {
    struct plain plain;
    struct run_report report;
    struct options o;
    struct own_words own;
    struct argv_parts words;
    struct whole whole;
};

static const char *const usage[] = {"merge PART... [OPTIONS]", NULL};
static const struct manual_example examples[] = {
    {"-c 400 -t get --duration 30s --part-of 1/2 --part a.part --start-at 2026-01-31T12:00:00Z", NULL},
    {"merge a.part b.part --json whole.json", NULL},
    {0},
};
const struct manual cmd_merge_manual = {
    .name = "merge",
    .summary = "add up what several generators measured of one load",
    .usage = usage,
    .about =
        "Adds up the files that --part has written, of one load whose shares several processes ran, and "
        "reports the whole as if one had measured it: histograms bucket for bucket, rows on one clock, "
        "intervals with the generators as clusters. One generator that could not keep up makes the whole "
        "client-limited. Takes the report's options of a plain run too: --json, --html, --format, --csv, "
        "-q, --series, --hdr, --save, --tag, --assert and --strict.",
    .examples = examples,
    .own = &table,
};

static int help(void)
{
    manual_help(&cmd_merge_manual, stdout);
    return 0;
}

static bool is_part(const char *word)
{
    (void)word;
    return true;
}

// Whether the option says how to report, and not what to measure.
static bool reports(const struct opt *row)
{
    const char *name = row->name ? row->name : "";
    if (strcmp(name, "strict") == 0 || strcmp(name, "assert") == 0)
        return true;
    return strcmp(row->category, "Report") == 0 && strcmp(name, "interval") != 0;
}

static int check(const struct merging *m, struct err *err)
{
    struct opt_cursor c = {m->words.rest_n, m->words.rest, 1};
    struct opt_word w;
    while (opt_next(&options_table, &c, &w))
        if (w.row && !reports(w.row))
            return err_set(err, ERR_USAGE, "%.*s says how to measure, and merge only reports: leave it out",
                           (int)w.name.len, w.name.at);
    if (m->words.targets_n == 0)
        return err_set(err, ERR_USAGE,
                       "expected files of --part, e.g. hkv-bench merge a.part b.part --json whole.json");
    return 0;
}

static int parse(struct merging *m, int argc, char **argv, struct err *err)
{
    static char program[] = "hkv-bench";
    const struct argv_rule rule = {program, &table, &options_table, is_part};
    if (argv_split(&m->words, &rule, (struct opt_cursor){argc, argv, 1}, err) < 0)
        return -1;
    struct opt_cursor own = {m->words.own_n, m->words.own, 1};
    opt_defaults(&table, &m->own, false);
    if (opt_parse(&table, &own, &m->own, false, err) < 0 || m->own.help)
        return m->own.help ? 0 : -1;
    return check(m, err) < 0 ? -1 : options_parse(&m->o, m->words.rest_n, m->words.rest, err);
}

static int merge(struct merging *m, struct err *err)
{
    const struct options *o = &m->o;
    struct run_facts *facts = &m->plain.session.facts;
    m->plain.conf =
        (struct plain_conf){.strict = o->strict, .asserts = o->asserts.at, .nasserts = o->asserts.n};
    m->plain.on = run_report_events(&m->report);
    m->whole.plain = &m->plain;
    m->whole.conf = (struct whole_conf){.paths = (const char *const *)m->words.targets,
                                        .n = (size_t)m->words.targets_n,
                                        .skew_ns = m->own.skew_ns,
                                        .partial = m->own.partial};
    if (whole_open(&m->whole, err) < 0)
        return -1;
    facts->tags = o->tags.at;
    facts->ntags = o->tags.n;
    return run_report_open(&m->report, err) < 0 ? -1 : whole_take(&m->whole, err);
}

static int run(struct merging *m, int argc, char **argv)
{
    struct err err = {0};
    struct session *session = &m->plain.session;
    m->report = (struct run_report){.o = &m->o, .run = &m->plain};
    results_begin(&m->report.results, session, "merge");
    if (parse(m, argc, argv, &err) < 0) {
        outcome_fail(&session->outcome, &err);
        return session->outcome.code;
    }
    if (m->own.help)
        return help();
    stopper_open(&session->stop);
    if (merge(m, &err) < 0)
        outcome_fail(&session->outcome, &err);
    return run_report_close(&m->report);
}

int cmd_merge(int argc, char **argv)
{
    struct merging *m = calloc(1, sizeof *m); // too large for a stack
    if (!m)
        return say_no_memory("merge");
    int code = run(m, argc, argv);
    plain_close(&m->plain);
    whole_close(&m->whole);
    argv_free(&m->words);
    options_free(&m->o);
    free(m);
    return code;
}
