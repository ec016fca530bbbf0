// SPDX-License-Identifier: MIT
// --slo as typed: read, and its commands looked up, before anything is measured. Never prints.
#pragma once

#include "cli/options.h"
#include "stats/slo.h"

// Where there is one test alone, its name says no more than none. 0, or -1 with err.
int slo_options_parse(struct slo *slo, const char *text, const struct options *o, struct err *err);
