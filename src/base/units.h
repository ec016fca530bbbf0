// SPDX-License-Identifier: MIT
// Numbers as people write them: 10k, 64KiB, 250us. Parses whole strings only, with no locale, and refuses
// what does not fit: 0, -EINVAL (rubbish, empty, negative) or -ERANGE (a number, but too large for 64 bits).
#pragma once

#include <stddef.h>
#include <stdint.h>

// "1500", "10k", "1.5M", "2G": powers of 1000. "1Ki", "4Mi", "1Gi": powers of 1024. A fraction must come
// out whole ("1.5k" is 1500, "1.5" is -EINVAL).
int units_parse_count(const char *text, uint64_t *out);

// As a count, with an optional trailing "B": "64KiB", "1MB", "512".
int units_parse_bytes(const char *text, uint64_t *out);

// "30s", "250us", "1.5ms", "100ns", "2m", "1h"; a bare number counts in bare_ns (seconds: NS_PER_S).
int units_parse_duration(const char *text, uint64_t bare_ns, uint64_t *out_ns);

// A finite rate a second, at least 0: "1000", "2.5k", "0.1".
int units_parse_rate(const char *text, double *out);

// A decimal at the start of text, finite and without a sign: "12", "0.5", "1e-3", and neither "0x5" nor "inf"
// nor ".5". Answers where it ends, or NULL where there is none.
const char *units_decimal(const char *text, double *out);

// A moment as ns since 1970: "1700000000", "1700000000.25", "2023-11-14T22:13:20Z", "2023-11-14T22:13:20.5Z".
int units_parse_moment(const char *text, uint64_t *unix_ns);

#define UNITS_TEXT 32

// Each writes at most UNITS_TEXT bytes with the NUL and answers dst.
char *units_duration(uint64_t ns,
                     char dst[UNITS_TEXT]);            // 3 significant digits: "850ns" "44.0µs" "1.20s" "2h"
char *units_bytes(double bytes, char dst[UNITS_TEXT]); // decimal: "512 B", "1.25 MB"
char *units_left(double seconds, char dst[UNITS_TEXT]); // whole ones, rounded up: "42s" "10m18s" "1h02m"
char *units_count(uint64_t n, char dst[UNITS_TEXT]);    // thousands set apart: "1,234,567"
#define UNITS_COUNT(n) units_count((n), (char[UNITS_TEXT]){0}) // for the block that it stands in
char *units_moment(int64_t unix_ms, char dst[UNITS_TEXT]);     // UTC: "2023-11-14T22:13:20.123Z"; "": none
char *units_figure(double x, char dst[UNITS_TEXT]);            // x >= 0: "0.05" "50.25" "663.3" "123457"
char *units_seconds(double x, char dst[UNITS_TEXT]);           // likewise: "0.0123" "41.2" "1801"
#define UNITS_SECONDS(x) units_seconds((x), (char[UNITS_TEXT]){0})
char *units_rate(double x, char dst[UNITS_TEXT]); // x >= 0: "0.5" "663.3" "12,345"
#define UNITS_RATE(x) units_rate((x), (char[UNITS_TEXT]){0})
char *units_digits(double x, char dst[UNITS_TEXT]); // x >= 0: "<0.001" "0.05" "25.3" "348" "12,346"
#define UNITS_DIGITS(x) units_digits((x), (char[UNITS_TEXT]){0})
