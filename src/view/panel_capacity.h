// SPDX-License-Identifier: MIT
// Trials so far and the bounds that close in.
#pragma once

#include "stats/capacity.h"
#include "view/panel.h"

void panel_capacity(const struct panel *p, const struct capacity *x, const struct glance *g);
