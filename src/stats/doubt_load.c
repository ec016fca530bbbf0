// SPDX-License-Identifier: MIT
#include "stats/doubt_load.h"

#include "base/units.h"

#include <math.h>
#include <stdio.h>

#define ENOUGH_HITS 90 // percent

bool doubt_load_hits(const struct summary *s, char *text, size_t cap)
{
    uint64_t reads = s->counts.hits + s->counts.misses;
    double percent = summary_hit_ratio(s) * 100;
    bool fewer = s->validity.checks[VALID_HITS].state == VALIDITY_FAIL;
    if (!s->reads || reads == 0 || (percent >= ENOUGH_HITS && !fewer))
        return false;
    snprintf(text, cap, "only %.1f%% of %s reads were hits, and a miss costs less than a hit: %s",
             floor(percent * 10) / 10, UNITS_COUNT(reads),
             s->cure[0] ? s->cure : "write what it reads before measuring");
    return true;
}

// What the check found, where it failed.
static const char *found(const struct summary *s, enum validity_check check)
{
    const struct validity_result *r = &s->validity.checks[check];
    return s->validity.known && r->state == VALIDITY_FAIL ? r->reason : NULL;
}

bool doubt_load_commands(const struct summary *s, char *text, size_t cap)
{
    const char *why = found(s, VALID_COMMANDS);
    if (why)
        snprintf(text, cap,
                 "the server did not count the commands that were sent (%s): something between drops or "
                 "repeats them, or the server miscounts",
                 why);
    return why;
}

bool doubt_load_keys(const struct summary *s, char *text, size_t cap)
{
    const char *why = found(s, VALID_KEYS);
    if (why)
        snprintf(text, cap, "keys do not follow %s (%s): this is a bug in hkv-bench, please report it",
                 s->load.key_dist[0] ? s->load.key_dist : "their law", why);
    return why;
}

bool doubt_load_sizes(const struct summary *s, char *text, size_t cap)
{
    const char *why = found(s, VALID_SIZES);
    if (why)
        snprintf(text, cap,
                 "value sizes do not follow --value-size (%s): this is a bug in hkv-bench, please report it",
                 why);
    return why;
}
