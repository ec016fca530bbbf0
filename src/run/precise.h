// SPDX-License-Identifier: MIT
// What the rows that workers have written so far tell: a quantile as precisely as was asked for, or that a
// promise will be broken. Never ends a run: whoever asks does.
#pragma once

#include "run/worker.h"
#include "stats/precision.h"
#include "stats/slo.h"

// Looks at running workers, lasted_ns after they began to measure, when it is time to. False too when it
// cannot tell yet.
bool precise_enough(struct worker *workers, unsigned n, const struct run_conf *conf, struct precision *p,
                    uint64_t lasted_ns);

// Whether conf->slo is clearly lost. False too when it cannot tell yet.
bool precise_hopeless(struct worker *workers, unsigned n, const struct run_conf *conf);
