// SPDX-License-Identifier: MIT
// A share for some of the metrics that are compared, as one writes it.
#pragma once

#include "base/err.h"
#include "stats/comparison_slot.h"

// "throughput=1%,p99=5%" into shares; those that are not named stay. NULL names none. 0, or -1 with err that
// calls it by the option's name.
int comparison_shares_parse(const char *option, const char *words, double shares[COMPARISON_METRICS],
                            struct err *err);
