// SPDX-License-Identifier: MIT
#include "stats/doubt.h"

#include "base/units.h"
#include "judge/drift.h"
#include "stats/doubt_errors.h"
#include "stats/doubt_load.h"
#include "stats/doubt_traffic.h"
#include "stats/selfcheck.h"
#include "stats/verdict.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ENOUGH_SAMPLES 1000 // p99.9 rests on one of them
#define STALL_NS UINT64_C(20000000)
#define TAIL_SHARE 0.10 // of the waiting, done by 1 % of the requests
#define DELAYED_ACK_LOW_NS UINT64_C(38000000)
#define DELAYED_ACK_HIGH_NS UINT64_C(50000000)
#define STEADY_ROWS 20 // fewer show no drift
#define DRIFT_MAX 0.10
#define DRIFT_P 0.001 // rows are not independent, and the test takes them to be
#define SHORT_NS UINT64_C(5000000000)
#define STEAL_MAX 0.01
#define WAITED_NS 100000 // for a connection
#define LATER_MIN 1.1    // times the latency of ranks that only measure

#define SAY(d, ...) snprintf((d)->text, sizeof(d)->text, __VA_ARGS__)

static bool low_hit_ratio(const struct summary *s, struct doubt *d)
{
    return doubt_load_hits(s, d->text, sizeof d->text);
}

static bool other_commands(const struct summary *s, struct doubt *d)
{
    return doubt_load_commands(s, d->text, sizeof d->text);
}

static bool other_keys(const struct summary *s, struct doubt *d)
{
    return doubt_load_keys(s, d->text, sizeof d->text);
}

static bool other_sizes(const struct summary *s, struct doubt *d)
{
    return doubt_load_sizes(s, d->text, sizeof d->text);
}

static bool wrong_values(const struct summary *s, struct doubt *d)
{
    return doubt_errors_values(s, d->text, sizeof d->text);
}

static bool nothing_verified(const struct summary *s, struct doubt *d)
{
    return doubt_errors_unchecked(s, d->text, sizeof d->text);
}

static bool errors(const struct summary *s, struct doubt *d)
{
    return doubt_errors_replies(s, d->text, sizeof d->text);
}

static bool unexpected_replies(const struct summary *s, struct doubt *d)
{
    return doubt_errors_unexpected(s, d->text, sizeof d->text);
}

static bool lost_connections(const struct summary *s, struct doubt *d)
{
    if (s->lost == 0)
        return false;
    SAY(d,
        "%s connection%s lost, so the load was lower than asked for: check the server's log and its "
        "maxclients",
        UNITS_COUNT(s->lost), s->lost > 1 ? "s" : "");
    return true;
}

static bool outage(const struct summary *s, struct doubt *d)
{
    const struct outages *o = &s->outages;
    if (o->n == 0)
        return false;
    unsigned longest = 0, all = o->n + o->more;
    char text[OUTAGE_TEXT], others[64] = "";
    for (unsigned i = 1; i < o->n; i++)
        longest = o->list[i].length_ns > o->list[longest].length_ns ? i : longest;
    if (all > 1)
        snprintf(others, sizeof others, " (the longest of %u outages)", all);
    SAY(d,
        "%s%s; broken connections: %s, lost requests: %s; latencies include it: repeat the run unless it was "
        "intended",
        outage_text(&o->list[longest], s->load.rate > 0, text), others, UNITS_COUNT(s->counts.breaks),
        UNITS_COUNT(s->counts.lost));
    return true;
}

static bool broken_connections(const struct summary *s, struct doubt *d)
{
    const struct counts *c = &s->counts;
    if (c->breaks == 0 || s->outages.n)
        return false;
    SAY(d,
        "%s connection%s broke during the run, %s reconnected, %s requests lost: check the server's log, and "
        "repeat "
        "the run unless it was intended",
        UNITS_COUNT(c->breaks), c->breaks > 1 ? "s" : "", UNITS_COUNT(c->reconnects), UNITS_COUNT(c->lost));
    return true;
}

static bool timeouts(const struct summary *s, struct doubt *d)
{
    if (s->counts.timeouts == 0)
        return false;
    SAY(d,
        "%s of %s requests timed out, and the quantiles count them as --timeout or more: raise it to see how "
        "long they take",
        UNITS_COUNT(s->counts.timeouts), UNITS_COUNT(counts_due(&s->counts)));
    return true;
}

static bool one_key(const struct summary *s, struct doubt *d)
{
    if (s->load.keyspace != 0)
        return false;
    SAY(d,
        "every request used the same key, which stays in the server's CPU caches: use many keys (-r 100000)");
    return true;
}

