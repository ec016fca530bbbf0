// SPDX-License-Identifier: MIT
// Numbers as people write them: one of three answers, and what is taken is
// taken again when it is written as a plain number.
#include "base/units.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        __builtin_trap();
}

static void check(int rc, uint64_t v, int (*parse)(const char *, uint64_t *))
{
    char plain[32];
    uint64_t again;
    require(rc == 0 || rc == -EINVAL || rc == -ERANGE);
    if (rc != 0)
        return;
    snprintf(plain, sizeof plain, "%" PRIu64, v);
    require(parse(plain, &again) == 0 && again == v);
}

static int nanoseconds(const char *text, uint64_t *out)
{
    return units_parse_duration(text, 1, out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1), shown[UNITS_TEXT];
    uint64_t v = 0;
    double rate = 0;
    memcpy(text, data, size);
    text[size] = 0;
    check(units_parse_count(text, &v), v, units_parse_count);
    check(units_parse_bytes(text, &v), v, units_parse_bytes);
    check(nanoseconds(text, &v), v, nanoseconds);
    if (units_parse_rate(text, &rate) == 0)
        require(isfinite(rate) && rate >= 0);
    require(strlen(units_duration(v, shown)) < UNITS_TEXT);
    require(strlen(units_bytes((double)v, shown)) < UNITS_TEXT);
    require(strlen(units_count(v, shown)) < UNITS_TEXT);
    free(text);
    return 0;
}
