// SPDX-License-Identifier: MIT
// Blocks so far with the running ratio and its interval, and the trial of the moment.
#pragma once

#include "stats/comparison.h"
#include "view/panel.h"

void panel_compare(const struct panel *p, const struct comparison *x, const struct contrast *now,
                   const struct glance *g);
