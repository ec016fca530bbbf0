// SPDX-License-Identifier: MIT
// Asks for a password on the terminal of this process, wherever its streams go. Keeps no copy.
#pragma once

#include <stddef.h>

enum { ASKPASS_NO_TERMINAL = -1, ASKPASS_INTERRUPTED = -2 };

// Into dst, with a NUL behind it. Its length, which is 0 where nothing was typed, or one
// of the above; Ctrl-C interrupts, and never leaves a terminal without echo behind.
int askpass(const char *prompt, char *dst, size_t cap);
