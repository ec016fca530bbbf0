// SPDX-License-Identifier: MIT
// The default format: what the user drew, then the quantiles, what limited it and what speaks against it.
#pragma once

#include "report/run/reporter.h"

extern const struct reporter text_reporter;
