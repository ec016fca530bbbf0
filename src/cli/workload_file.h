// SPDX-License-Identifier: MIT
// --workload: a file, or what is built in, becomes the options that the command line leaves out, and
// commands.
#pragma once

#include "cli/options_table.h"

#include "base/err.h"

#include <stdio.h>

// Before anything else is settled. 0 also without --workload; or -1 with err.
int workload_file_apply(struct options_words *w, struct err *err);

// A sentence about options that do not go together gets the place of the one that it names first, if that is
// the file's. f may be NULL. Answers -1.
int workload_file_blame(const struct workload_file *f, struct err *err);

void workload_file_free(struct workload_file *f);

// --show-workload. 0, or -1 with err.
int workload_file_show(const char *name, FILE *out, struct err *err);
