// SPDX-License-Identifier: MIT
// The points of a sweep as typed: "1,2,4" or "1..64". Pure: no I/O, no heap, never prints.
#pragma once

#include "base/err.h"
#include "stats/sweep.h"

struct sweep_points {
    double x[SWEEP_POINTS];
    unsigned n;
};

// By rising value, each once. text: a list; FROM..TO, which doubles from the one to the other (of rates: 12
// steps); or NULL: those that are usual for the kind, of rates none. 0, or -1 with err.
int sweep_points_parse(enum sweep_kind kind, const char *text, struct sweep_points *out, struct err *err);

// The rates that are worth a look where the closed loop has this throughput.
void sweep_points_around(double peak_rps, struct sweep_points *out);
