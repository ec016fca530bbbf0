// SPDX-License-Identifier: MIT
#include "base/units.h"

#include "base/clock.h"
#include "base/slice.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define DECIMAL_MAX 64         // bytes of a decimal, its NUL among them
#define FRACTION_DIGITS_MAX 18 // 10^18 is the largest power of ten whose multiples below stay inside 128 bits

#define UNITS_MOST 1e15 // what is beyond was not measured

// A decimal number as written: whole + fraction / fraction_one.
struct decimal {
    uint64_t whole;
    uint64_t fraction;
    uint64_t fraction_one;
    bool too_large; // whole did not fit
    bool cut;       // digits other than 0 were left off the fraction
};

struct unit {
    const char *suffix;
    uint64_t scale;
};

static const struct unit multiples[] = {
    {"", 1},
    {"k", 1000},
    {"K", 1000},
    {"M", 1000000},
    {"G", 1000000000},
    {"Ki", UINT64_C(1) << 10},
    {"Mi", UINT64_C(1) << 20},
    {"Gi", UINT64_C(1) << 30},
    {NULL, 0},
};

static const struct unit times[] = {
    {"ns", 1},       {"us", NS_PER_US},    {"ms", NS_PER_MS},
    {"s", NS_PER_S}, {"m", 60 * NS_PER_S}, {"h", 3600 * NS_PER_S},
    {NULL, 0},
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static const char *scan_whole(const char *at, struct decimal *d)
{
    for (; is_digit(*at); at++) {
        uint64_t digit = (uint64_t)(*at - '0');
        if (d->whole > (UINT64_MAX - digit) / 10)
            d->too_large = true;
        else
            d->whole = d->whole * 10 + digit;
    }
    return at;
}

static const char *scan_fraction(const char *at, struct decimal *d)
{
    for (int n = 0; is_digit(*at); at++, n++) {
        if (n >= FRACTION_DIGITS_MAX) {
            d->cut = d->cut || *at != '0';
            continue;
        }
        d->fraction = d->fraction * 10 + (uint64_t)(*at - '0');
        d->fraction_one *= 10;
    }
    return at;
}

// Digits, and perhaps a point and more digits. Answers where they end, or NULL.
static const char *scan(const char *text, struct decimal *d)
{
    *d = (struct decimal){.fraction_one = 1};
    if (!is_digit(*text))
        return NULL;
    const char *at = scan_whole(text, d);
    if (*at != '.')
        return at;
    return is_digit(at[1]) ? scan_fraction(at + 1, d) : NULL;
}

static uint64_t scale_of(const struct unit *units, struct slice suffix)
{
    for (const struct unit *u = units; u->suffix; u++)
        if (slice_is(suffix, u->suffix))
            return u->scale;
    return 0;
}

// "k", "Mi", or an exponent as in 1e6. 0: neither.
static uint64_t multiple_of(struct slice suffix)
{
    uint64_t scale = 1;
    if (suffix.len < 2 || suffix.len > 3 || (suffix.at[0] != 'e' && suffix.at[0] != 'E'))
        return scale_of(multiples, suffix);
    unsigned n = 0;
    for (size_t i = 1; i < suffix.len; i++) {
        if (!is_digit(suffix.at[i]))
            return 0;
        n = n * 10 + (unsigned)(suffix.at[i] - '0');
    }
    for (unsigned i = 0; i < n && n <= FRACTION_DIGITS_MAX; i++)
        scale *= 10;
    return n <= FRACTION_DIGITS_MAX ? scale : 0;
}

static int scale_whole(const struct decimal *d, uint64_t scale, uint64_t *out)
{
    unsigned __int128 part = (unsigned __int128)d->fraction * scale;
    if (scale == 0 || d->cut || part % d->fraction_one != 0)
        return -EINVAL;
    unsigned __int128 n = (unsigned __int128)d->whole * scale + part / d->fraction_one;
    if (d->too_large || n > UINT64_MAX)
        return -ERANGE;
    *out = (uint64_t)n;
    return 0;
}

int units_parse_count(const char *text, uint64_t *out)
{
    struct decimal d;
    const char *suffix = scan(text, &d);
    return suffix ? scale_whole(&d, multiple_of(slice_of(suffix)), out) : -EINVAL;
}

int units_parse_bytes(const char *text, uint64_t *out)
{
    struct decimal d;
    const char *at = scan(text, &d);
    if (!at)
        return -EINVAL;
    struct slice suffix = slice_of(at);
    if (suffix.len > 0 && at[suffix.len - 1] == 'B')
        suffix.len--;
    return scale_whole(&d, multiple_of(suffix), out);
}

int units_parse_duration(const char *text, uint64_t bare_ns, uint64_t *out_ns)
{
    struct decimal d;
    const char *suffix = scan(text, &d);
    if (!suffix)
        return -EINVAL;
    return scale_whole(&d, *suffix ? scale_of(times, slice_of(suffix)) : bare_ns, out_ns);
}

int units_parse_rate(const char *text, double *out)
{
    struct decimal d;
    const char *suffix = scan(text, &d);
    uint64_t scale = suffix ? multiple_of(slice_of(suffix)) : 0;
    if (scale == 0)
        return -EINVAL;
    if (d.too_large)
        return -ERANGE;
    unsigned __int128 whole = (unsigned __int128)d.whole * scale;
    unsigned __int128 part = (unsigned __int128)d.fraction * scale;
    *out = (double)whole + (double)part / (double)d.fraction_one;
    return 0;
}

static const char *past_digits(const char *at)
{
    while (is_digit(*at))
        at++;
    return at;
}

// Where the exponent at `at` ends; at where there is none.
static const char *past_exponent(const char *at)
{
    const char *digits = at + 1 + (*at && (at[1] == '+' || at[1] == '-'));
    return (*at == 'e' || *at == 'E') && is_digit(*digits) ? past_digits(digits) : at;
}

const char *units_decimal(const char *text, double *out)
{
    char copy[DECIMAL_MAX];
    const char *end = past_digits(text);
    if (end == text)
        return NULL;
    if (*end == '.' && is_digit(end[1]))
        end = past_digits(end + 1);
    end = past_exponent(end);
    size_t len = (size_t)(end - text);
    if (len >= sizeof copy)
        return NULL;
    memcpy(copy, text, len); // what follows is none of it, but might be to strtod
    copy[len] = 0;
    *out = strtod(copy, NULL);
    return isfinite(*out) ? end : NULL;
}

// "2023-11-14T22:13:20", then a fraction or not, then Z.
static int parse_utc(const char *text, uint64_t *unix_ns)
{
    struct tm utc = {0};
    struct decimal d = {.fraction_one = 1};
    const char *at = strptime(text, "%Y-%m-%dT%H:%M:%S", &utc);
    if (at && *at == '.')
        at = is_digit(at[1]) ? scan_fraction(at + 1, &d) : NULL;
    time_t second = at && strcmp(at, "Z") == 0 ? timegm(&utc) : -1;
    if (second < 0)
        return -EINVAL;
    d.whole = (uint64_t)second;
    return scale_whole(&d, NS_PER_S, unix_ns);
}

int units_parse_moment(const char *text, uint64_t *unix_ns)
{
    struct decimal d;
    const char *suffix = scan(text, &d);
    if (!suffix)
        return -EINVAL;
    return *suffix ? parse_utc(text, unix_ns) : scale_whole(&d, NS_PER_S, unix_ns);
}

// Three significant digits of a number below 999.5.
static int decimals_for(double value)
{
    return value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
}

char *units_duration(uint64_t ns, char dst[UNITS_TEXT])
{
    static const struct unit steps[] = {{"µs", NS_PER_US}, {"ms", NS_PER_MS}, {"s", NS_PER_S}};
    const uint64_t minute = 60 * NS_PER_S;
    if (ns < NS_PER_US) {
        snprintf(dst, UNITS_TEXT, "%" PRIu64 "ns", ns);
        return dst;
    }
    if (ns % minute == 0) {
        bool hours = ns % (60 * minute) == 0;
        snprintf(dst, UNITS_TEXT, "%" PRIu64 "%s", ns / minute / (hours ? 60 : 1), hours ? "h" : "m");
        return dst;
    }
    size_t i = 0;
    while (i < 2 && (double)ns / (double)steps[i].scale >= 999.5)
        i++;
    double value = (double)ns / (double)steps[i].scale;
    snprintf(dst, UNITS_TEXT, "%.*f%s", decimals_for(value), value, steps[i].suffix);
    return dst;
}

char *units_bytes(double bytes, char dst[UNITS_TEXT])
{
    static const char *const names[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    size_t i = 0;
    while (i + 1 < sizeof names / sizeof *names && bytes >= 999.5) {
        bytes /= 1000;
        i++;
    }
    snprintf(dst, UNITS_TEXT, "%.*f %s", i ? decimals_for(bytes) : 0, bytes, names[i]);
    return dst;
}

char *units_left(double seconds, char dst[UNITS_TEXT])
{
    unsigned s = seconds > 0 && seconds < 1e8 ? (unsigned)(seconds + 0.999) : 0;
    if (s >= 3600)
        snprintf(dst, UNITS_TEXT, "%uh%02um", s / 3600, s / 60 % 60);
    else if (s >= 60)
        snprintf(dst, UNITS_TEXT, "%um%02us", s / 60, s % 60);
    else
        snprintf(dst, UNITS_TEXT, "%us", s);
    return dst;
}

char *units_count(uint64_t n, char dst[UNITS_TEXT])
{
    char digits[UNITS_TEXT];
    int len = snprintf(digits, sizeof digits, "%" PRIu64, n);
    char *at = dst;
    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            *at++ = ',';
        *at++ = digits[i];
    }
    *at = 0;
    return dst;
}

char *units_moment(int64_t unix_ms, char dst[UNITS_TEXT])
{
    time_t second = (time_t)(unix_ms / 1000);
    struct tm utc;
    char day[UNITS_TEXT - 5];
    dst[0] = 0;
    if (gmtime_r(&second, &utc) && strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &utc) > 0)
        snprintf(dst, UNITS_TEXT, "%s.%03uZ", day, (unsigned)(unix_ms % 1000) % 1000);
    return dst;
}

