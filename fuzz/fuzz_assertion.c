// SPDX-License-Identifier: MIT
// Demands as people write them: taken or refused with a sentence, and what is taken judges a value as its
// operator says, and never passes on what nobody knows.
#include "stats/assertion.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        __builtin_trap();
}

static void check(const struct assertion *a, double value)
{
    bool below = value<a->limit, at = value == a->limit, above = value> a->limit;
    bool expected[] = {[ASSERT_LT] = below,       [ASSERT_LE] = below || at, [ASSERT_GT] = above,
                       [ASSERT_GE] = above || at, [ASSERT_EQ] = at,          [ASSERT_NE] = !at};
    bool exact = assertion_holds(a, (struct figure){true, value, false});
    bool bound = assertion_holds(a, (struct figure){true, value, true});
    require(exact == expected[a->op]);
    require(!bound || exact); // a lower bound proves less
    require(!assertion_holds(a, (struct figure){0}));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct assertion a;
    struct err err = {0};
    char *text = malloc(size + 1), shown[UNITS_TEXT];
    memcpy(text, data, size);
    text[size] = 0;
    if (assertion_parse(text, &a, &err) < 0) {
        require(err.code == ERR_USAGE && err.text[0] && strlen(err.text) < sizeof err.text - 1);
    } else {
        require(isfinite(a.limit) && a.limit >= 0);
        require(a.path.test.at == NULL || (a.path.test.at >= text && a.path.test.at <= text + size));
        check(&a, a.limit);
        check(&a, a.limit / 2);
        check(&a, 2 * a.limit + 1);
        require(strlen(metric_text(a.path.metric, a.limit, shown)) < UNITS_TEXT);
    }
    free(text);
    return 0;
}
