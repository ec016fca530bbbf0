// SPDX-License-Identifier: MIT
#include "judge/saturation.h"

#include "base/err.h"

#include <math.h>
#include <string.h>

#define FIRST_LOW 0.1      // of the hint: approached from below, so that no queue is left from above
#define FIRST_HIGH 1.1     // of the hint
#define CEILING_WIDTH 0.05 // how closely a client's ceiling is approached
#define LITTLE 0.5         // of the hint: a rough trial that fails below is not believed until it fails again
#define NEAR_TRIALS 4
#define LONG_LEAST 6 // trials; as many more again where the interval is still wide
#define LONG_MOST 7
#define LONG_WIDE 9       // where the interval is wide still
#define LONG_LAST 14      // where it is no answer yet
#define WIDTH_WANTED 0.05 // of the interval, relative
#define WIDTH_GOOD 0.15
#define WIDTH_MOST 0.24 // beyond which it is no answer
#define GRID 0.005      // in ln(load): trials near the capacity share their loads
#define APART 0.7       // in ln(share): how far from the estimate
#define APART_MOST 0.03 // in ln(load)
#define WINDOW 0.15     // in ln(load): how far from the estimate the curve is taken to be straight
#define LEAST_TIMES 10  // a limit, that a trial lasts
#define SHORTEST_TIMES 20
#define LEAST_LATE 5 // requests that may be late in a trial
#define SHORTEST_WORTH 680
#define SHORTEST_LEAST_S 1.0
#define SHORTEST_MOST_S 3.0
#define STEEP_LEAST 2
#define STEEP_KNOWN 50
#define VARIABLE 8
#define BUNCHED 2
#define BUNCH_FITS 3
#define NONE SATURATION_LOADS

static const struct {
    double length; // of a trial, in the shortest
    double width;  // of the bounds, relative
} phases[SATURATION_PHASES] = {
    [SATURATION_ROUGH] = {1, 0.15},
    [SATURATION_NEAR] = {10 / 3.0, 0.06},
    [SATURATION_LONG] = {10, 0.06},
};

void saturation_init(struct saturation *s, double hint, double ceiling, const struct saturation_limit *limit,
                     unsigned limits)
{
    if (limits == 0 || limits > SATURATION_LIMITS)
        BUG("a promise has one to four limits");
    *s = (struct saturation){.hint = hint, .ceiling = ceiling, .limits = limits};
    memcpy(s->limit, limit, limits * sizeof *limit);
}

double saturation_least_s(const struct saturation_limit *limit, unsigned limits, double hint)
{
    double least = 0;
    for (unsigned i = 0; i < limits; i++)
        least = fmax(least, fmax(LEAST_TIMES * limit[i].within_s, LEAST_LATE / (limit[i].allowed * hint)));
    return least;
}

// In heavy traffic requests are late in bunches of about 2 (load * within / ln(allowed))^2, and the share
// rises by load * within for each relative change of the load: together the time that it takes to know the
// load to a given precision does not depend on `within`.
double saturation_shortest_s(const struct saturation_limit *limit, unsigned limits, double hint)
{
    double wanted = SHORTEST_LEAST_S, least = saturation_least_s(limit, limits, hint);
    for (unsigned i = 0; i < limits; i++) {
        double bunched = log(limit[i].allowed);
        wanted = fmax(wanted, SHORTEST_WORTH / (bunched * bunched * limit[i].allowed * hint));
        least = fmax(least, SHORTEST_TIMES * limit[i].within_s);
    }
    return fmax(least, fmin(wanted, SHORTEST_MOST_S));
}

double saturation_length(enum saturation_phase phase)
{
    return phases[phase].length;
}

// --- what the trials say ---

static bool counts(const struct saturation_trial *t, enum saturation_phase phase)
{
    return t->reply.outcome != SATURATION_VOID && t->phase >= phase;
}

// Late in one trial, in units of what is allowed: by the limit that is broken most.
static double excess_in(const struct saturation *s, const struct saturation_trial *t)
{
    double most = 0;
    for (unsigned i = 0; i < s->limits; i++)
        most = fmax(most, t->reply.share[i] / s->limit[i].allowed);
    return most;
}

