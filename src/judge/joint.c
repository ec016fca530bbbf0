// SPDX-License-Identifier: MIT
#include "judge/joint.h"

// A load that the client spoilt is asked again, before it is another's turn.
static bool waits(const struct saturation *s)
{
    return s->end == SATURATION_GOES_ON && s->spoilt > 0;
}

static unsigned widest(const struct joint *j)
{
    unsigned at = JOINT_NONE;
    double most = -1;
    for (unsigned i = 0; i < j->n; i++) {
        double pass = saturation_result(j->search[i]).pass;
        if (j->search[i]->end != SATURATION_GOES_ON || pass <= most)
            continue;
        most = pass;
        at = i;
    }
    return at;
}

unsigned joint_next(struct joint *j, double *rate)
{
    do {
        if (!waits(j->search[j->asking]))
            j->asking = widest(j);
    } while (j->asking != JOINT_NONE && !saturation_next(j->search[j->asking], rate));
    return j->asking;
}

void joint_answer(struct joint *j, const struct saturation_reply *replies)
{
    const struct saturation *asking = j->search[j->asking];
    double load = asking->asked;
    enum saturation_phase phase = asking->phase;
    saturation_answer(j->search[j->asking], &replies[j->asking]);
    for (unsigned i = 0; i < j->n; i++)
        if (i != j->asking)
            saturation_overhear(j->search[i], load, phase, &replies[i]);
}
