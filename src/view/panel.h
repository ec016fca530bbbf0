// SPDX-License-Identifier: MIT
// A panel: what the live view shows of one kind of experiment, drawn into a canvas. Reads plain values;
// measures and judges nothing of its own.
#pragma once

#include "stats/glance.h"
#include "view/canvas.h"

struct panel {
    struct canvas *canvas;
    bool log, frozen; // scale of latencies; the picture stands still
    const char *what; // is measured now, of an experiment of many trials; or NULL
    double left_s;    // < 0: nobody knows
};
