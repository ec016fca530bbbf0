// SPDX-License-Identifier: MIT
#include "report/run/text.h"

#include "base/build.h"
#include "base/quote.h"
#include "base/units.h"
#include "report/parts/head.h"
#include "report/parts/sheet.h"
#include "report/parts/unit.h"
#include "report/run/delivery_text.h"
#include "report/run/distribution.h"
#include "report/run/generators.h"
#include "report/run/latency_text.h"
#include "report/run/nodes.h"
#include "report/run/opened.h"
#include "report/run/replay_text.h"
#include "report/run/staleness.h"
#include "report/run/tables.h"
#include "report/run/warnings.h"
#include "stats/validity.h"
#include "stats/verdict.h"

#include <inttypes.h>
#include <string.h>

static void begin(FILE *out, const struct run_facts *facts)
{
    char quote[SELFTEST_QUOTE];
    fprintf(out, "hkv-bench %s -> ", build.version);
    head_whom(out, facts);
    fprintf(out, ", %s\n", facts->engine);
    if (facts->start_at_ns)
        fprintf(out, LABEL "%.3f ms after --start-at\n", "started", (double)facts->start_late_ns * 1e-6);
    if (facts->selftest)
        fprintf(out, LABEL "%s\n", "this client",
                selftest_quote(facts->selftest, facts->started_unix_ms, quote));
    fputs("\n", out);
}

static void print_keys(FILE *out, const struct summary *s)
{
    if (s->load.keyspace < 0)
        return;
    if (s->load.keyspace == 0)
        fputs("  keyspace: one key\n", out);
    else
        fprintf(out, "  keyspace: %s keys, %s\n", UNITS_COUNT((uint64_t)s->load.keyspace),
                s->load.sequential    ? "sequential"
                : s->load.key_dist[0] ? s->load.key_dist
                                      : "uniform");
}

static void print_prefill(FILE *out, const struct summary *s)
{
    double seconds = (double)s->prefill_ns * 1e-9;
    fprintf(out, "  prefilled: %s key%s", UNITS_COUNT(s->prefilled), s->prefilled == 1 ? "" : "s");
    if (seconds > 0)
        fprintf(out, " in %s seconds, %s/s", UNITS_SECONDS(seconds),
                UNITS_COUNT((uint64_t)((double)s->prefilled / seconds)));
    fputs("\n", out);
}

// What is not as it is by default.
static void print_choices(FILE *out, const struct summary *s)
{
    if (s->load.pipeline > 1 && s->load.window)
        fprintf(out, "  pipeline window of %u requests per connection\n", s->load.pipeline);
    else if (s->load.pipeline > 1)
        fprintf(out, "  %u requests per pipeline batch\n", s->load.pipeline);
    if (s->load.workload[0])
        fprintf(out, "  workload: %s\n", s->load.workload);
    if (s->load.threads > 1)
        fprintf(out, "  threads: %u\n", s->load.threads);
    if (s->ramp_ns > 0)
        fprintf(out, "  ramp: %g seconds\n", (double)s->ramp_ns * 1e-9);
    if (s->load.quickack)
        fputs("  quickack: no delayed ACKs\n", out);
    if (s->load.protocol == 3)
        fputs("  protocol: RESP3\n", out);
    if (s->load.tracking[0] && strcmp(s->load.tracking, "off") != 0)
        fprintf(out, "  client tracking: %s\n", s->load.tracking);
    if (s->prefilled > 0)
        print_prefill(out, s);
    if (s->warmup_ns > 0)
        fprintf(out, "  warm-up: %g seconds\n", (double)s->warmup_ns * 1e-9);
}

// In the closed loop a request leaves when another was answered: its latencies are none at a given load.
static void print_loop(FILE *out, const struct summary *s)
{
    char arrivals[UNIT_TEXT], rate[UNIT_TEXT];
    if (s->load.rate > 0)
        fprintf(out, "  open loop, %s req/s offered (%s), latency from the scheduled send time\n",
                unit_rps(s->load.rate, rate), unit_arrivals(s->load.arrival, load_batch(&s->load), arrivals));
    else
        fprintf(out, "  closed loop, %s requests in flight\n",
                UNITS_COUNT((uint64_t)s->load.clients * s->load.pipeline));
}

static void print_ending(FILE *out, const struct summary *s)
{
    static const char *const names[] = {
        [ENDING_SKIPPED] = "skipped",
        [ENDING_INTERRUPTED] = "interrupted",
        [ENDING_STALLED] = "stalled",
        [ENDING_LOST] = "lost",
    };
    if (!s->note[0] && s->ending == ENDING_DONE)
        return;
    quote_line(out, "  ", s->note[0] ? s->note : names[s->ending]);
}

static bool only_connects(const struct summary *s)
{
    return strstr(s->load.workload, "--connect-only") != NULL;
}