static bool few_samples(const struct summary *s, struct doubt *d)
{
    if (s->counts.ok == 0 || s->counts.ok >= ENOUGH_SAMPLES)
        return false;
    SAY(d, "only %s successful replies, too few for p99.9: use -n 10000 or more, or --duration",
        UNITS_COUNT(s->counts.ok));
    return true;
}

static bool overflow(const struct summary *s, struct doubt *d)
{
    uint64_t n = s->latency ? hist_overflow(s->latency) : 0;
    if (n == 0)
        return false;
    SAY(d, "%s latencies above one hour, too long to tell apart: check whether a machine was suspended",
        UNITS_COUNT(n));
    return true;
}

static bool inconsistent(const struct summary *s, struct doubt *d)
{
    struct selfcheck check;
    selfcheck_of(s, &check);
    if (check.consistent)
        return false;
    SAY(d, "INCONSISTENT: %.180s: this is a bug in hkv-bench, please report it", check.text);
    return true;
}

static bool client_limited(const struct summary *s, struct doubt *d)
{
    if (s->verdict.limit != LIMIT_CLIENT || verdict_paused(s))
        return false;
    SAY(d,
        "these figures reflect the client, not the server: give the client CPUs of its own (--cpus) or more "
        "--threads");
    return true;
}

// At one quantile: beyond what chance makes of it, and enough to matter.
static bool later(const struct quantile *loaded, const struct quantile *light)
{
    bool known = loaded->has_interval && light->has_interval;
    if (!quantile_sound(loaded) || !quantile_sound(light) || !known)
        return false;
    return loaded->low_ns > light->high_ns && (double)loaded->ns > LATER_MIN * (double)light->ns;
}

// Ranks that only measure were answered sooner by the same server.
static bool late_clients(const struct summary *s, struct doubt *d)
{
    static const int looked_at[] = {QUANTILE_P99, QUANTILE_P90, QUANTILE_P50};
    char loaded[UNITS_TEXT], light[UNITS_TEXT];
    int q = -1;
    for (int i = 0; s->light && q < 0 && i < 3; i++)
        if (later(&s->quantiles[looked_at[i]], &s->light->quantiles[looked_at[i]]))
            q = looked_at[i];
    if (q < 0)
        return false;
    SAY(d,
        "the loaded clients were late: their %s is %s, that of the lightly loaded ranks %s: trust the "
        "latter, "
        "or share the load among more ranks",
        quantile_names[q].text, units_duration(s->quantiles[q].ns, loaded),
        units_duration(s->light->quantiles[q].ns, light));
    return true;
}

static bool client_paused(const struct summary *s, struct doubt *d)
{
    if (s->pauses == 0)
        return false;
    SAY(d,
        "the client was not running for %s s in all (%s time%s: suspended, its container paused, or no "
        "CPU), "
        "which latencies include: repeat the run",
        UNITS_SECONDS((double)s->paused_ns * 1e-9), UNITS_COUNT(s->pauses), s->pauses > 1 ? "s" : "");
    return true;
}

static uint64_t p99_of(const struct hist *h)
{
    return h && hist_count(h) ? hist_quantile(h, 0.99) : 0;
}

// Whether what was late had the client to wait for, more than a connection.
static bool late_by_itself(const struct summary *s)
{
    return p99_of(s->lag) > p99_of(s->wait);
}

static bool behind_rate(const struct summary *s, struct doubt *d)
{
    if (summary_kept_up(s))
        return false;
    SAY(d,
        "the %s did not keep up with %s req/s, so latencies grow with the length of the run: use a lower "
        "--rate",
        late_by_itself(s) ? "client" : "server", UNITS_RATE(s->load.rate));
    return true;
}

// What the slowest hundredth of the requests waited, of what all did. Were each moment asked for alike, as by
// an open loop, so large a share of all requests would have met it.
static double tail_share(const struct summary *s)
{
    uint64_t p99 = hist_quantile(s->latency, 0.99);
    double all = hist_mean(s->latency) * (double)hist_count(s->latency);
    double below = hist_sum_upto(s->latency, p99);
    return all > 0 ? (all - below) / all : 0;
}

static bool hidden_stalls(const struct summary *s, struct doubt *d)
{
    if (s->load.rate > 0 || !s->latency || hist_count(s->latency) < ENOUGH_SAMPLES)
        return false;
    uint64_t worst = hist_max(s->latency);
    double share = tail_share(s);
    if (worst < STALL_NS || share < TAIL_SHARE || worst < 10 * hist_quantile(s->latency, 0.99))
        return false;
    SAY(d,
        "stalls of up to %.0f ms, which a closed loop hides from its quantiles (1%% of the requests took "
        "%.0f%% of "
        "the time): use --rate to see them",
        (double)worst * 1e-6, 100 * share);
    return true;
}

