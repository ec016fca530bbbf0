// SPDX-License-Identifier: MIT
#include "run/starve.h"

#include <string.h>

void starve_reset(struct starve *s)
{
    s->first = s->n = 0;
}

static uint64_t sum_of(const struct starve *s)
{
    return s->n > s->first ? s->marks[s->n - 1].sum_ns : 0;
}

// Room for two marks: those that nobody asks for any more go, and then, unless that was half of all, every
// second one but the last.
static void make_room(struct starve *s)
{
    if (s->n + 2 <= STARVE_MARKS)
        return;
    s->n -= s->first;
    memmove(s->marks, s->marks + s->first, s->n * sizeof *s->marks);
    s->first = 0;
    if (s->n <= STARVE_MARKS / 2)
        return;
    unsigned kept = 0;
    for (unsigned i = 0; i < s->n; i++)
        if (i % 2 == 0 || i == s->n - 1)
            s->marks[kept++] = s->marks[i];
    s->n = kept;
}

void starve_add(struct starve *s, uint64_t from_ns, uint64_t to_ns)
{
    uint64_t sum_ns = sum_of(s);
    if (to_ns <= from_ns)
        return;
    make_room(s);
    if (s->n == s->first || s->marks[s->n - 1].at_ns < from_ns)
        s->marks[s->n++] = (struct starve_mark){from_ns, sum_ns};
    s->marks[s->n++] = (struct starve_mark){to_ns, sum_ns + to_ns - from_ns};
}

static uint64_t sum_at(const struct starve_mark *m, uint64_t at_ns)
{
    double share = (double)(at_ns - m[0].at_ns) / (double)(m[1].at_ns - m[0].at_ns);
    return m[0].sum_ns + (uint64_t)(share * (double)(m[1].sum_ns - m[0].sum_ns));
}

uint64_t starve_since(struct starve *s, uint64_t since_ns)
{
    if (s->n == s->first || s->marks[s->n - 1].at_ns <= since_ns)
        return 0;
    while (s->marks[s->first + 1].at_ns <= since_ns)
        s->first++;
    const struct starve_mark *m = &s->marks[s->first];
    return sum_of(s) - (since_ns <= m->at_ns ? m->sum_ns : sum_at(m, since_ns));
}
