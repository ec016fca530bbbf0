// SPDX-License-Identifier: MIT
#include "judge/knee.h"

#include "judge/sample.h"

#include <errno.h>

static bool sound(const struct knee_point *p)
{
    return sample_sound((const double[]){p->offered, p->achieved, p->p99_ns}, 3) && p->offered > 0 &&
           p->achieved >= 0 && p->p99_ns > 0;
}

static bool counts(const struct knee_point *p)
{
    return p->achieved >= KNEE_ACHIEVED * p->offered;
}

// Index of the point that counts with the lowest rate, or with the highest among those up to most_ns; -1:
// none.
static int outermost(const struct knee_point *points, unsigned n, bool highest, double most_ns)
{
    int found = -1;
    for (unsigned i = 0; i < n; i++) {
        if (!counts(&points[i]) || points[i].p99_ns > most_ns)
            continue;
        double lead = found < 0 ? 1 : points[i].offered - points[found].offered;
        if (found < 0 || (highest ? lead > 0 : lead < 0))
            found = (int)i;
    }
    return found;
}

int knee_find(const struct knee_point *points, unsigned n, struct knee *knee)
{
    for (unsigned i = 0; i < n; i++) {
        if (!sound(&points[i]))
            return -EINVAL;
    }
    int lowest = outermost(points, n, false, SAMPLE_HUGE);
    if (lowest < 0)
        return -ENODATA;
    double most_ns = KNEE_FACTOR * points[lowest].p99_ns;
    struct knee k = {.at = (unsigned)outermost(points, n, true, most_ns), .open = true};
    for (unsigned i = 0; i < n; i++) {
        k.open = k.open && points[i].offered <= points[k.at].offered;
        k.ragged = k.ragged || (points[i].offered < points[k.at].offered &&
                                (!counts(&points[i]) || points[i].p99_ns > most_ns));
    }
    *knee = k;
    return 0;
}