// The least of all trials of a load: what else runs on the machine makes a trial worse, and never better.
static double least_excess(const struct saturation *s, double rate)
{
    double least = INFINITY;
    for (const struct saturation_trial *t = s->trial; t < s->trial + s->trials; t++)
        if (counts(t, SATURATION_ROUGH) && t->load == rate)
            least = fmin(least, excess_in(s, t));
    return isfinite(least) ? least : -1;
}

// Late, in units of what is allowed, over all trials of a load in this phase or a finer one: by the limit
// that is broken most. Negative where there are none. No trial has more than its weight to say.
static double excess_of(const struct saturation *s, double rate, enum saturation_phase phase)
{
    if (phase == SATURATION_ROUGH)
        return least_excess(s, rate);
    double all = 0, late[SATURATION_LIMITS] = {0}, most = 0;
    for (const struct saturation_trial *t = s->trial; t < s->trial + s->trials; t++) {
        if (!counts(t, phase) || t->load != rate)
            continue;
        all += t->reply.requests;
        for (unsigned i = 0; i < s->limits; i++)
            late[i] += t->reply.requests * fmin(CROSSING_FAR, t->reply.share[i] / s->limit[i].allowed);
    }
    for (unsigned i = 0; i < s->limits; i++)
        most = fmax(most, late[i]);
    return all > 0 ? most / all : -1;
}

// The places of both bounds, or NONE.
struct bounds {
    unsigned lo, hi;
};

static struct bounds bounds_of(const struct saturation *s, enum saturation_phase phase)
{
    struct bounds b = {NONE, NONE};
    for (unsigned i = 0; i < s->n && b.hi == NONE; i++) {
        double excess = excess_of(s, s->loads[i].rate, phase);
        if (excess > 1)
            b.hi = i;
        else if (excess >= 0)
            b.lo = i;
    }
    return b;
}

// The trials that measure near the capacity, within `window` of ln(load) around `at`. Those overheard may lie
// anywhere, where the curve is another one.
static unsigned gather(const struct saturation *s, unsigned limit, double at, double window,
                       struct crossing_trial *out)
{
    unsigned n = 0;
    for (const struct saturation_trial *t = s->trial; t < s->trial + s->trials; t++)
        if (counts(t, SATURATION_NEAR) && fabs(log(t->load / at)) <= (t->overheard ? WINDOW : window))
            out[n++] = (struct crossing_trial){t->load, t->reply.requests, t->reply.share[limit],
                                               t->reply.variance[limit]};
    return n;
}

// What the theory of a single queue in heavy traffic says beforehand. The share is as steep as there are
// requests in the time that the limit allows, over the variability of the service, which is 1 for exponential
// times and seldom above VARIABLE. Requests are late in bunches of about 2 (that number / ln(allowed))^2, of
// which a trial meets no more than fits into it: one with a larger bunch is far beyond what is allowed.
static struct crossing_prior prior_of(const struct saturation *s, unsigned limit)
{
    double most = 0;
    for (unsigned i = 0; i < s->trials; i++)
        most = fmax(most, s->trial[i].reply.requests * s->limit[limit].allowed);
    const struct saturation_limit *l = &s->limit[limit];
    double queued = s->hint * l->within_s, part = queued / log(l->allowed);
    return (struct crossing_prior){
        .allowed = l->allowed,
        .steep = fmax(STEEP_LEAST, fmin(queued / VARIABLE, STEEP_KNOWN)),
        .bunch = fmin(1e12, fmax(1, fmin(BUNCH_FITS * most, BUNCHED * part * part))),
    };
}

// About where the capacity is, before there is an estimate.
static double middle_of(const struct saturation *s)
{
    struct bounds b = bounds_of(s, SATURATION_NEAR);
    return b.lo == NONE || b.hi == NONE ? s->hint : sqrt(s->loads[b.lo].rate * s->loads[b.hi].rate);
}

