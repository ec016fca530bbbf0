// SPDX-License-Identifier: MIT
// What a history holds, as tables for people (docs/history.md). Reads the history and never changes it.
#pragma once

#include "history/trend.h"

#include <stdio.h>

// The runs that have the tag (NULL: all), with a figure (NULL: none) of each of their tests that has it. 0,
// or -1 with err.
int listing_text_runs(FILE *out, struct history *h, const struct history_tag *tag,
                      const struct metric_path *figure, struct err *err);

// One run and its tests. 0, or -1 with err.
int listing_text_run(FILE *out, struct history *h, int64_t run, struct err *err);

// tag: what the points are called by, or NULL.
void listing_text_trend(FILE *out, const struct trend *t, const struct history_tag *tag);
