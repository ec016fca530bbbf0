// SPDX-License-Identifier: MIT
// redis-benchmark's CSV. Never a column that it does not have.
#pragma once

#include "report/run/reporter.h"

extern const struct reporter csv_reporter;
