// SPDX-License-Identifier: MIT
// Results as one page that opens anywhere and needs nothing else: the documents of --json inside web/, which
// draws them. Never measures, and adds no figure that is not in a document.
#pragma once

#include "base/err.h"

#include <stddef.h>
#include <stdio.h>

// Whether text is a document that the page can show: one of docs/json.md, of a kind and a version that it
// knows. what: its name, for the sentence. 0, or -1 with err (ERR_USAGE).
int html_check(const char *text, const char *what, struct err *err);

// The page of n documents. 0, or -1 with err where it could not be written whole.
int html_write(FILE *out, const char *const *documents, size_t n, struct err *err);
