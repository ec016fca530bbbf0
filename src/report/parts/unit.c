// SPDX-License-Identifier: MIT
#include "report/parts/unit.h"

#include "base/units.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#define RATIO_MOST 1e15 // what is beyond was not measured

const struct unit *unit_for(uint64_t typical_ns)
{
    static const struct unit ns = {"ns", 1, 0}, us = {"µs", 1e3, 3}, ms = {"ms", 1e6, 3}, s = {"s", 1e9, 3};
    if (typical_ns < 1000)
        return &ns;
    if (typical_ns < UINT64_C(100) * 1000)
        return &us;
    return typical_ns < UINT64_C(10) * 1000 * 1000 * 1000 ? &ms : &s;
}

const struct unit *unit_for_pair(double first_ns, double second_ns)
{
    return unit_for((uint64_t)(first_ns > 0 ? first_ns : second_ns));
}

const struct unit *unit_for_line(uint64_t p50_ns, uint64_t p99_ns)
{
    return unit_for(p50_ns > p99_ns / 10 ? p50_ns : p99_ns / 10);
}

char *unit_figure(double x, int decimals, char dst[UNIT_TEXT])
{
    if (x >= 1000 - 0.5 * pow(10, -decimals)) // what would be rounded up to it too
        return units_count((uint64_t)llround(x), dst);
    snprintf(dst, UNIT_TEXT, "%.*f", decimals, x);
    return dst;
}

char *unit_value(const struct unit *unit, double ns, char dst[UNIT_TEXT])
{
    double x = ns / unit->ns;
    int digits = x >= 99.95 ? 0 : x >= 9.995 ? 1 : x >= 0.9995 ? 2 : 3;
    return unit_figure(x, digits < unit->decimals ? digits : unit->decimals, dst);
}

char *unit_rps(double rate, char dst[UNIT_TEXT])
{
    return units_rate(rate, dst);
}

char *unit_latency(const struct unit *unit, uint64_t ns, bool at_least, char dst[UNIT_TEXT])
{
    char value[UNIT_TEXT];
    snprintf(dst, UNIT_TEXT, "%s%.29s", at_least ? ">=" : "", unit_value(unit, (double)ns, value));
    return dst;
}

char *unit_ratio(double x, char dst[UNIT_TEXT])
{
    int decimals = x >= 99.995 ? 1 : x >= 9.9995 ? 2 : 3;
    if (x < 0.0995) // as many digits of what is small
        return units_digits(x, dst);
    return unit_figure(x < RATIO_MOST ? x : RATIO_MOST, decimals, dst);
}

char *unit_seconds(uint64_t ns, char dst[UNIT_TEXT])
{
    double seconds = (double)ns * 1e-9;
    int decimals = 2;
    if (ns > 0 && seconds < 0.01) // two digits that say something
        decimals = 1 - (int)floor(log10(seconds));
    snprintf(dst, UNIT_TEXT, "%.*f", decimals, seconds);
    return dst;
}

char *unit_rate(double bytes_per_s, char dst[UNIT_TEXT])
{
    if (bytes_per_s >= 1e5)
        snprintf(dst, UNIT_TEXT, "%.2f MB/s", bytes_per_s / 1e6);
    else
        snprintf(dst, UNIT_TEXT, "%.2f kB/s", bytes_per_s / 1e3);
    return dst;
}

char *unit_arrivals(const char *arrival, unsigned batch, char dst[UNIT_TEXT])
{
    if (batch > 1)
        snprintf(dst, UNIT_TEXT, "%s, batches of %u", arrival, batch);
    else
        snprintf(dst, UNIT_TEXT, "%s", arrival);
    return dst;
}

char *unit_percent(uint64_t part, uint64_t whole, int decimals, char dst[UNIT_TEXT])
{
    uint64_t scale = 1;
    for (int i = 0; i < decimals; i++)
        scale *= 10;
    uint64_t steps = whole ? (uint64_t)((unsigned __int128)part * 100 * scale / whole) : 0;
    snprintf(dst, UNIT_TEXT, "%" PRIu64 ".%0*" PRIu64, steps / scale, decimals, steps % scale);
    return dst;
}
