// SPDX-License-Identifier: MIT
// The rows of a packed result. Refuses rows whose cells the histograms of their result could not hold; works
// nothing out from them.
#pragma once

#include "stats/packer.h"
#include "stats/series.h"

void pack_series(struct packer *p, struct series *s, const struct hist *latency, const struct hist *lag);
