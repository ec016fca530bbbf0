// SPDX-License-Identifier: MIT
#include "stats/selfcheck.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#define N "%" PRIu64
#define LITTLE_MAX 0.05
#define LITTLE_FEW 100 // answers: fewer say nothing

static bool fails(struct selfcheck *out, bool wrong)
{
    if (wrong)
        out->consistent = false;
    return wrong;
}

static bool counts_fail(const struct summary *s, struct selfcheck *out)
{
    if (!fails(out, counts_due(&s->counts) != counts_answered(&s->counts) + counts_unanswered(&s->counts)))
        return false;
    snprintf(out->text, sizeof out->text,
             N " requests were due, and " N " ok, " N " errors, " N " unfinished", counts_due(&s->counts),
             s->counts.ok, s->counts.errors, counts_unanswered(&s->counts));
    return true;
}

static bool hist_fails(const struct summary *s, struct selfcheck *out)
{
    if (!fails(out, s->latency && hist_count(s->latency) != s->counts.ok))
        return false;
    snprintf(out->text, sizeof out->text, N " ok answers, and " N " latencies", s->counts.ok,
             hist_count(s->latency));
    return true;
}

static bool rows_fail(const struct summary *s, struct selfcheck *out)
{
    if (s->series.n == 0)
        return false;
    struct series_row sum = series_group(&s->series, 0, s->series.n);
    if (!fails(out, sum.due != counts_due(&s->counts) || sum.sent != s->counts.sent ||
                        sum.ok != s->counts.ok || sum.errors != s->counts.errors))
        return false;
    snprintf(out->text, sizeof out->text,
             "the rows of the series sum up to " N " due, " N " sent, " N " ok, " N
             " errors, and the run had " N ", " N ", " N ", " N,
             sum.due, sum.sent, sum.ok, sum.errors, counts_due(&s->counts), s->counts.sent, s->counts.ok,
             s->counts.errors);
    return true;
}

static void hold_little(const struct summary *s, struct selfcheck *out)
{
    const struct hist *service = s->service ? s->service : s->latency;
    out->little_known = service && counts_unanswered(&s->counts) == 0 && s->lost == 0 &&
                        counts_answered(&s->counts) >= LITTLE_FEW && hist_overflow(service) == 0 &&
                        s->outstanding_ns > 0;
    if (!out->little_known)
        return;
    double latencies_ns = hist_mean(service) * (double)hist_count(service) + (double)s->counts.errors_ns;
    out->little_error = (s->outstanding_ns - latencies_ns) / s->outstanding_ns;
    if (fails(out, fabs(out->little_error) > LITTLE_MAX))
        snprintf(out->text, sizeof out->text,
                 "Little's law is off by %.1f%%: requests in flight do not match their latencies",
                 100 * out->little_error);
}

void selfcheck_of(const struct summary *s, struct selfcheck *out)
{
    *out = (struct selfcheck){.consistent = true};
    if (!counts_fail(s, out) && !hist_fails(s, out) && !rows_fail(s, out))
        hold_little(s, out);
}
