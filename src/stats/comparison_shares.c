// SPDX-License-Identifier: MIT
#include "stats/comparison_shares.h"

#include "base/units.h"

#include <string.h>

static int metric_of(struct slice name)
{
    for (int m = 0; m < COMPARISON_METRICS; m++)
        if (slice_is(name, comparison_metrics[m].text))
            return m;
    return -1;
}

int comparison_shares_parse(const char *option, const char *words, double shares[COMPARISON_METRICS],
                            struct err *err)
{
    for (const char *at = words; at && *at;) {
        size_t len = strcspn(at, ",");
        size_t name = strcspn(at, "=,");
        double percent = -1;
        const char *end = at[name] == '=' ? units_decimal(at + name + 1, &percent) : NULL;
        int m = metric_of((struct slice){at, name});
        if (m < 0 || !end || percent >= 100 || end + (*end == '%') != at + len)
            return err_set(err, ERR_USAGE,
                           "%s: expected percentages for throughput, p50, p99, p99.9 or capacity such as "
                           "throughput=1%%,p99=5%%, got '%.60s'",
                           option, words);
        shares[m] = percent / 100;
        at += len + (at[len] == ',');
    }
    return 0;
}
