// SPDX-License-Identifier: MIT
// What became of messages to consumers, as lines of the text report. Never judges.
#pragma once

#include "stats/summary.h"

#include <stdio.h>

void delivery_text(FILE *out, const struct summary *s);
