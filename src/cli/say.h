// SPDX-License-Identifier: MIT
// A sentence for the user, on stderr: the one place that writes them, so that nothing of what others said can
// write to the terminal through them. Sets no exit code (cli/outcome.h does).
#pragma once

#include "run/run.h"

#include <stdarg.h>

// "hkv-bench WHO: sentence"; who: the subcommand, or NULL. watch: whose live line makes way, or NULL.
void say(const char *who, const struct watcher *watch, const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));
