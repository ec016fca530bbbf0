// SPDX-License-Identifier: MIT
// --dataset: the file, and whether the commands have fields of it.
#pragma once

#include "cli/options_table.h"

#include "base/err.h"

// Once all commands are known. 0, or -1 with err.
int dataset_options_settle(struct options_words *w, struct err *err);

void dataset_options_free(struct dataset *d);
