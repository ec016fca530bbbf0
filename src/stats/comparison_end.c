// SPDX-License-Identifier: MIT
#include "stats/comparison_end.h"

#include "base/units.h"
#include "judge/sequential.h"

#include <stdio.h>

static struct contrast primary_of(const struct comparison *c, unsigned target)
{
    struct contrast all[COMPARISON_METRICS];
    comparison_judge(c, target, all);
    return all[c->primary];
}

static bool held_back(const struct comparison *c)
{
    for (unsigned t = 1; t < c->targets; t++)
        if (primary_of(c, t).muddled)
            return true;
    return false;
}

bool comparison_end_stands(const struct comparison *c)
{
    for (unsigned t = 1; t < c->targets; t++)
        if (!primary_of(c, t).stands)
            return false;
    return true;
}

unsigned comparison_end_blocks_more(const struct comparison *c)
{
    unsigned most = 0;
    for (unsigned t = 1; t < c->targets; t++) {
        struct contrast x = primary_of(c, t);
        if (x.stands)
            continue;
        if (x.blocks_more == 0)
            return 0;
        most = x.blocks_more > most ? x.blocks_more : most;
    }
    return most;
}

double comparison_end_error_spent(const struct comparison *c)
{
    return comparison_looks(c) ? sequential_spent(c->targets - 1, c->n) : 0;
}

unsigned comparison_end_looks_taken(const struct comparison *c)
{
    unsigned first = sequential_first(c->targets - 1);
    return comparison_looks(c) && c->n >= first ? c->n - first + 1 : 0;
}

const char *comparison_end_name(enum comparison_end end)
{
    static const char *const names[] = {[COMPARISON_BROKEN] = "broken",
                                        [COMPARISON_COMPLETE] = "complete",
                                        [COMPARISON_VERDICT] = "verdict",
                                        [COMPARISON_BUDGET] = "budget",
                                        [COMPARISON_LAST] = "last"};
    return names[end];
}

char *comparison_end_text(const struct comparison *c, char dst[COMPARISON_END_TEXT])
{
    unsigned more = c->end == COMPARISON_BUDGET ? comparison_end_blocks_more(c) : 0;
    dst[0] = 0;
    if (c->end == COMPARISON_VERDICT && held_back(c))
        snprintf(dst, COMPARISON_END_TEXT, "ended after %s s: more blocks would not help",
                 UNITS_SECONDS(c->spent_s));
    else if (c->end == COMPARISON_VERDICT)
        snprintf(dst, COMPARISON_END_TEXT, "ended after %s s: the verdict is settled",
                 UNITS_SECONDS(c->spent_s));
    else if (c->end == COMPARISON_LAST)
        snprintf(dst, COMPARISON_END_TEXT,
                 "ended after the maximum of %u blocks: inconclusive; try longer slots (--slot)", c->n);
    else if (more)
        snprintf(dst, COMPARISON_END_TEXT,
                 "--budget ran out after %s s: inconclusive; about %u more block%s needed (%s s)",
                 UNITS_SECONDS(c->spent_s), more, more > 1 ? "s" : "", UNITS_SECONDS(more * c->block_s));
    else if (c->end == COMPARISON_BUDGET)
        snprintf(dst, COMPARISON_END_TEXT,
                 "--budget ran out after %s s: inconclusive, and more blocks of this length are unlikely "
                 "to help",
                 UNITS_SECONDS(c->spent_s));
    return dst;
}
