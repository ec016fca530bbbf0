// SPDX-License-Identifier: MIT
// The nodes of a cluster beside each other, as text. Prints nothing where there is one server.
#pragma once

#include "stats/summary.h"

#include <stdio.h>

void nodes_text(FILE *out, const struct summary *s);