static bool delayed_ack(const struct summary *s, struct doubt *d)
{
    uint64_t p50 = s->latency ? hist_quantile(s->latency, 0.5) : 0;
    if (s->load.pipeline < 2 || s->load.quickack || p50 < DELAYED_ACK_LOW_NS || p50 > DELAYED_ACK_HIGH_NS)
        return false;
    SAY(d,
        "p50 of %.1f ms with pipelining points to delayed ACKs: the server seems to run without TCP_NODELAY; "
        "try "
        "--quickack",
        (double)p50 * 1e-6);
    return true;
}

// Requests answered in each row, without the last, which is short.
static unsigned answers_by_row(const struct summary *s, double y[DRIFT_VALUES_MAX], double *mean)
{
    size_t group = (s->series.n + DRIFT_VALUES_MAX - 1) / DRIFT_VALUES_MAX;
    unsigned n = 0;
    double sum = 0;
    for (size_t i = 0; group && i + group < s->series.n && n < DRIFT_VALUES_MAX; i += group, n++) {
        struct series_row row = series_group(&s->series, i, group);
        y[n] = (double)(row.ok + row.errors);
        sum += y[n];
    }
    *mean = n ? sum / n : 0;
    return n;
}

static bool not_steady(const struct summary *s, struct doubt *d)
{
    double *y = calloc(DRIFT_VALUES_MAX, sizeof *y), mean = 0;
    struct drift t;
    unsigned n = y ? answers_by_row(s, y, &mean) : 0;
    int rc = n < STEADY_ROWS || mean <= 0 ? -ENODATA : drift_of(y, n, &t);
    free(y);
    if (rc < 0)
        return false;
    double drift = t.slope * n / mean, began = mean * (1 - drift / 2), ended = mean * (1 + drift / 2);
    if (t.p > DRIFT_P || fabs(drift) < DRIFT_MAX)
        return false;
    if (began <= 0 || ended <= 0) // no straight line, so that it would have begun or ended below nothing
        SAY(d, "not steady: throughput %s during the run: use a longer --warmup, or find the cause",
            drift > 0 ? "rose" : "fell");
    else
        SAY(d, "not steady: throughput %s by %.0f%% over the run: use a longer --warmup, or find the cause",
            drift > 0 ? "rose" : "fell", 100 * fabs(ended / began - 1));
    return true;
}

static bool shared_cpus(const struct summary *s, struct doubt *d)
{
    if (s->signals.shared_cpus == 0)
        return false;
    SAY(d,
        "client and server share %u CPU%s and slow each other down: pin each to its own (--cpus here, "
        "taskset for "
        "the server)",
        s->signals.shared_cpus, s->signals.shared_cpus > 1 ? "s" : "");
    return true;
}

static bool server_writes(const struct summary *s, struct doubt *d)
{
    const struct signals *g = &s->signals;
    if (!g->aof && !g->saved)
        return false;
    SAY(d, "the server %s during the run: turn it off to measure without it (%s)",
        g->aof ? "had AOF enabled" : "saved a snapshot", g->aof ? "appendonly no" : "save \"\"");
    return true;
}

static bool evictions(const struct summary *s, struct doubt *d)
{
    if (s->signals.evicted == 0)
        return false;
    SAY(d, "the server evicted %s keys during the run: raise its maxmemory, or use fewer keys (-r)",
        UNITS_COUNT(s->signals.evicted));
    return true;
}

static bool short_run(const struct summary *s, struct doubt *d)
{
    if (s->wall_ns == 0 || s->wall_ns >= SHORT_NS || s->precise)
        return false;
    SAY(d, "ran only %.2g s; not representative: use --duration 10s", (double)s->wall_ns * 1e-9);
    return true;
}

static bool machine_taken(const struct summary *s, struct doubt *d)
{
    if (s->signals.throttled) {
        SAY(d, "the CPU limit of this container throttled the client %s times: raise it",
            UNITS_COUNT(s->signals.throttled));
        return true;
    }
    if (s->signals.steal < STEAL_MAX)
        return false;
    SAY(d, "%.1f%% of this machine's CPU time was stolen by other virtual machines: use a dedicated machine",
        100 * s->signals.steal);
    return true;
}

static bool taken_connections(const struct summary *s, struct doubt *d)
{
    if (p99_of(s->wait) < WAITED_NS || late_by_itself(s)) // catching up takes connections too
        return false;
    SAY(d,
        "over 1%% of the requests had to wait for a free connection (p99 %s ms, all %u were in use): raise "
        "-c, "
        "unless your application has as few",
        UNITS_SECONDS((double)p99_of(s->wait) * 1e-6), s->load.clients);
    return true;
}

