// SPDX-License-Identifier: MIT
#include "stats/precision.h"

// Chosen by simulation, tests/unit/stats/test_precision.c.
#define LOOKS 3
#define WORTH_MIN 30 // independent samples above the quantile
#define ROWS_MIN 20
#define GAP_NS UINT64_C(1000000000)
#define GAP_SHARE 20 // of the run: a twentieth

bool precision_due(const struct precision *p, uint64_t lasted_ns)
{
    return lasted_ns >= p->next_ns;
}

bool precision_look(struct precision *p, const struct quantile *x, uint64_t lasted_ns)
{
    uint64_t gap_ns = lasted_ns / GAP_SHARE;
    p->next_ns = lasted_ns + (gap_ns > GAP_NS ? gap_ns : GAP_NS);
    bool sound = x->has_interval && quantile_sound(x) && x->rows >= ROWS_MIN && x->worth >= WORTH_MIN;
    p->in_a_row = sound && quantile_error(x) <= p->error ? p->in_a_row + 1 : 0;
    return p->in_a_row >= LOOKS;
}