static void print_head(FILE *out, const struct summary *s)
{
    char seconds[UNIT_TEXT];
    head_title(out, s->title, "");
    fprintf(out, "  %" PRIu64 " %s in %s seconds\n", summary_answered(s),
            only_connects(s) ? "connections opened" : "requests completed",
            unit_seconds(s->wall_ns, seconds));
    fprintf(out, "  %u parallel clients\n", s->load.clients);
    if (!s->replayed)
        fprintf(out, "  %" PRId64 " bytes payload\n", s->load.payload_bytes);
    fprintf(out, "  keep alive: %d\n", s->load.keepalive);
    if (s->load.reconnect_every > 0)
        fprintf(out, "  a new connection every %" PRId64 " requests\n", s->load.reconnect_every);
    print_loop(out, s);
    print_keys(out, s);
    print_choices(out, s);
    print_ending(out, s);
    fputs("\n", out);
}

// All handshakes of the test: those before the clock, and with -k 0 those that it ran for.
static void print_tls(FILE *out, const struct summary *s)
{
    const struct handshakes *h = &s->tls;
    if (handshakes_count(h) == 0)
        return;
    const struct hist *most = handshakes_resumed(h) > 0.5 ? h->resumed : h->full;
    fprintf(out, LABEL "%s, %s, %s verified%s%s%s; ", "tls", h->protocol, h->cipher, h->verified,
            strcmp(h->verified, "nothing") == 0 ? " (--insecure)" : "", h->kernel[0] ? ", kTLS " : "",
            h->kernel);
    fprintf(out, "%" PRIu64 " handshakes, p50 %.2f ms, p99 %.2f ms, %.0f%% resumed\n", handshakes_count(h),
            (double)hist_quantile(most, 0.5) * 1e-6, (double)hist_quantile(most, 0.99) * 1e-6,
            100 * handshakes_resumed(h));
}

static void print_load(FILE *out, const struct summary *s)
{
    char percent[UNIT_TEXT];
    if (s->load.rate > 0)
        fprintf(out, LABEL "%s requests scheduled, %s%% completed\n", "load",
                UNITS_COUNT(counts_due(&s->counts)),
                unit_percent(summary_answered(s), counts_due(&s->counts), 2, percent));
}

static void print_throughput(FILE *out, const struct summary *s)
{
    double seconds = (double)s->wall_ns * 1e-9;
    char sent[UNIT_TEXT], received[UNIT_TEXT];
    unit_rate(seconds > 0 ? (double)s->bytes_sent / seconds : 0, sent);
    unit_rate(seconds > 0 ? (double)s->counts.bytes_received / seconds : 0, received);
    fprintf(out, LABEL "%s sent, %s received\n", "throughput", sent, received);
}

static void print_hits(FILE *out, const struct summary *s)
{
    uint64_t reads = s->counts.hits + s->counts.misses;
    char percent[UNIT_TEXT];
    if (!s->reads || reads == 0)
        return;
    fprintf(out, LABEL "%s%% (%s of %s)\n", "hits", unit_percent(s->counts.hits, reads, 1, percent),
            UNITS_COUNT(s->counts.hits), UNITS_COUNT(reads));
}

static void print_invalidations(FILE *out, const struct summary *s)
{
    double seconds = (double)s->wall_ns * 1e-9;
    char rate[UNIT_TEXT];
    bool tracks = s->load.protocol == 3 && s->load.tracking[0] && strcmp(s->load.tracking, "off") != 0;
    if (tracks || s->counts.invalidations)
        fprintf(out, LABEL "%s messages/s (%s messages, %s keys)\n", "invalidated",
                unit_rps(seconds > 0 ? (double)s->counts.invalidations / seconds : 0, rate),
                UNITS_COUNT(s->counts.invalidations), UNITS_COUNT(s->counts.invalidated));
}

// An error's text without the prefix that is printed before it.
static const char *past_prefix(const struct tally_kind *kind)
{
    size_t n = strlen(kind->prefix);
    bool repeats = strncmp(kind->first, kind->prefix, n) == 0 && kind->first[n] == ' ';
    return repeats ? kind->first + n + 1 : kind->first;
}

static void print_errors(FILE *out, const struct summary *s)
{
    const struct tally_kind *kinds = s->tally.kinds;
    if (s->counts.errors == 0)
        return;
    fprintf(out, LABEL PAINT_BAD "%s" PAINT_OFF, "errors", UNITS_COUNT(s->counts.errors));
    for (int i = 0; i < TALLY_KINDS && kinds[i].prefix[0]; i++)
        fprintf(out, "%s%s %s: \"%s\"", i ? "; " : " (", kinds[i].prefix, UNITS_COUNT(kinds[i].count),
                past_prefix(&kinds[i]));
    fputs(kinds[0].prefix[0] ? ")\n" : "\n", out);
}

static void print_verified(FILE *out, const struct summary *s)
{
    const struct counts *c = &s->counts;
    if (!s->verified && c->checked + c->unchecked == 0)
        return;
    fprintf(out, LABEL "%s values read, %s%s wrong%s", "verified", UNITS_COUNT(c->checked),
            counts_wrong_values(c) ? PAINT_BAD : PAINT_GOOD, UNITS_COUNT(counts_wrong_values(c)), PAINT_OFF);
    if (c->unchecked)
        fprintf(out, "; %s more are of no run with --verify", UNITS_COUNT(c->unchecked));
    fputs("\n", out);
    staleness_text(out, s);
}

