// SPDX-License-Identifier: MIT
#include "cli/progress.h"

#include "base/quote.h"
#include "base/terminal.h"
#include "experiment/peers.h"
#include "experiment/session.h"
#include "report/parts/sheet.h"
#include "view/progress_line.h"
#include "view/screen.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static unsigned shown;     // columns of the line that stands there
static struct watcher one; // with ranks: what shows the line of all

// Where the line goes: NULL where there is no terminal, or no longer: it may have been closed meanwhile. What
// a launcher of ranks passes on is none, but its own may be there.
static FILE *terminal(void)
{
    static FILE *theirs;
    if (isatty(STDERR_FILENO))
        return stderr;
    if (!theirs && peers_find().live && peers_find().rank == 0) {
        signal(SIGTTOU, SIG_IGN); // that of a job in the background, perhaps
        theirs = fopen("/dev/tty", "we");
    }
    return theirs;
}

unsigned progress_columns(void)
{
    FILE *to = terminal();
    return to ? terminal_columns(to) : 0;
}

// Back to its first column. A terminal that has become narrower has broken it into several lines.
static void rewind_line(unsigned columns)
{
    if (shown > columns && columns)
        fprintf(terminal(), "\x1b[%uA", (shown - 1) / columns);
    fputs(shown > columns ? "\r\x1b[J" : "\r", terminal());
}

static void put(const char *line)
{
    FILE *to = terminal();
    unsigned columns = progress_columns();
    if (!columns)
        return;
    size_t len = progress_line_cut(line, columns - 1), title = terminal_colour(to) ? strcspn(line, ":") : 0;
    title = title < len ? title : 0;
    rewind_line(columns);
    if (title)
        fprintf(to, "\x1b[1m%.*s\x1b[0m", (int)title, line);
    fprintf(to, "%.*s\x1b[K", (int)(len - title), line + title);
    fflush(to);
    shown = progress_line_width(line) < columns ? progress_line_width(line) : columns - 1;
}

void progress_show(const char *line)
{
    char *quoted = NULL; // titles are the user's
    size_t len = 0;
    struct sheet sheet = {.to = open_memstream(&quoted, &len), .utf8 = terminal_utf8()};
    if (sheet.to) {
        quote_terminal(sheet_begin(&sheet), line);
        sheet_end(&sheet);
    }
    if (sheet.to && fclose(sheet.to) == 0)
        put(quoted);
    free(quoted);
}

void progress_plain(void *ctx, const struct progress *p)
{
    char line[PROGRESS_LINE];
    (void)ctx;
    progress_show(progress_line(p, progress_columns() - 1, line));
}

void progress_trial(void *session, const struct progress *p)
{
    const struct session *s = session;
    struct progress trial = *p;
    char line[2 * PROGRESS_LINE], rest[PROGRESS_LINE];
    trial.title = s->label;
    progress_line(&trial, progress_columns() - 1, rest);
    snprintf(line, sizeof line, "%.200s %s", p->title ? p->title : "", rest);
    progress_show(line);
}

// What one rank sees is a share.
static void tick_all(void *ctx, const struct progress *p)
{
    struct progress all = *p;
    (void)ctx;
    peers_add_live(&all);
    one.tick(one.ctx, &all);
}

struct watcher progress_watcher(void (*tick)(void *ctx, const struct progress *p), void *ctx)
{
    struct peers peers = peers_find();
    bool leads = peers_lead(), shows = terminal() != NULL;
    struct watcher w = {.tick = shows ? tick : NULL, .ctx = ctx};
    if (!peers.any)
        return w;
    one = w;
    w.ready = peers_ready;
    w.joined = peers_joined;
    w.tick = !peers.live || peers.measures || (leads && !shows) ? NULL : leads ? tick_all : peers_tell_live;
    return w;
}

void progress_clear(void)
{
    screen_suspend();
    unsigned columns = shown ? progress_columns() : 0;
    shown = columns ? shown : 0;
    if (!shown)
        return;
    rewind_line(columns);
    fprintf(terminal(), "\x1b[K");
    fflush(terminal());
    shown = 0;
}
