// SPDX-License-Identifier: MIT
#include "judge/late_share.h"

#include "judge/drift.h"
#include "judge/sample.h"
#include "judge/student.h"

#include <errno.h>
#include <math.h>

#define CHANCE 0.01
#define TAIL 0.025 // where no row differs, because nothing was late or everything

static bool sound(const struct late_share_row *r)
{
    const double v[] = {r->all, r->late, r->backlog};
    return sample_sound(v, 3) && r->all >= 0 && r->late >= 0 && r->backlog >= 0;
}

int late_share_of(const struct late_share_row *rows, unsigned n, struct late_share *out)
{
    double all = 0, late = 0, squares = 0;
    *out = (struct late_share){.high = 1};
    for (unsigned i = 0; i < n; i++) {
        if (n > LATE_SHARE_ROWS_MAX || !sound(&rows[i]))
            return -EINVAL;
        all += rows[i].all;
        late += rows[i].late;
    }
    out->share = all > 0 ? fmin(1, late / all) : 0;
    if (n < LATE_SHARE_ROWS_MIN || all <= 0)
        return 0;
    for (unsigned i = 0; i < n; i++) {
        double residual = rows[i].late - out->share * rows[i].all;
        squares += residual * residual;
    }
    out->variance = n / (n - 1.0) * squares;
    double se = sqrt(out->variance) / all;
    double half = student_quantile(0.975, n - 1) * se;
    out->low = fmax(0, out->share - half);
    out->high = fmin(1, out->share + half);
    if (late <= 0)
        out->high = 1 - pow(TAIL, 1 / all);
    if (late >= all)
        out->low = pow(TAIL, 1 / all);
    return 0;
}

bool late_share_grows(const struct late_share_row *rows, unsigned n, double due_per_row)
{
    double backlog[LATE_SHARE_ROWS_MAX];
    struct drift t;
    if (n < LATE_SHARE_ROWS_MIN || n > LATE_SHARE_ROWS_MAX)
        return false;
    for (unsigned i = 0; i < n; i++)
        backlog[i] = rows[i].backlog;
    return drift_of(backlog, n, &t) == 0 && t.p < CHANCE && t.slope > LATE_SHARE_GROWTH * due_per_row;
}
