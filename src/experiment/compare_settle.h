// SPDX-License-Identifier: MIT
// What the user left open of a comparison's design, and what no design can be. Measures nothing.
#pragma once

#include "base/err.h"
#include "experiment/compare_conf.h"

// conf is filled, blocks and slot_ns 0 where nobody said. 0, or -1 with err.
int compare_settle(struct compare_conf *conf, struct err *err);
