// SPDX-License-Identifier: MIT
// A test: rate, latency and heat map over time, quantiles, errors, commands, nodes, bottleneck.
#pragma once

#include "view/panel.h"

void panel_run(const struct panel *p, const struct glance *g);
