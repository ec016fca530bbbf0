// SPDX-License-Identifier: MIT
// Points so far.
#pragma once

#include "stats/sweep.h"
#include "view/panel.h"

void panel_sweep(const struct panel *p, const struct sweep *s, const struct glance *g);
