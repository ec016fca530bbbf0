// SPDX-License-Identifier: MIT
// Numbers as the text reports show them. Never prints.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define UNIT_TEXT 32

// A unit for a whole line of latencies.
struct unit {
    const char *name; // "µs"
    double ns;        // how many ns it is
    int decimals;     // at most
};

// The unit in which a typical latency is read best: ms from 100 µs on, as users of redis-benchmark know it.
const struct unit *unit_for(uint64_t typical_ns);

// For two figures beside each other: as the first one needs it; as the second, where the first was not
// measured (0).
const struct unit *unit_for_pair(double first_ns, double second_ns);

// For a line of latencies up to a tail: a larger one where the tail has too many digits.
const struct unit *unit_for_line(uint64_t p50_ns, uint64_t p99_ns);

// Each writes at most UNIT_TEXT bytes with the NUL and answers dst.
char *unit_value(const struct unit *unit, double ns,
                 char dst[UNIT_TEXT]);                          // "0.250", "12.5", "1,234": 3 digits
char *unit_figure(double x, int decimals, char dst[UNIT_TEXT]); // "1,234,567", and decimals below 1,000
char *unit_latency(const struct unit *unit, uint64_t ns, bool at_least,
                   char dst[UNIT_TEXT]);                  // "0.250", ">=0.250"
char *unit_rps(double rate, char dst[UNIT_TEXT]);         // "12,345", "0.5"
char *unit_ratio(double x, char dst[UNIT_TEXT]);          // "0.970", "12.35", "348.1", "1,234"
char *unit_seconds(uint64_t ns, char dst[UNIT_TEXT]);     // "0.89", and "0.0042" rather than "0.00"
char *unit_rate(double bytes_per_s, char dst[UNIT_TEXT]); // "12.31 MB/s", "4.10 kB/s"
// How requests arrive where `batch` of them are due together: "poisson", "poisson, batches of 16".
char *unit_arrivals(const char *arrival, unsigned batch, char dst[UNIT_TEXT]);
// part <= whole, rounded down, so that 100 means all: "99.99" with 2 decimals. 0 of nothing is 0.
char *unit_percent(uint64_t part, uint64_t whole, int decimals, char dst[UNIT_TEXT]);
