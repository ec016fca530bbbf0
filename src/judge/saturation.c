// SPDX-License-Identifier: MIT
#include "judge/saturation.h"

#include "base/err.h"
#include "judge/isotonic.h"

#include <math.h>
#include <string.h>

#define FIRST_LOW 0.1  // of the hint: approached from below, so that no queue is left from above
#define FIRST_HIGH 1.1 // of the hint
#define CONFIRM_TRIALS 3
#define REPAIR_TRIALS 6 // of a load in one phase, for the sake of a rising curve
#define NONE SATURATION_LOADS

static const struct {
    double length; // of a trial, in the shortest
    double width;  // of the bounds, relative
    double trials; // whose time decides
} phases[SATURATION_PHASES] = {
    [SATURATION_ROUGH] = {1, 0.10, 1},
    [SATURATION_FINER] = {10 / 3.0, 0.03, 3},
    [SATURATION_FINEST] = {10, 0.01, 3},
    [SATURATION_CONFIRM] = {10, 0.01, 6},
};

enum standing { UNKNOWN, LOWER, UPPER };

void saturation_init(struct saturation *s, double hint, double ceiling)
{
    *s = (struct saturation){.hint = hint, .ceiling = ceiling};
}

double saturation_length(enum saturation_phase phase)
{
    return phases[phase].length;
}

// --- what the trials say of a load ---

// Time for which it held and failed, in trials at least as long as those of the phase, and in shorter ones.
struct times {
    double held_long, failed_long, held_short, failed_short;
};

static struct times times_of(const struct saturation_load *l, enum saturation_phase phase)
{
    struct times t = {0};
    for (int p = 0; p < SATURATION_PHASES; p++) {
        bool is_long = phases[p].length >= phases[phase].length;
        *(is_long ? &t.held_long : &t.held_short) += phases[p].length * l->held[p];
        *(is_long ? &t.failed_long : &t.failed_short) += phases[p].length * l->failed[p];
    }
    return t;
}

// Whether the trials still to come could leave it a lower bound, and whether they must: where both agree, it
// is decided. Short trials count only where they failed more than they held.
static enum standing standing_of(const struct saturation_load *l, enum saturation_phase phase)
{
    struct times t = times_of(l, phase);
    double failed = t.failed_long + fmax(0, t.failed_short - t.held_short);
    double whole = fmax(t.held_long + failed, phases[phase].trials * phases[phase].length);
    double most = whole / 2 + 1e-9 * whole;
    bool optimistic = failed <= most, pessimistic = whole - t.held_long <= most;
    if (optimistic != pessimistic)
        return UNKNOWN;
    return optimistic ? LOWER : UPPER;
}

// The places of both bounds, or NONE.
struct bounds {
    unsigned lo, hi;
};

static struct bounds bounds_of(const struct saturation *s, enum saturation_phase phase)
{
    struct bounds b = {NONE, NONE};
    for (unsigned i = 0; i < s->n && b.hi == NONE; i++) {
        enum standing c = standing_of(&s->loads[i], phase);
        if (c == LOWER)
            b.lo = i;
        if (c == UPPER)
            b.hi = i;
    }
    return b;
}

// The loads between which the phase before, which knew less, saw the end; those that this phase has refuted
// left out.
static struct bounds hints_of(const struct saturation *s, struct bounds known)
{
    struct bounds b = {NONE, NONE};
    if (s->phase == 0)
        return b;
    for (unsigned i = 0; i < s->n; i++) {
        enum standing before = standing_of(&s->loads[i], s->phase - 1),
                      now = standing_of(&s->loads[i], s->phase);
        bool below = known.hi == NONE || i < known.hi, above = known.lo == NONE || i > known.lo;
        if (before == LOWER && now == UNKNOWN && below)
            b.lo = i;
        if (before == UPPER && now == UNKNOWN && above && b.hi == NONE)
            b.hi = i;
    }
    return b;
}

// --- a rising curve ---

// The share of time for which each load failed, as it is and as the closest curve that rises with the load.
static bool shares_of(const struct saturation *s, double *share, double *fit)
{
    double weight[SATURATION_LOADS];
    for (unsigned i = 0; i < s->n; i++) {
        struct times t = times_of(&s->loads[i], SATURATION_ROUGH);
        double whole = t.held_long + t.failed_long;
        share[i] = whole > 0 ? t.failed_long / whole : 0.5;
        weight[i] = whole > 0 ? whole : 1e-3;
        fit[i] = share[i];
    }
    return isotonic_fit(fit, weight, s->n) == 0;
}

