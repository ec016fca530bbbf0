// SPDX-License-Identifier: MIT
// The live line on stderr: only on a terminal, and gone when the report comes.
#pragma once

#include "run/run.h"

// A watcher that shows the line as tick writes it (NULL: that of a plain run), or one that nobody looks at
// where stderr is no terminal.
struct watcher progress_watcher(void (*tick)(void *ctx, const struct progress *p), void *ctx);

// The line of an experiment of many trials, and its ctx: the session, which has a label.
void progress_trial(void *session, const struct progress *p);

// Shows a line in its place, cut to the width of the terminal.
void progress_show(const char *line);

// Clears the line.
void progress_clear(const struct watcher *w);
