// SPDX-License-Identifier: MIT
#include "run/meter.h"

#include "base/clock.h"

#include <string.h>

#define SPAN_NS NS_PER_S           // of the current rate
#define APART_NS (100 * NS_PER_MS) // samples closer together than this would soon be all there are

static void keep(struct meter *m, struct meter_sample s)
{
    if (m->n > 1 && s.at_ns - m->samples[m->n - 1].at_ns < APART_NS)
        return;
    if (m->n == METER_SAMPLES)
        memmove(m->samples, m->samples + 1, --m->n * sizeof *m->samples);
    m->samples[m->n++] = s;
}

static double rate(struct meter_sample from, struct meter_sample to)
{
    return to.at_ns > from.at_ns
               ? (double)(to.count - from.count) * (double)NS_PER_S / (double)(to.at_ns - from.at_ns)
               : 0;
}

// The youngest sample that is a second old, or the oldest one.
static struct meter_sample second_ago(const struct meter *m, uint64_t at_ns)
{
    unsigned i = m->n - 1;
    while (i > 0 && at_ns - m->samples[i].at_ns < SPAN_NS)
        i--;
    return m->samples[i];
}

void meter_add(struct meter *m, uint64_t start_ns, uint64_t at_ns, uint64_t count)
{
    if (start_ns != m->start_ns)
        *m = (struct meter){.start_ns = start_ns, .n = 1, .samples = {{start_ns, 0}}};
    struct meter_sample s = {at_ns, count}, last = m->samples[m->n - 1];
    if (at_ns <= last.at_ns || count < last.count)
        return;
    m->mean = rate((struct meter_sample){start_ns, 0}, s);
    m->now = rate(second_ago(m, at_ns), s);
    keep(m, s);
}
