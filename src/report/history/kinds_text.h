// SPDX-License-Identifier: MIT
// What a comparison, a search or a sweep found, from its document (docs/json.md), as tables for people.
#pragma once

#include <stdio.h>

// Nothing where it is a plain run's, whose figures a history has in columns, or no document.
void kinds_text(FILE *out, const char *document);
