// SPDX-License-Identifier: MIT
#include "cli/cmd_history.h"

#include "cli/manuals.h"
#include "cli/options.h"
#include "cli/say.h"
#include "option/nearest.h"
#include "option/opt.h"
#include "report/history/listing_json.h"
#include "report/history/listing_text.h"

#include <string.h>

#define WORDS_MAX 3 // DB, what to do, RUN
#define QUOTE 64

struct past_options {
    const char *metric, *tag;
    bool json, help;
    struct metric_path path;
    struct run_tag tag_words;
    struct history_tag tag_wanted;
    const char *words[WORDS_MAX];
    int n;
};

#define FIELD(f) .offset = offsetof(struct past_options, f), .size = sizeof(((struct past_options *)0)->f)

static const struct opt rows[] = {
    {"Options", 0, "json", OPT_FLAG, 0, OPT_OURS, FIELD(json), .help = "JSON in place of tables"},
    {"Options", 0, "metric", OPT_STRING, 0, OPT_OURS, FIELD(metric), .lo = 1, .initial = "rps",
     .metavar = "[TEST.]METRIC", .help = "what trend follows, as in get.p99; without a test, of all of them"},
    {"Options", 0, "tag", OPT_STRING, 0, OPT_OURS, FIELD(tag), .lo = 1, .metavar = "KEY[=VALUE]",
     .help = "only runs with this tag; trend calls its points by the value"},
    {"Options", 0, "help", OPT_FLAG, 0, OPT_OURS, FIELD(help), .help = "print this and exit"},
};

static const struct opt_table table = {.rows = rows, .n = sizeof rows / sizeof *rows};

static int list(struct history *h, const struct past_options *o, int64_t run, struct err *err)
{
    (void)run;
    return (o->json ? listing_json_runs : listing_text_runs)(stdout, h, o->tag ? &o->tag_wanted : NULL, err);
}

static int show(struct history *h, const struct past_options *o, int64_t run, struct err *err)
{
    return (o->json ? listing_json_run : listing_text_run)(stdout, h, run, err);
}

static int export(struct history *h, const struct past_options *o, int64_t run, struct err *err)
{
    (void)o; // it is JSON in any case
    return listing_json_document(stdout, h, run, err);
}

static int delete (struct history *h, const struct past_options *o, int64_t run, struct err *err)
{
    (void)o;
    return history_delete(h, run, err);
}

static int trend(struct history *h, const struct past_options *o, int64_t run, struct err *err)
{
    const struct history_tag *tag = o->tag ? &o->tag_wanted : NULL;
    struct trend t;
    (void)run;
    if (trend_read(&t, h, &o->path, tag, err) < 0)
        return -1;
    int rc = 0;
    if (o->json)
        rc = listing_json_trend(stdout, &t, tag, err);
    else
        listing_text_trend(stdout, &t, tag);
    trend_free(&t);
    return rc;
}

static const struct deed {
    const char *name;
    bool takes_run;
    int (*run)(struct history *h, const struct past_options *o, int64_t run, struct err *err);
} deeds[] = {
    {"list", false, list},    {"show", true, show},    {"export", true, export},
    {"delete", true, delete}, {"trend", false, trend},
};
#define DEEDS (sizeof deeds / sizeof *deeds)

static const char *const usage[] = {"history DB list|trend [OPTIONS]",
                                    "history DB show|export|delete RUN [OPTIONS]", NULL};
static const char *const first_words[] = {"list", "show", "export", "delete", "trend", NULL};
const struct manual manual_history = {
    .name = "history",
    .summary = "look into what --save has kept",
    .usage = usage,
    .about = "Reads what --save DB has kept. RUN is a number of the list, or last. list shows all runs, show "
             "one of them, export prints its JSON as --json would have written it, delete forgets it, and "
             "trend tells where a figure has changed for good.",
    .words = first_words,
    .own = &table,
};

