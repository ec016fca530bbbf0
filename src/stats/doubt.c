// SPDX-License-Identifier: MIT
#include "stats/doubt.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define N "%" PRIu64
#define ENOUGH_HITS 90      // percent
#define ENOUGH_SAMPLES 1000 // p99.9 rests on one of them

// How to fill what a command reads.
static const struct cure {
    const char *command, *text;
} cures[] = {
    {"GET", "write them first with -t set,get, or every key with --prefill"},
    {"MGET", "write them first with -t set,mget, or every key with --prefill"},
    {"LPOP", "fill the list first with as many pushes, -t lpush,lpop"},
    {"RPOP", "fill the list first with as many pushes, -t rpush,rpop"},
    {"SPOP", "fill the set first with -t sadd,spop, over a keyspace (-r) much larger than -n"},
    {"ZPOPMIN", "fill the sorted set first with -t zadd,zpopmin, over a keyspace (-r) much larger than -n"},
    {"LRANGE", "fill the list first with -t lpush, or let -t lrange do it"},
};

static bool starts_with_command(const char *title, const char *command)
{
    size_t n = strlen(command);
    return strncasecmp(title, command, n) == 0 && !isalpha((unsigned char)title[n]);
}

static const char *cure_of(const char *title)
{
    for (size_t i = 0; i < sizeof cures / sizeof *cures; i++)
        if (starts_with_command(title, cures[i].command))
            return cures[i].text;
    return "write what it reads before measuring";
}

#define SAY(d, ...) snprintf((d)->text, sizeof(d)->text, __VA_ARGS__)

static bool low_hit_ratio(const struct summary *s, struct doubt *d)
{
    uint64_t reads = s->hits + s->misses;
    double percent = summary_hit_ratio(s) * 100;
    if (!s->reads || reads == 0 || percent >= ENOUGH_HITS)
        return false;
    SAY(d, "only %.1f %% of " N " reads found something, and a miss is cheaper than a hit: %s",
        floor(percent * 10) / 10, reads, cure_of(s->title));
    return true;
}

static bool errors(const struct summary *s, struct doubt *d)
{
    if (s->errors == 0)
        return false;
    SAY(d,
        N " of " N " answers were errors, cheaper than the work they refused: mend their cause (\"%.80s\")",
        s->errors, summary_answered(s), s->tally.kinds[0].first);
    return true;
}

static bool lost_connections(const struct summary *s, struct doubt *d)
{
    if (s->lost == 0)
        return false;
    SAY(d, "connections lost: " N "; what they waited for is in no number: see the server's log", s->lost);
    return true;
}

static bool one_key(const struct summary *s, struct doubt *d)
{
    if (s->keyless || s->keyspace > 0)
        return false;
    SAY(d, "every request named the same key, which stays in the server's caches: -r 100000 spreads them");
    return true;
}

static bool few_samples(const struct summary *s, struct doubt *d)
{
    if (s->ok == 0 || s->ok >= ENOUGH_SAMPLES)
        return false;
    SAY(d, "p99.9 rests on fewer than one of " N " answers: ask for 10000 or more (-n, --duration)", s->ok);
    return true;
}

static bool overflow(const struct summary *s, struct doubt *d)
{
    uint64_t n = s->latency ? hist_overflow(s->latency) : 0;
    if (n == 0)
        return false;
    SAY(d, "latencies above an hour: " N ", too long to be told apart: see whether a machine stood still", n);
    return true;
}

static const struct {
    const char *name;
    bool (*holds)(const struct summary *s, struct doubt *d);
} rules[] = {
    {"errors", errors},   {"lost-connections", lost_connections}, {"low-hit-ratio", low_hit_ratio},
    {"one-key", one_key}, {"few-samples", few_samples},           {"overflow", overflow},
};
_Static_assert(sizeof rules / sizeof *rules <= DOUBTS_MAX, "every rule needs room in the list");

int doubts_of(const struct summary *s, struct doubt list[DOUBTS_MAX])
{
    int n = 0;
    if (s->ending == ENDING_SKIPPED)
        return 0;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        list[n].name = rules[i].name;
        if (rules[i].holds(s, &list[n]))
            n++;
    }
    return n;
}