static void print_unfinished(FILE *out, const struct summary *s)
{
    const struct counts *c = &s->counts;
    if (s->in_flight)
        fprintf(out, LABEL "%s requests in flight when interrupted (not in the quantiles)\n", "unanswered",
                UNITS_COUNT(counts_unfinished(c)));
    else if (counts_unfinished(c))
        fprintf(out, LABEL "%s requests, %s of them sent (counted with the time elapsed so far)\n",
                "unanswered", UNITS_COUNT(counts_unfinished(c)),
                UNITS_COUNT(counts_unfinished(c) - c->unsent));
    if (c->timeouts)
        fprintf(out, LABEL "%s requests without an answer within --timeout\n", "timed out",
                UNITS_COUNT(c->timeouts));
}

static void print_trouble(FILE *out, const struct summary *s)
{
    const struct counts *c = &s->counts;
    char text[OUTAGE_TEXT];
    print_unfinished(out, s);
    for (unsigned i = 0; i < s->outages.n; i++)
        fprintf(out, LABEL "%s\n", "outage", outage_text(&s->outages.list[i], s->load.rate > 0, text));
    if (c->retries)
        fprintf(out, LABEL "%s offered, %s attempts (amplification %.3f), goodput %s requests/s\n", "retries",
                UNITS_COUNT(counts_due(c)), UNITS_COUNT(counts_attempts(c)), counts_amplification(c),
                UNITS_COUNT((uint64_t)summary_goodput(s)));
    if (c->breaks)
        fprintf(out, LABEL "%s connection%s broke, %s reconnected; %s requests lost in flight\n",
                "reconnects", UNITS_COUNT(c->breaks), c->breaks > 1 ? "s" : "", UNITS_COUNT(c->reconnects),
                UNITS_COUNT(c->lost));
    else if (c->lost)
        fprintf(out, LABEL "%s requests in flight\n", "lost", UNITS_COUNT(c->lost));
    if (s->lost && !load_renews(&s->load))
        fprintf(out, LABEL "%" PRIu64 " of %u connections\n", "lost", s->lost, s->load.clients);
    else if (s->lost)
        fprintf(out, LABEL "%" PRIu64 " connection%s\n", "lost", s->lost, s->lost > 1 ? "s" : "");
}

static void print_cpu(FILE *out, const struct summary *s)
{
    char us[UNIT_TEXT];
    fprintf(out, LABEL, "client cpu");
    if (summary_answered(s) > 0)
        fprintf(out, "%s µs/request (%.2f s user, %.2f s system)\n", unit_figure(summary_cpu_us(s), 1, us),
                s->user_s, s->system_s);
    else
        fprintf(out, "%.2f s user, %.2f s system\n", s->user_s, s->system_s);
}

static void print_verdict(FILE *out, const struct summary *s)
{
    const struct verdict *v = &s->verdict;
    if (summary_answered(s) > 0)
        fprintf(out, LABEL "%s%s%s (%s)\n", "bottleneck",
                v->limit == LIMIT_CLIENT   ? PAINT_WARN
                : v->limit == LIMIT_SERVER ? PAINT_GOOD
                                           : "",
                verdict_text(v->limit), PAINT_OFF, v->why);
}

static void print_validity(FILE *out, const struct summary *s)
{
    char text[VALIDITY_TEXT];
    if (s->validity.known)
        fprintf(out, LABEL "%s%s%s\n", "validity", s->validity.invalid ? PAINT_BAD : "",
                validity_text(&s->validity, text), PAINT_OFF);
}

static void test(FILE *out, const struct summary *s)
{
    if (s->ending == ENDING_SKIPPED)
        return;
    print_head(out, s);
    distribution_text(out, s->latency);
    fprintf(out, PAINT_BOLD "%.2f" PAINT_OFF " requests per second\n\n", summary_rps(s));
    latency_text(out, s);
    latency_text_parts(out, s);
    delivery_text(out, s);
    tables_commands(out, s);
    latency_text_wire(out, s);
    print_load(out, s);
    replay_text(out, s);
    print_throughput(out, s);
    print_tls(out, s);
    print_hits(out, s);
    print_invalidations(out, s);
    print_verified(out, s);
    print_errors(out, s);
    print_trouble(out, s);
    nodes_text(out, s);
    generators_text(out, s);
    opened_text(out, s);
    print_cpu(out, s);
    print_verdict(out, s);
    print_validity(out, s);
    fputs("\n", out);
}

static void sum_up(FILE *out, const struct summary *tests, size_t n)
{
    tables_suite(out, tests, n);
    warnings_text(out, tests, n);
}

const struct reporter text_reporter = {.name = "text", .begin = begin, .test = test, .sum_up = sum_up};