static int help(void)
{
    manual_help(&manual_history, stdout);
    return 0;
}

// --- the command line ---

static const struct deed *find_deed(const char *word)
{
    for (size_t i = 0; i < DEEDS; i++)
        if (strcmp(word, deeds[i].name) == 0)
            return &deeds[i];
    return NULL;
}

static int refuse_deed(const char *word, struct err *err)
{
    const char *names[DEEDS];
    char quoted[QUOTE];
    for (size_t i = 0; i < DEEDS; i++)
        names[i] = deeds[i].name;
    const char *best = nearest(word, names, DEEDS);
    return err_set(err, ERR_USAGE, "'%s' is nothing that can be done: %s%s",
                   slice_quote(slice_of(word), quoted, sizeof quoted), best ? "did you mean " : "",
                   best ? best : "list, show, export, delete and trend are");
}

// What is to be done, or NULL with err.
static const struct deed *check_words(const struct past_options *o, struct err *err)
{
    const struct deed *deed = o->n < 2 ? NULL : find_deed(o->words[1]);
    int rc = 0;
    if (o->n < 2)
        rc = err_set(err, ERR_USAGE, "history wants a file and what to do, as in: history runs.db list");
    else if (!deed)
        rc = refuse_deed(o->words[1], err);
    else if (deed->takes_run && o->n < 3)
        rc = err_set(err, ERR_USAGE, "%s wants a run: a number of the list, or last", deed->name);
    else if (!deed->takes_run && o->n > 2)
        rc = err_set(err, ERR_USAGE, "%s takes no run: leave out '%.40s'", deed->name, o->words[2]);
    return rc < 0 ? NULL : deed;
}

static int check_values(struct past_options *o, struct err *err)
{
    char quoted[QUOTE];
    if (!metric_parse(slice_of(o->metric), &o->path))
        return err_set(
            err, ERR_USAGE,
            "--metric wants METRIC or TEST.METRIC, as in get.p99, not \"%s\"; METRIC is " METRIC_NAMES,
            slice_quote(slice_of(o->metric), quoted, sizeof quoted));
    if (o->tag && !marks_key(o->tag, &o->tag_words))
        return err_set(err, ERR_USAGE, "--tag wants KEY or KEY=VALUE, as in commit, not \"%s\"",
                       slice_quote(slice_of(o->tag), quoted, sizeof quoted));
    o->tag_wanted = (struct history_tag){o->tag_words.key, o->tag_words.value};
    return 0;
}

// Words and options may stand in any order.
static int parse(struct past_options *o, int argc, char **argv, struct err *err)
{
    struct opt_cursor c = {argc, argv, 1};
    opt_defaults(&table, o, false);
    while (opt_parse(&table, &c, o, false, err) == 0) {
        if (c.at >= argc)
            return 0;
        if (o->n == WORDS_MAX)
            return err_set(err, ERR_USAGE, "'%.40s' is one word too many: --help shows what there is",
                           argv[c.at]);
        o->words[o->n++] = argv[c.at++];
    }
    return -1;
}

static int perform(const struct past_options *o, const struct deed *deed, struct err *err)
{
    struct history *h;
    int64_t run = 0;
    if (history_open(&h, o->words[0], HISTORY_READ, -1, err) < 0)
        return -1;
    int rc = deed->takes_run ? history_find(h, o->words[2], &run, err) : 0;
    if (rc == 0)
        rc = deed->run(h, o, run, err);
    history_close(h);
    return rc;
}

int cmd_history(int argc, char **argv)
{
    struct past_options o = {0};
    struct err err;
    if (parse(&o, argc, argv, &err) < 0)
        return say_error("history", &err);
    if (o.help)
        return help();
    const struct deed *deed = check_words(&o, &err);
    if (!deed || check_values(&o, &err) < 0 || perform(&o, deed, &err) < 0)
        return say_error("history", &err);
    return 0;
}
