// SPDX-License-Identifier: MIT
#include "stats/progress.h"

const char *const progress_phases[] = {[PHASE_DIAL] = "connecting",
                                       [PHASE_FILL] = "prefill",
                                       [PHASE_WARMUP] = "warm-up",
                                       [PHASE_MEASURE] = "measuring",
                                       [PHASE_CLEAN] = "cleanup"};

double progress_done(const struct progress *p)
{
    if (p->requests)
        return (double)p->answered / (double)p->requests;
    if (p->lasting_ns)
        return (double)p->elapsed_ns / (double)p->lasting_ns;
    return -1;
}