static bool may_repair(const struct saturation *s, unsigned i)
{
    return s->loads[i].held[s->phase] + s->loads[i].failed[s->phase] < REPAIR_TRIALS;
}

// A load to be tried again because with it no rising curve fits the bounds, or NONE.
static unsigned contradiction(const struct saturation *s, struct bounds b)
{
    double share[SATURATION_LOADS], fit[SATURATION_LOADS];
    if (!shares_of(s, share, fit))
        return NONE;
    for (unsigned i = b.lo + 1; fit[b.lo] > 0.5 && i-- > 0;)
        if (share[i] > 0.5 && may_repair(s, i))
            return i;
    for (unsigned i = b.hi; fit[b.hi] < 0.5 && i < s->n; i++)
        if (share[i] < 0.5 && may_repair(s, i))
            return i;
    return NONE;
}

// --- the next load ---

static bool finish(struct saturation *s, enum saturation_end end)
{
    s->end = end;
    return false;
}

static bool ask(struct saturation *s, double rate)
{
    s->asked = rate;
    return true;
}

// Each step beyond what this phase knows is twice as wide as the last.
static double step_of(struct saturation *s)
{
    double step = ldexp(phases[s->phase].width, (int)s->steps);
    s->stepping = true;
    return step < 1 ? step : 1;
}

static bool seek_lower(struct saturation *s, struct bounds b, struct bounds hints)
{
    if (hints.lo != NONE)
        return ask(s, s->loads[hints.lo].rate);
    if (b.hi == NONE)
        return ask(s, FIRST_LOW * s->hint);
    double from = s->loads[b.hi].rate;
    double rate = s->phase == 0 ? from / 10 : from / (1 + step_of(s));
    if (rate < SATURATION_LEAST * s->hint * 0.99)
        return finish(s, SATURATION_NOTHING);
    return ask(s, rate);
}

static bool seek_upper(struct saturation *s, struct bounds b, struct bounds hints)
{
    double from = s->loads[b.lo].rate, rate = FIRST_HIGH * s->hint;
    if (hints.hi != NONE)
        return ask(s, s->loads[hints.hi].rate);
    if (from >= rate * 0.999 || s->phase > 0)
        rate = from * (1 + step_of(s));
    if (s->ceiling > 0 && rate > s->ceiling)
        rate = s->ceiling;
    if (rate <= from * 1.001) {
        s->stopped_at = rate;
        return finish(s, SATURATION_CEILING);
    }
    return ask(s, rate);
}

// Their middle, or a load near it that was tried before.
static bool halve(struct saturation *s, struct bounds b)
{
    double low = log(s->loads[b.lo].rate), high = log(s->loads[b.hi].rate);
    double rate = exp((low + high) / 2);
    for (unsigned i = b.lo + 1; i < b.hi; i++)
        if (fabs(log(s->loads[i].rate) - (low + high) / 2) < (high - low) / 8)
            rate = s->loads[i].rate;
    return ask(s, rate);
}

static unsigned confirmed(const struct saturation_load *l)
{
    return l->held[SATURATION_CONFIRM] + l->failed[SATURATION_CONFIRM];
}

// In turns, so that a server that changes meanwhile changes for both.
static bool confirm_in_turns(struct saturation *s)
{
    struct bounds b = bounds_of(s, SATURATION_CONFIRM), hints = hints_of(s, b);
    unsigned lo = hints.lo != NONE ? hints.lo : b.lo, hi = hints.hi != NONE ? hints.hi : b.hi;
    if (lo == NONE || hi == NONE || lo >= hi)
        return false;
    unsigned least = confirmed(&s->loads[hi]) < confirmed(&s->loads[lo]) ? hi : lo;
    return confirmed(&s->loads[least]) < CONFIRM_TRIALS && ask(s, s->loads[least].rate);
}

static unsigned find(const struct saturation *s, double rate)
{
    for (unsigned i = 0; i < s->n; i++)
        if (fabs(s->loads[i].rate - rate) <= 1e-9 * rate)
            return i;
    return NONE;
}