// Four significant digits, and from 1000 on all of the whole ones: no exponent but for what is tiny.
char *units_figure(double x, char dst[UNITS_TEXT])
{
    snprintf(dst, UNITS_TEXT, x < 999.95 ? "%.4g" : "%.0f", x);
    return dst;
}

// Three significant digits, and likewise.
char *units_seconds(double x, char dst[UNITS_TEXT])
{
    snprintf(dst, UNITS_TEXT, x < 999.5 ? "%.3g" : "%.0f", x);
    return dst;
}

// Four significant digits, and from 1000 on all of the whole ones, with thousands set apart.
char *units_rate(double x, char dst[UNITS_TEXT])
{
    if (x >= 999.95)
        return units_count((uint64_t)(x < UNITS_MOST ? x + 0.5 : UNITS_MOST), dst);
    snprintf(dst, UNITS_TEXT, x > 0 && x < 1e-4 ? "%.9f" : "%.4g", x);
    return dst;
}

// Three significant digits, and likewise, with thousands set apart.
char *units_digits(double x, char dst[UNITS_TEXT])
{
    if (x >= 999.5)
        return units_count((uint64_t)(x < UNITS_MOST ? x + 0.5 : UNITS_MOST), dst);
    snprintf(dst, UNITS_TEXT, x > 0 && x < 0.001 ? "<0.001" : "%.3g", x);
    return dst;
}
