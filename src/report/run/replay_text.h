// SPDX-License-Identifier: MIT
// What became of the lines of a trace, as lines of the text report. Never judges.
#pragma once

#include "stats/summary.h"

#include <stdio.h>

void replay_text(FILE *out, const struct summary *s);