// A load whose trials in this phase have not decided yet.
static bool undecided(const struct saturation *s)
{
    unsigned i = find(s, s->asked);
    return i != NONE && s->loads[i].held[s->phase] + s->loads[i].failed[s->phase] > 0 &&
           standing_of(&s->loads[i], s->phase) == UNKNOWN;
}

// One step within the phase. False with s->end as it was: the phase is over.
static bool step(struct saturation *s)
{
    if (s->phase == SATURATION_CONFIRM && confirm_in_turns(s))
        return true;
    if (undecided(s))
        return true;
    struct bounds b = bounds_of(s, s->phase), hints = hints_of(s, b);
    if (b.lo == NONE)
        return seek_lower(s, b, hints);
    if (b.hi == NONE)
        return seek_upper(s, b, hints);
    unsigned again = contradiction(s, b);
    if (again != NONE)
        return ask(s, s->loads[again].rate);
    if (s->loads[b.hi].rate / s->loads[b.lo].rate - 1 > phases[s->phase].width * 1.0001)
        return halve(s, b);
    return false;
}

bool saturation_next(struct saturation *s, double *rate)
{
    while (s->end == SATURATION_GOES_ON) {
        s->stepping = false;
        if (s->trials >= SATURATION_TRIALS || s->n == SATURATION_LOADS)
            return finish(s, SATURATION_UNSTEADY);
        if (step(s)) {
            *rate = s->asked;
            return true;
        }
        if (s->end == SATURATION_GOES_ON && s->phase == SATURATION_CONFIRM)
            return finish(s, SATURATION_FOUND);
        if (s->end == SATURATION_GOES_ON) {
            s->phase++;
            s->steps = 0;
        }
    }
    return false;
}

// --- answers ---

static struct saturation_load *load_of(struct saturation *s, double rate)
{
    unsigned at = find(s, rate);
    if (at != NONE)
        return &s->loads[at];
    if (s->n == SATURATION_LOADS)
        BUG("saturation_next ends the search before there are too many loads");
    at = s->n++;
    for (; at > 0 && s->loads[at - 1].rate > rate; at--)
        s->loads[at] = s->loads[at - 1];
    s->loads[at] = (struct saturation_load){.rate = rate};
    return &s->loads[at];
}

void saturation_answer(struct saturation *s, enum saturation_outcome outcome)
{
    struct saturation_load *l = load_of(s, s->asked);
    s->trials++;
    l->held[s->phase] += outcome == SATURATION_HELD;
    l->failed[s->phase] += outcome == SATURATION_FAILED;
    l->spoilt = outcome == SATURATION_CLIENT ? l->spoilt + 1 : 0;
    s->steps += s->stepping && outcome != SATURATION_CLIENT;
    if (l->spoilt < SATURATION_CLIENT_TRIES)
        return;
    s->end = l->rate < SATURATION_LITTLE * s->hint ? SATURATION_DISTURBED : SATURATION_CEILING;
    s->stopped_at = l->rate;
}

struct saturation_bounds saturation_bounds(const struct saturation *s)
{
    struct saturation_bounds out = {.confirmed = s->end == SATURATION_FOUND};
    for (int p = (int)s->phase; p >= 0 && out.lower == 0 && out.upper == 0; p--) {
        struct bounds b = bounds_of(s, (enum saturation_phase)p);
        out.lower = b.lo == NONE ? 0 : s->loads[b.lo].rate;
        out.upper = b.hi == NONE ? 0 : s->loads[b.hi].rate;
    }
    return out;
}

bool saturation_goes_beyond(enum saturation_end end)
{
    return end == SATURATION_CEILING || end == SATURATION_DISTURBED || end == SATURATION_GOES_ON;
}

// --- names ---

const char *saturation_end_name(enum saturation_end end)
{
    static const char *const names[] = {"interrupted",  "found",    "client-ceiling",
                                        "nothing-held", "unsteady", "disturbed"};
    return names[end];
}

const char *saturation_phase_name(enum saturation_phase phase)
{
    static const char *const names[] = {"rough", "finer", "finest", "confirm"};
    return names[phase];
}

const char *saturation_outcome_name(enum saturation_outcome outcome)
{
    static const char *const names[] = {"held", "failed", "client"};
    return names[outcome];
}