static bool cross(const struct saturation *s, unsigned limit, struct crossing *out)
{
    struct crossing_trial trials[SATURATION_TRIALS];
    struct crossing local;
    struct crossing_prior prior = prior_of(s, limit);
    unsigned n = gather(s, limit, middle_of(s), INFINITY, trials);
    if (crossing_of(trials, n, &prior, out) < 0)
        return false;
    n = gather(s, limit, out->at, WINDOW, trials);
    if (crossing_of(trials, n, &prior, &local) == 0)
        *out = local;
    return true;
}

// Where the first of two limits is broken: the lower crossing, with the lower of both ends on each side.
static struct crossing lower_of(const struct crossing *a, const struct crossing *b)
{
    struct crossing out = b->at < a->at ? *b : *a;
    const struct crossing *low = b->low < a->low ? b : a, *high = b->high < a->high ? b : a;
    out.low = low->low;
    out.open_low = low->open_low;
    out.high = high->high;
    out.open_high = high->open_high;
    return out;
}

// The limit that the lowest load breaks. False where no limit has trials on both sides.
static bool estimate(const struct saturation *s, struct crossing *out, unsigned *limit)
{
    struct crossing c;
    bool any = false;
    for (unsigned i = 0; i < s->limits; i++) {
        if (!cross(s, i, &c))
            continue;
        *limit = !any || c.at < out->at ? i : *limit;
        *out = any ? lower_of(out, &c) : c;
        any = true;
    }
    return any;
}

