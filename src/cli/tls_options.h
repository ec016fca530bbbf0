// SPDX-License-Identifier: MIT
// What holds across the options of TLS, and the password of a key. Loads no file.
#pragma once

#include "cli/options_table.h"

// Settles o.run.tls. 0, or -1 with err (ERR_USAGE).
int tls_options_settle(struct options_words *w, struct err *err);

// Whether an option that only TLS has use for was given where nothing is measured over TLS: -1 with err.
int tls_options_idle(const struct options *o, struct err *err);
