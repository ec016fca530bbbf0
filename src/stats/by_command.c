// SPDX-License-Identifier: MIT
#include "stats/by_command.h"

#include <stdlib.h>
#include <string.h>

void by_command_take(struct by_command *b, const struct summary *s)
{
    *b = (struct by_command){.at = calloc(s->nkinds + 1, sizeof *b->at)};
    for (; b->at && b->n < s->nkinds; b->n++) {
        const struct summary *k = &s->kinds[b->n];
        b->at[b->n] = (struct command_figures){.rps = summary_rps(k),
                                               .answered = summary_answered(k),
                                               .errors = k->counts.errors,
                                               .p50_ns = k->quantiles[QUANTILE_P50].ns,
                                               .p99_ns = k->quantiles[QUANTILE_P99].ns,
                                               .p999_ns = k->quantiles[QUANTILE_P999].ns};
        memcpy(b->at[b->n].test, k->test, sizeof k->test);
    }
}

uint64_t by_command_least(const struct by_command *b)
{
    uint64_t least_ns = 0;
    for (unsigned i = 0; i < b->n; i++)
        if (b->at[i].p50_ns && (b->at[i].p50_ns < least_ns || !least_ns))
            least_ns = b->at[i].p50_ns;
    return least_ns;
}

void by_command_free(struct by_command *b)
{
    free(b->at);
    *b = (struct by_command){0};
}
