// SPDX-License-Identifier: MIT
// What a history holds, as JSON for programs (docs/history.md). Reads the history and never changes it.
#pragma once

#include "history/trend.h"

#include <stdio.h>

// The runs that have the tag (NULL: all), with a figure (NULL: none) of each of their tests that has it. 0,
// or -1 with err.
int listing_json_runs(FILE *out, struct history *h, const struct history_tag *tag,
                      const struct metric_path *figure, struct err *err);

// One run and its tests. 0, or -1 with err.
int listing_json_run(FILE *out, struct history *h, int64_t run, struct err *err);

// The document of a run as --json would have written it. 0, or -1 with err, also where it is JSON no
// more.
int listing_json_document(FILE *out, struct history *h, int64_t run, struct err *err);

// tag: what the points are called by, or NULL.
int listing_json_trend(FILE *out, const struct trend *t, const struct history_tag *tag, struct err *err);
