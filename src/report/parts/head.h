// SPDX-License-Identifier: MIT
// The first lines that text reports share: whom, and which test. Their words come from a user or a server,
// and are quoted here.
#pragma once

#include "stats/facts.h"

#include <stdio.h>

// "redis 7.0.15 at 127.0.0.1:6379"; the place alone where the server has not said what it is.
void head_server(FILE *out, const char *name, const char *version, const char *where);

// The same of a run; the null engine asks none.
void head_whom(FILE *out, const struct run_facts *f);

// "====== GET", and " ======" and the line's end behind it; `by` stands between, or is "".
void head_title(FILE *out, const char *title, const char *by);

// Of a report about one server that was measured many times; does: "saturate", "sweep".
void head_trials(FILE *out, const char *does, const struct run_facts *f);
