// SPDX-License-Identifier: MIT
// What the table of options says of itself. Reads no argv.
#pragma once

#include "cli/options_table.h"

#include <stdio.h>

void options_doc_help(FILE *out, enum persona persona); // --help
void options_doc_markdown(FILE *out);                   // docs/options.md, whole