// Those of this phase that tell about the estimate `at`: its own, and those overheard that it might have
// asked.
static unsigned trials_in(const struct saturation *s, enum saturation_phase phase, double at)
{
    unsigned n = 0;
    for (const struct saturation_trial *t = s->trial; t < s->trial + s->trials; t++)
        n += t->phase == phase && counts(t, phase) &&
             (!t->overheard || fabs(log(t->load / at)) <= APART_MOST + GRID);
    return n;
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

static bool enter(struct saturation *s, enum saturation_phase phase)
{
    s->phase = phase;
    s->steps = 0;
    return false;
}

// Each step beyond what this phase knows is twice as wide as the last.
static double step_of(struct saturation *s)
{
    double step = ldexp(phases[s->phase].width, (int)s->steps++);
    return step < 1 ? step : 1;
}

static bool seek_lower(struct saturation *s, const struct bounds *b)
{
    struct bounds before = bounds_of(s, s->phase > 0 ? s->phase - 1 : 0);
    if (b->hi == NONE && s->phase == 0)
        return ask(s, FIRST_LOW * s->hint);
    if (before.lo != NONE && (b->hi == NONE || before.lo < b->hi) &&
        excess_of(s, s->loads[before.lo].rate, s->phase) < 0)
        return ask(s, s->loads[before.lo].rate);
    double from = s->loads[b->hi == NONE ? before.hi : b->hi].rate;
    double rate = s->phase == 0 ? from / 10 : from / (1 + step_of(s));
    if (rate < SATURATION_LEAST * s->hint * 0.99)
        return finish(s, SATURATION_NOTHING);
    return ask(s, rate);
}

// The client can do no more than a little above this load. One long trial there makes it a lower bound.
static bool end_at_ceiling(struct saturation *s, unsigned lo)
{
    s->phase = SATURATION_LONG;
    if (excess_of(s, s->loads[lo].rate, SATURATION_LONG) < 0)
        return ask(s, s->loads[lo].rate);
    s->stopped_at = s->ceiling;
    return finish(s, SATURATION_CEILING);
}

static bool seek_upper(struct saturation *s, const struct bounds *b)
{
    struct bounds before = bounds_of(s, s->phase > 0 ? s->phase - 1 : 0);
    double from = s->loads[b->lo].rate, rate = FIRST_HIGH * s->hint;
    if (s->ceiling > 0 && s->ceiling / from <= 1 + (s->walled ? CEILING_WIDTH : 0.001))
        return end_at_ceiling(s, b->lo);
    if (s->phase > 0 && before.hi != NONE && before.hi > b->lo)
        rate = s->loads[before.hi].rate;
    else if (from >= rate * 0.999 || s->phase > 0)
        rate = from * (1 + step_of(s));
    if (s->ceiling > 0 && rate >= s->ceiling)
        rate = s->walled ? sqrt(from * s->ceiling) : s->ceiling;
    return ask(s, rate);
}

static bool halve(struct saturation *s, const struct bounds *b)
{
    return ask(s, sqrt(s->loads[b->lo].rate * s->loads[b->hi].rate));
}

// A load that is just below the estimate or just above, in turns.
static bool probe(struct saturation *s, const struct crossing *c)
{
    double apart = fmax(GRID, fmin(APART_MOST, APART / c->steepness));
    bool above = trials_in(s, s->phase, c->at) % 2;
    double x = log(c->at / s->hint) + (above ? apart : -apart);
    double rate = s->hint * exp(GRID * round(x / GRID));
    if (s->ceiling > 0 && rate >= s->ceiling) {
        s->stopped_at = s->ceiling;
        return finish(s, SATURATION_CEILING);
    }
    return ask(s, rate);
}

static bool settle(struct saturation *s)
{
    struct crossing c;
    unsigned limit;
    if (!estimate(s, &c, &limit))
        BUG("there are bounds, so there are trials on both sides");
    unsigned n = trials_in(s, s->phase, c.at);
    if (s->phase == SATURATION_NEAR)
        return n < NEAR_TRIALS ? probe(s, &c) : enter(s, SATURATION_LONG);
    double width = c.open_low || c.open_high ? INFINITY : c.high / c.low - 1;
    if (n >= LONG_LEAST && width <= WIDTH_WANTED)
        return finish(s, SATURATION_FOUND);
    if (n >= (width <= WIDTH_GOOD ? LONG_MOST : width <= WIDTH_MOST ? LONG_WIDE : LONG_LAST))
        return finish(s, width <= WIDTH_MOST ? SATURATION_FOUND : SATURATION_UNSTEADY);
    return probe(s, &c);
}

// Whether a rough trial that failed is to be tried again: where it failed at little, at once, and what bounds
// the capacity in the end.
static bool unbelieved(const struct saturation *s, const struct bounds *b, bool narrow)
{
    const struct saturation_load *hi = &s->loads[b->hi];
    return hi->fail == 1 && hi->pass == 0 && (narrow || b->lo == NONE || hi->rate < LITTLE * s->hint);
}

// One step within the phase. False with s->end as it was: another phase began.
static bool step(struct saturation *s)
{
    enum saturation_phase known = s->phase == SATURATION_LONG ? SATURATION_NEAR : s->phase;
    struct bounds b = bounds_of(s, known);
    bool narrow = b.lo != NONE && b.hi != NONE &&
                  s->loads[b.hi].rate / s->loads[b.lo].rate - 1 <= phases[s->phase].width * 1.0001;
    if (s->phase == SATURATION_ROUGH && b.hi != NONE && unbelieved(s, &b, narrow))
        return ask(s, s->loads[b.hi].rate);
    if (b.lo == NONE)
        return seek_lower(s, &b);
    if (b.hi == NONE)
        return seek_upper(s, &b);
    if (s->phase != SATURATION_LONG && !narrow)
        return halve(s, &b);
    return s->phase == SATURATION_ROUGH ? enter(s, SATURATION_NEAR) : settle(s);
}

bool saturation_next(struct saturation *s, double *rate)
{
    if (s->end == SATURATION_GOES_ON && s->spoilt == 0)
        s->asked = 0;
    while (s->end == SATURATION_GOES_ON) {
        if (s->trials == SATURATION_TRIALS || s->n == SATURATION_LOADS)
            return finish(s, SATURATION_UNSTEADY);
        if (s->asked > 0 || step(s)) {
            *rate = s->asked;
            return true;
        }
    }
    return false;
}

// --- answers ---

static struct saturation_load *load_of(struct saturation *s, double rate)
{
    unsigned at = 0;
    while (at < s->n && s->loads[at].rate < rate)
        at++;
    if (at < s->n && s->loads[at].rate == rate)
        return &s->loads[at];
    if (s->n == SATURATION_LOADS)
        BUG("saturation_next ends the search before there are too many loads");
    memmove(&s->loads[at + 1], &s->loads[at], (s->n++ - at) * sizeof s->loads[0]);
    s->loads[at] = (struct saturation_load){.rate = rate};
    return &s->loads[at];
}

// Whether a trial counted at this load or above: so much the client can do.
static bool client_has_shown(const struct saturation *s, double rate)
{
    bool shown = false;
    for (unsigned i = 0; i < s->trials; i++)
        shown |= s->trial[i].load >= rate && counts(&s->trial[i], SATURATION_ROUGH);
    return shown;
}

// A load that the client spoils again and again: either it is too much for the client, or something else
// disturbs it. The latter costs trials, and ends the search only where it never ends itself.
static void judge_client(struct saturation *s)
{
    bool able = s->asked < SATURATION_LITTLE * s->hint || client_has_shown(s, s->asked);
    if (able && s->spoilt == SATURATION_DISTURBED_TRIES) {
        s->end = SATURATION_DISTURBED;
        s->stopped_at = s->asked;
    } else if (!able && s->spoilt == SATURATION_VOID_TRIES) {
        s->spoilt = 0;
        s->ceiling = s->asked;
        s->walled = true;
    }
}

static void note(struct saturation *s, const struct saturation_trial *t)
{
    struct saturation_load *l = load_of(s, t->load);
    if (s->trials == SATURATION_TRIALS)
        BUG("saturation_next ends the search before there are too many trials");
    s->trial[s->trials++] = *t;
    l->pass += t->reply.outcome == SATURATION_PASS;
    l->fail += t->reply.outcome == SATURATION_FAIL;
    l->spoilt += t->reply.outcome == SATURATION_VOID;
}

void saturation_overhear(struct saturation *s, double load, enum saturation_phase phase,
                         const struct saturation_reply *reply)
{
    bool room = s->trials < SATURATION_TRIALS / 2 && s->n < SATURATION_LOADS / 2;
    if (room && s->end == SATURATION_GOES_ON && reply->outcome != SATURATION_VOID)
        note(s, &(struct saturation_trial){load, phase, true, *reply});
}

void saturation_answer(struct saturation *s, const struct saturation_reply *reply)
{
    note(s, &(struct saturation_trial){s->asked, s->phase, false, *reply});
    s->spoilt = reply->outcome == SATURATION_VOID ? s->spoilt + 1 : 0;
    judge_client(s);
}

void saturation_spent(struct saturation *s)
{
    if (s->end == SATURATION_GOES_ON)
        s->end = SATURATION_SPENT;
}

struct saturation_result saturation_result(const struct saturation *s)
{
    struct saturation_result out = {0};
    struct crossing c;
    struct bounds b = {NONE, NONE};
    for (int p = (int)s->phase; p >= 0 && b.lo == NONE && b.hi == NONE; p--)
        b = bounds_of(s, (enum saturation_phase)p);
    out.pass = b.lo == NONE ? 0 : s->loads[b.lo].rate;
    out.fail = b.hi == NONE ? 0 : s->loads[b.hi].rate;
    bool ended = s->end == SATURATION_FOUND || s->end == SATURATION_UNSTEADY;
    out.at_least = !ended && s->end != SATURATION_NOTHING;
    if (s->end != SATURATION_CEILING && estimate(s, &c, &out.limit) &&
        (ended || trials_in(s, SATURATION_LONG, c.at) >= LONG_LEAST)) {
        out.at_least = false;
        out.capacity = c.at;
        out.low = c.low;
        out.high = c.high;
        out.open_low = c.open_low;
        out.open_high = c.open_high;
    }
    return out;
}

// --- names ---

const char *saturation_end_name(enum saturation_end end)
{
    static const char *const names[] = {"interrupted", "found",     "client-ceiling", "nothing-held",
                                        "unsteady",    "disturbed", "budget"};
    return names[end];
}

const char *saturation_phase_name(enum saturation_phase phase)
{
    static const char *const names[] = {"rough", "near", "long"};
    return names[phase];
}

const char *saturation_outcome_name(enum saturation_outcome outcome)
{
    static const char *const names[] = {"pass", "fail", "void"};
    return names[outcome];
}
