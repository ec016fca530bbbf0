// SPDX-License-Identifier: MIT
// Connections as a load: --connect-only, -k 0 and --reconnect-every.
#pragma once

#include "cli/options_table.h"

#include "base/err.h"

// Each: 0, or -1 with err.
int connect_options_settle(struct options_words *w, struct err *err);
int connect_options_renewal(const struct run_conf *run, struct err *err); // once -P and the rate are known
