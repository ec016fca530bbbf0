// SPDX-License-Identifier: MIT
// The terminal as a full screen. The only file that sees ncurses; where the build has none, it cannot be
// opened. What is shown goes to /dev/tty, never to standard output. There is one.
#pragma once

#include "base/err.h"
#include "view/canvas.h"

// Whether the build has ncurses: its version, or "".
const char *screen_version(void);

// Takes the terminal; it is given back by screen_close, or when this process dies, by a signal or by its own
// fault. 0, or -1 with err.
int screen_open(bool colour, struct err *err);
void screen_close(void);

// Gives the terminal back until the next screen_show, for what others write.
void screen_suspend(void);

// As large as it is now.
void screen_size(unsigned *rows, unsigned *columns);

void screen_show(const struct canvas *c);

// A key that was pressed, or 0.
int screen_key(void);
