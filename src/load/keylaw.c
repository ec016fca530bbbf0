// SPDX-License-Identifier: MIT
#include "load/keylaw.h"

#include "base/slice.h"
#include "base/units.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define NUMBERS 2 // of a law at most

struct kind {
    const char *name;
    int most, least;     // numbers
    bool shares[2];      // which of them are, or may be, a share of 100 %
    double lo[2], hi[2]; // of numbers, and of shares in %
    double initial[2];
    const char *example;
};

// clang-format off
static const struct kind kinds[] = {
    [KEYLAW_UNIFORM] =      {.name = "uniform", .example = "uniform"},
    [KEYLAW_ZIPF] =         {.name = "zipf", .most = 1, .lo = {1e-6}, .hi = {100}, .initial = {0.99},
                             .example = "zipf:0.99, with an exponent from 0.000001 to 100"},
    [KEYLAW_HOTSET] =       {.name = "hotset", .most = 2, .least = 2, .shares = {true, true}, .hi = {100, 100},
                             .example = "hotset:10%:90%, the hot share of keys and that of requests"},
    [KEYLAW_GAUSS] =        {.name = "gauss", .most = 2, .shares = {true, true}, .hi = {1e12, 1e12},
                             .initial = {50, 50. / 3}, .example = "gauss:50%:10% or gauss:5000:1000, mean and standard deviation"},
    [KEYLAW_LATEST] =       {.name = "latest", .most = 1, .lo = {1e-6}, .hi = {100}, .initial = {0.99},
                             .example = "latest:0.99, with an exponent from 0.000001 to 100"},
    [KEYLAW_EXP] =          {.name = "exp", .most = 1, .shares = {true}, .hi = {1e12}, .initial = {10},
                             .example = "exp:10% or exp:1000, the mean"},
    [KEYLAW_SEQ] =          {.name = "seq", .example = "seq"},
    [KEYLAW_SEQ_PARALLEL] = {.name = "seq-parallel", .example = "seq-parallel"},
};
// clang-format on

#define KINDS (sizeof kinds / sizeof *kinds)

static const struct kind *find(const char *text, size_t len)
{
    for (size_t i = 0; i < KINDS; i++)
        if (strlen(kinds[i].name) == len && memcmp(kinds[i].name, text, len) == 0)
            return &kinds[i];
    return NULL;
}

// A number, and whether a % stands behind it. Answers what comes then, or NULL.
static const char *number(const char *at, double *out, bool *share)
{
    const char *end = units_decimal(at, out);
    if (!end)
        return NULL;
    *share = *end == '%';
    end += *share;
    return *end && *end != ':' ? NULL : end;
}

// A share where it must be one, and in its bounds.
static bool fits(const struct kind *k, int i, double value, bool share)
{
    bool must = k->least > 0; // only hotset
    if (share ? !k->shares[i] : must)
        return false;
    return value >= k->lo[i] && value > 0 && value <= (share ? 100 : k->hi[i]);
}

static bool numbers(const struct kind *k, const char *at, struct keylaw *law)
{
    double *values[NUMBERS] = {&law->a, &law->b};
    bool *shares[NUMBERS] = {&law->a_share, &law->b_share};
    int n = 0;
    for (; *at == ':' && n < k->most && n < NUMBERS; n++) {
        at = number(at + 1, values[n], shares[n]);
        if (!at || !fits(k, n, *values[n], *shares[n]))
            return false;
    }
    if (*at || n < k->least)
        return false;
    for (; n < k->most && n < NUMBERS; n++) {
        *values[n] = k->initial[n];
        *shares[n] = k->shares[n];
    }
    return true;
}

static void write_text(const struct kind *k, struct keylaw *law)
{
    int n = snprintf(law->text, sizeof law->text, "%s", k->name);
    if (k->most > 0)
        n +=
            snprintf(law->text + n, sizeof law->text - (size_t)n, ":%.6g%s", law->a, law->a_share ? "%" : "");
    if (k->most > 1)
        snprintf(law->text + n, sizeof law->text - (size_t)n, ":%.6g%s", law->b, law->b_share ? "%" : "");
}

int keylaw_parse(const char *text, struct keylaw *out, struct err *err)
{
    char quoted[64];
    size_t len = strcspn(text, ":");
    const struct kind *k = find(text, len);
    *out = (struct keylaw){0};
    slice_quote(slice_of(text), quoted, sizeof quoted);
    if (!k)
        return err_set(err, ERR_USAGE,
                       "--key-dist: expected uniform, zipf, hotset, gauss, latest, exp, seq or seq-parallel, "
                       "got '%s'",
                       quoted);
    out->kind = (enum keylaw_kind)(k - kinds);
    if (!numbers(k, text + len, out))
        return err_set(err, ERR_USAGE, "--key-dist: expected %s, got '%s'", k->example, quoted);
    write_text(k, out);
    return 0;
}

int keylaw_check(const struct keylaw *law, uint64_t keys, struct err *err)
{
    double n = (double)keys, mean = keylaw_keys(law->a, law->a_share, keys);
    if (law->kind == KEYLAW_GAUSS && mean > n)
        return err_set(err, ERR_USAGE, "--key-dist: expected a mean within the %.0f keys of -r, got '%s'", n,
                       law->text);
    if (law->kind == KEYLAW_GAUSS && keylaw_keys(law->b, law->b_share, keys) > n)
        return err_set(err, ERR_USAGE,
                       "--key-dist: expected a standard deviation of at most the %.0f keys of -r, got '%s'",
                       n, law->text);
    return 0;
}
