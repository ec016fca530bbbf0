// SPDX-License-Identifier: MIT
#include "cli/cmd_report.h"

#include "base/buf.h"
#include "cli/output.h"
#include "cli/page.h"
#include "cli/say.h"
#include "history/history.h"
#include "option/opt.h"
#include "report/html/html.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define REPORTS_MAX 64 // of one page

struct report_options {
    const char *html;
    bool help;
    const char *words[REPORTS_MAX]; // FILE or DB:RUN
    size_t n;
};

#define FIELD(f) .offset = offsetof(struct report_options, f), .size = sizeof(((struct report_options *)0)->f)

static const struct opt rows[] = {
    {"Options", 0, "html", OPT_STRING, 0, OPT_OURS, FIELD(html), .lo = 1, .metavar = "FILE",
     .help = "file for the page; - is standard output"},
    {"Options", 0, "help", OPT_FLAG, 0, OPT_OURS, FIELD(help), .help = "print this help and exit"},
};
static const struct opt_table table = {.rows = rows, .n = sizeof rows / sizeof *rows};

static const char *const usage[] = {"report RESULT... --html FILE", NULL};
static const struct manual_example examples[] = {
    {"report before.json after.json --html both.html", NULL},
    {"report runs.db:last --html last.html", NULL},
    {0},
};
const struct manual cmd_report_manual = {
    .name = "report",
    .summary = "make an HTML page from kept results",
    .usage = usage,
    .about =
        "Makes one self-contained HTML page from kept results: RESULT is a file written by --json, or "
        "DB:RUN, a run of the history DB by number, or last. Runs share one chart of latency by percentile.",
    .examples = examples,
    .own = &table,
};

static int help(void)
{
    manual_help(&cmd_report_manual, stdout);
    return 0;
}

static int parse(struct report_options *o, int argc, char **argv, struct err *err)
{
    struct opt_cursor c = {argc, argv, 1};
    opt_defaults(&table, o, false);
    while (opt_parse(&table, &c, o, false, err) == 0) {
        if (c.at >= argc)
            return 0;
        if (o->n == REPORTS_MAX)
            return err_set(err, ERR_USAGE, "expected at most %d results for one page", REPORTS_MAX);
        o->words[o->n++] = argv[c.at++];
    }
    return -1;
}

static int check(const struct report_options *o, struct err *err)
{
    if (!o->n)
        return err_set(err, ERR_USAGE,
                       "expected a result: a file of --json, or a run of a history such as runs.db:last");
    return o->html ? 0
                   : err_set(err, ERR_USAGE, "--html: expected a file for the page, e.g. --html page.html");
}

static int read_file(FILE *f, const char *path, struct buf *out, struct err *err)
{
    int rc = buf_read_file(out, f);
    if (rc == 0)
        rc = buf_append(out, "", 1);
    if (rc == -ENOMEM)
        return err_set(err, ERR_RUN, "not enough memory for %.200s", path);
    return rc < 0 ? err_set(err, ERR_USAGE, "%.200s cannot be read: %s", path, strerror(-rc)) : 0;
}

// DB:RUN.
static int read_kept(const char *word, const char *colon, struct buf *out, struct err *err)
{
    struct history *h;
    int64_t run;
    char *path = strndup(word, (size_t)(colon - word));
    if (!path)
        return err_set(err, ERR_RUN, "not enough memory");
    int rc = history_open(&h, path, HISTORY_READ, -1, err);
    free(path);
    if (rc < 0)
        return -1;
    rc = history_find(h, colon + 1, &run, err);
    if (rc == 0)
        rc = history_document(h, run, out, err);
    history_close(h);
    return rc;
}

// The document that the word names, with a NUL after it.
static int read_result(const char *word, struct buf *out, struct err *err)
{
    const char *colon = strrchr(word, ':');
    FILE *f = fopen(word, "re");
    int rc;
    if (!f && (!colon || colon == word || !colon[1]))
        return err_set(err, ERR_USAGE, "%.200s cannot be read: %s", word, strerror(errno));
    if (f)
        rc = read_file(f, word, out, err);
    else
        rc = read_kept(word, colon, out, err);
    if (f)
        fclose(f);
    return rc < 0 ? -1 : html_check(out->at, word, err);
}

static int write_page(const struct report_options *o, const struct buf *found, struct err *err)
{
    const char *documents[REPORTS_MAX];
    for (size_t i = 0; i < o->n; i++)
        documents[i] = found[i].at;
    return page_write(o->html, documents, o->n, err);
}

// Everything is read before the page is begun: a wrong word leaves a former page as it was.
static int report(const struct report_options *o, struct err *err)
{
    struct buf found[REPORTS_MAX] = {0};
    int rc = check(o, err);
    for (size_t i = 0; rc == 0 && i < o->n; i++)
        rc = read_result(o->words[i], &found[i], err);
    if (rc == 0)
        rc = write_page(o, found, err);
    for (size_t i = 0; i < o->n; i++)
        buf_free(&found[i]);
    return rc;
}

int cmd_report(int argc, char **argv)
{
    struct report_options o = {0};
    struct err err;
    if (parse(&o, argc, argv, &err) < 0)
        return say_error("report", &err);
    if (o.help)
        return help();
    return report(&o, &err) < 0 ? say_error("report", &err) : 0;
}
