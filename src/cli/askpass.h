// SPDX-License-Identifier: MIT
// Asks for a password on the terminal of this process, wherever its streams go. Keeps no copy.
#pragma once

#include "base/err.h"

// To be freed. NULL with err: no terminal, nothing was typed, or Ctrl-C.
char *askpass(const char *prompt, struct err *err);
