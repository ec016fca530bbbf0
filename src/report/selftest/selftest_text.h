// SPDX-License-Identifier: MIT
// A selftest as text. Writes to the FILE it is given; never measures.
#pragma once

#include "stats/selftest.h"

#include <stdio.h>

void selftest_text(FILE *out, const struct selftest *t);
