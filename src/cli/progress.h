// SPDX-License-Identifier: MIT
// The live line on stderr: only on a terminal, and gone when the report comes.
#pragma once

#include "run/run.h"

// A watcher that shows the line as tick writes it, or one that nobody looks at where stderr is no terminal.
struct watcher progress_watcher(void (*tick)(void *ctx, const struct progress *p), void *ctx);

// The line of a plain run. ctx: nothing.
void progress_plain(void *ctx, const struct progress *p);

// The line of an experiment of many trials, and its ctx: the session, which has a label.
void progress_trial(void *session, const struct progress *p);

// Shows a line in its place, cut to the width of the terminal.
void progress_show(const char *line);

unsigned progress_columns(void); // how wide it may be

// Makes way for what is written next: clears the line, or gives back the terminal that a full screen has.
void progress_clear(void);
