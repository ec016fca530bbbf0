// SPDX-License-Identifier: MIT
// What a history holds, as tables for people or JSON for programs (docs/history.md). Reads the history and
// never changes it.
#pragma once

#include "history/trend.h"

#include <stdio.h>

// The runs that have the tag; NULL: all. 0, or -1 with err.
int past_list(FILE *out, struct history *h, const struct history_tag *tag, struct err *err);
int past_list_json(FILE *out, struct history *h, const struct history_tag *tag, struct err *err);

// One run and its tests. 0, or -1 with err.
int past_show(FILE *out, struct history *h, int64_t run, struct err *err);
int past_show_json(FILE *out, struct history *h, int64_t run, struct err *err);

// tag: what the points are called by, or NULL.
void past_trend(FILE *out, const struct trend *t, const struct history_tag *tag);
int past_trend_json(FILE *out, const struct trend *t, const struct history_tag *tag, struct err *err);
