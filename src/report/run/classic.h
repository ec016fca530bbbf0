// SPDX-License-Identifier: MIT
// redis-benchmark's formats. Never a figure that it does not have.
#pragma once

#include "report/run/reporter.h"

extern const struct reporter classic_valkey;
extern const struct reporter classic_reporter; // the full text
extern const struct reporter classic_quiet;    // -q
