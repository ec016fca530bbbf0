// SPDX-License-Identifier: MIT
#include "report/history/sparkline.h"

#include <string.h>

#define LEVELS 8
#define BAR 3 // bytes

static double value_at(const double *first, unsigned i, unsigned stride)
{
    double v;
    memcpy(&v, (const char *)first + (unsigned long)i * stride, sizeof v);
    return v;
}

char *sparkline(const double *first, unsigned n, unsigned stride, char dst[SPARKLINE_TEXT])
{
    static const char bars[] = "▁▂▃▄▅▆▇█";
    unsigned from = n > SPARKLINE_VALUES ? n - SPARKLINE_VALUES : 0;
    double least = 0, most = 0;
    for (unsigned i = from; i < n; i++) {
        double v = value_at(first, i, stride);
        least = i == from || v < least ? v : least;
        most = i == from || v > most ? v : most;
    }
    for (unsigned i = from; i < n; i++) {
        double share = most > least ? (value_at(first, i, stride) - least) / (most - least) : 0.5;
        int level = (int)(share * (LEVELS - 1) + 0.5);
        memcpy(dst + (unsigned long)(i - from) * BAR, bars + (unsigned long)level * BAR, BAR);
    }
    dst[(unsigned long)(n - from) * BAR] = 0;
    return dst;
}
