// SPDX-License-Identifier: MIT
// The text of the live line: as much as there is room for, the most important first to stay. Never prints.
#pragma once

#include "stats/progress.h"

#define PROGRESS_LINE 512

// At most `columns` columns wide. Answers dst.
char *progress_line(const struct progress *p, unsigned columns, char dst[PROGRESS_LINE]);

// Columns of text, which is UTF-8; and where its first `columns` of them end.
unsigned progress_line_width(const char *text);
size_t progress_line_cut(const char *text, unsigned columns);
