// SPDX-License-Identifier: MIT
#include "stats/selftest.h"

#include "base/err.h"
#include "base/units.h"
#include "judge/student.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define DELAY_SLACK_NS 1e5 // 10 % of what is planted
#define TIMER_SLACK_NS 4e5 // the most that is put down to a late timer
#define CHANCE 4           // standard deviations that a share may lie off
#define FINEST 0.001       // to which a histogram of three digits knows a latency

void selftest_take_delay(struct selftest *t, uint64_t p50_ns)
{
    double added_ns = (double)p50_ns - (double)t->floors[0].p50_ns;
    double slack_ns = DELAY_SLACK_NS + fmin((double)t->timer.p99_ns, TIMER_SLACK_NS);
    double off_ns = added_ns - (double)SELFTEST_DELAY_NS;
    t->delay = (struct selftest_fault){
        .tried = true, .found = off_ns >= -DELAY_SLACK_NS && off_ns <= slack_ns, .value = added_ns};
}

void selftest_take_errors(struct selftest *t, uint64_t errors, uint64_t answered)
{
    double n = (double)answered, share = answered ? (double)errors / n : 0;
    double deviation = answered ? sqrt(SELFTEST_ERRORS * (1 - SELFTEST_ERRORS) / n) : 0;
    t->errors = (struct selftest_fault){
        .tried = true,
        .found = errors > 0 && fabs(share - SELFTEST_ERRORS) <= CHANCE * deviation,
        .value = share,
    };
}

double selftest_smallest(const double *x, unsigned n)
{
    double sum = 0, squares = 0;
    if (n < 2 || n > SELFTEST_PAIRS)
        BUG("so many pairs are not judged");
    for (unsigned i = 0; i < n; i++) {
        double d = log(x[2 * i + 1]) - log(x[2 * i]);
        sum += d;
        squares += d * d;
    }
    double variance = fmax(0, squares - sum * sum / n) / (n - 1);
    double reach = student_quantile(0.975, n - 1) + student_quantile(0.8, n - 1);
    return fmax(expm1(reach * sqrt(variance / n)), FINEST);
}

bool selftest_missed(const struct selftest *t)
{
    return (t->delay.tried && !t->delay.found) || (t->errors.tried && !t->errors.found);
}

// --- in words ---

struct lines {
    struct selftest_line *at;
    unsigned n;
};

static void add(struct lines *l, bool can, const char *format, ...) __attribute__((format(printf, 3, 4)));

static void add(struct lines *l, bool can, const char *format, ...)
{
    struct selftest_line *line = &l->at[l->n++];
    va_list args;
    va_start(args, format);
    line->can = can;
    vsnprintf(line->text, sizeof line->text, format, args);
    va_end(args);
}

static void say_faults(struct lines *l, const struct selftest *t)
{
    if (t->delay.tried)
        add(l, t->delay.found, "a delay of 1 ms (an injected one was measured as %.2f ms)",
            t->delay.value * 1e-6);
    if (t->errors.tried)
        add(l, t->errors.found, "an error rate of 1%% (an injected one was measured as %s%%)",
            UNITS_DIGITS(100 * t->errors.value));
}

// Half of what is twice the client's own time is the client's own.
static void say_floors(struct lines *l, const struct selftest *t)
{
    char floor[UNITS_TEXT], own[UNITS_TEXT];
    const struct selftest_floor *f = &t->floors[0];
    if (f->own_ns)
        add(l, false, "latencies below %s at P=1 (more than half of that is this client's own %s)",
            units_duration(2 * f->own_ns, floor), units_duration(f->own_ns, own));
    else if (f->p50_ns)
        add(l, false, "latencies below %s at P=1 (the round trip to a server that does almost nothing)",
            units_duration(f->p50_ns, floor));
    for (int i = 0; i < SELFTEST_FLOORS; i++) {
        char rate[UNITS_TEXT];
        f = &t->floors[i];
        if (f->ceiling_rps > 0)
            add(l, false, "more than %s req/s at P=%u with one thread (the client's ceiling)",
                units_count((uint64_t)f->ceiling_rps, rate), f->pipeline);
    }
}

unsigned selftest_lines(const struct selftest *t, struct selftest_line out[SELFTEST_LINES])
{
    struct lines l = {.at = out};
    char late[UNITS_TEXT];
    say_faults(&l, t);
    say_floors(&l, t);
    if (t->lag.n)
        add(&l, false, "gaps between requests below %s (in the open loop 1 in 100 is sent later than that)",
            units_duration(t->lag.p99_ns, late));
    if (t->pairs)
        add(&l, false, "differences below %s%% in throughput or %s%% in p50 (with %u pairs of %s s)",
            UNITS_DIGITS(100 * t->rps_smallest), UNITS_DIGITS(100 * t->p50_smallest), t->pairs,
            UNITS_DIGITS(t->slot_s));
    return l.n;
}

// --- later ---

bool selftest_holds(const struct selftest *t, const struct host *host, const char *version,
                    const char *engine, int64_t now_unix_ms)
{
    return t->whole && t->taken_unix_ms <= now_unix_ms &&
           now_unix_ms - t->taken_unix_ms <= SELFTEST_HOLDS_MS && strcmp(t->host, host->name) == 0 &&
           strcmp(t->kernel, host->kernel) == 0 && strcmp(t->version, version) == 0 &&
           (!engine || strcmp(t->engine, engine) == 0);
}

#define AGO 32

static void say_age(int64_t ms, char dst[AGO])
{
    int64_t minutes = ms / 60000, hours = minutes / 60, days = hours / 24;
    if (days)
        snprintf(dst, AGO, "%" PRId64 " day%s ago", days, days > 1 ? "s" : "");
    else if (hours)
        snprintf(dst, AGO, "%" PRId64 " h ago", hours);
    else if (minutes)
        snprintf(dst, AGO, "%" PRId64 " min ago", minutes);
    else
        snprintf(dst, AGO, "just now");
}

char *selftest_quote(const struct selftest *t, int64_t now_unix_ms, char dst[SELFTEST_QUOTE])
{
    const struct selftest_floor *f = &t->floors[0];
    char ago[AGO];
    say_age(now_unix_ms - t->taken_unix_ms, ago);
    snprintf(dst, SELFTEST_QUOTE, "adds %s %.1f µs at P=1 (selftest %s%s)", f->own_ns ? "about" : "at most",
             (double)(f->own_ns ? f->own_ns : f->p50_ns) * 1e-3, ago,
             selftest_missed(t) ? ", which missed an injected fault" : "");
    return dst;
}
