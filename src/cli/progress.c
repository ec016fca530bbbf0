// SPDX-License-Identifier: MIT
#include "cli/progress.h"

#include "base/quote.h"
#include "cli/progress_line.h"
#include "cli/terminal.h"
#include "experiment/peers.h"
#include "experiment/session.h"
#include "view/screen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static unsigned shown; // columns of the line that stands there

// Back to its first column. A terminal that has become narrower has broken it into several lines.
static void rewind_line(unsigned columns)
{
    if (shown > columns && columns)
        fprintf(stderr, "\x1b[%uA", (shown - 1) / columns);
    fputs(shown > columns ? "\r\x1b[J" : "\r", stderr);
}

static void put(const char *line)
{
    unsigned columns = terminal_columns(stderr);
    size_t len = progress_line_cut(line, columns - 1),
           title = terminal_colour(stderr) ? strcspn(line, ":") : 0;
    title = title < len ? title : 0;
    rewind_line(columns);
    if (title)
        fprintf(stderr, "\x1b[1m%.*s\x1b[0m", (int)title, line);
    fprintf(stderr, "%.*s\x1b[K", (int)(len - title), line + title);
    fflush(stderr);
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
    progress_show(progress_line(p, terminal_columns(stderr) - 1, line));
}

void progress_trial(void *session, const struct progress *p)
{
    const struct session *s = session;
    struct progress trial = *p;
    char line[2 * PROGRESS_LINE], rest[PROGRESS_LINE];
    trial.title = s->label;
    progress_line(&trial, terminal_columns(stderr) - 1, rest);
    snprintf(line, sizeof line, "%.200s %s", p->title ? p->title : "", rest);
    progress_show(line);
}

struct watcher progress_watcher(void (*tick)(void *ctx, const struct progress *p), void *ctx)
{
    if (peers_find().any) // what one of them sees is a share
        return (struct watcher){.ready = peers_ready, .joined = peers_joined};
    return (struct watcher){.tick = isatty(STDERR_FILENO) ? tick : NULL, .ctx = ctx};
}

void progress_clear(void)
{
    screen_suspend();
    if (!shown)
        return;
    rewind_line(terminal_columns(stderr));
    fprintf(stderr, "\x1b[K");
    shown = 0;
}