// So much later, or so much more in bunches, than planned that the server met another load.
static bool off_schedule(const struct summary *s, struct doubt *d)
{
    const struct punctuality *p = &s->punctual;
    if (s->validity.checks[VALID_ARRIVALS].state != VALIDITY_FAIL)
        return false;
    SAY(d,
        "requests were not sent as scheduled: up to %.0f%% were overdue at once, and their count per %.3g ms "
        "has a "
        "dispersion (variance/mean) of %.3g instead of %.3g: raise -c, or give the client CPUs of its own "
        "(--cpus); latencies count from the scheduled time all the same",
        100 * p->distance, (double)p->tick_ns * 1e-6, p->sent_dispersion, p->due_dispersion);
    return true;
}

static bool not_precise(const struct summary *s, struct doubt *d)
{
    if (!s->until_precise || s->precise)
        return false;
    SAY(d, "time ran out before the precision of --until-precise was reached: raise --duration");
    return true;
}

static const struct {
    const char *name;
    bool (*holds)(const struct summary *s, struct doubt *d);
    bool server; // says something of it, so that nothing where the null engine stands for one
} rules[] = {
    {"inconsistent", inconsistent, false},
    {"wrong-values", wrong_values, false},
    {"errors", errors, false},
    {"nothing-verified", nothing_verified, true},
    {"unexpected-replies", unexpected_replies, false},
    {"lost-connections", lost_connections, false},
    {"lost-messages", doubt_traffic_messages, false},
    {"broken-trace", doubt_traffic_trace, false},
    {"outage", outage, false},
    {"timeouts", timeouts, false},
    {"broken-connections", broken_connections, false},
    {"client-paused", client_paused, false},
    {"client-limited", client_limited, true},
    {"late-clients", late_clients, false},
    {"busy-consumers", doubt_traffic_consumers, false},
    {"behind-rate", behind_rate, true},
    {"unusable-lines", doubt_traffic_lines, false},
    {"hidden-stalls", hidden_stalls, true},
    {"delayed-ack", delayed_ack, true},
    {"commands-differ", other_commands, false},
    {"keys-off-law", other_keys, false},
    {"sizes-off-law", other_sizes, false},
    {"low-hit-ratio", low_hit_ratio, true},
    {"one-key", one_key, true},
    {"taken-connections", taken_connections, false},
    {"off-schedule", off_schedule, false},
    {"shared-cpus", shared_cpus, true},
    {"machine-taken", machine_taken, false},
    {"server-writes", server_writes, true},
    {"evictions", evictions, true},
    {"not-steady", not_steady, false},
    {"not-precise", not_precise, false},
    {"few-samples", few_samples, false},
    {"short-run", short_run, false},
    {"overflow", overflow, false},
};
_Static_assert(sizeof rules / sizeof *rules <= DOUBTS_MAX, "every rule needs room in the list");
_Static_assert(DOUBTS_MAX <= 64, "every rule has a bit");

int doubts_of(const struct summary *s, struct doubt list[DOUBTS_MAX])
{
    int n = 0;
    if (s->ending == ENDING_SKIPPED)
        return 0;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        list[n] = (struct doubt){
            .name = rules[i].name,
            .rule = (unsigned)i,
            .mild = rules[i].holds == short_run,
            .wrong = rules[i].holds == wrong_values,
            .failure = rules[i].holds == errors || rules[i].holds == wrong_values ||
                       rules[i].holds == unexpected_replies || rules[i].holds == lost_connections ||
                       rules[i].holds == doubt_traffic_messages || rules[i].holds == doubt_traffic_trace,
        };
        bool idle = rules[i].server && strcmp(s->load.engine, "null") == 0;
        if (!idle && rules[i].holds(s, &list[n]))
            n++;
    }
    return n;
}

const char *doubt_name(unsigned rule)
{
    return rule < sizeof rules / sizeof *rules ? rules[rule].name : NULL;
}

int doubt_rule(struct slice name)
{
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (slice_is(name, rules[i].name))
            return (int)i;
    return -1;
}

char *doubt_names(uint64_t chosen, char dst[DOUBT_NAMES])
{
    size_t len = 0;
    dst[0] = 0;
    for (unsigned i = 0; i < sizeof rules / sizeof *rules; i++)
        if (chosen >> i & 1 && len < DOUBT_NAMES)
            len += (size_t)snprintf(dst + len, DOUBT_NAMES - len, "%s%s", len ? "," : "", rules[i].name);
    return dst;
}

uint64_t doubt_rules(const char *names)
{
    uint64_t found = 0;
    for (const char *at = names; *at;) {
        struct slice name = {at, strcspn(at, ",")};
        int rule = doubt_rule(name);
        found |= rule >= 0 ? UINT64_C(1) << rule : 0;
        at += name.len + (at[name.len] == ',');
    }
    return found;
}
