// SPDX-License-Identifier: MIT
#include "report/run/text.h"

#include "base/build.h"
#include "base/quote.h"
#include "report/parts/head.h"
#include "report/parts/unit.h"
#include "report/run/nodes.h"
#include "report/run/opened.h"
#include "stats/doubt.h"
#include "stats/verdict.h"

#include <inttypes.h>
#include <string.h>

#define NS_PER_MS UINT64_C(1000000)
#define LABEL "  %-13s" // of the lines below the rows

static void begin(FILE *out, const struct run_facts *facts)
{
    char quote[SELFTEST_QUOTE];
    fprintf(out, "hkv-bench %s -> ", build.version);
    head_server(out, facts->server_name, facts->server_version, facts->target);
    fprintf(out, ", %s\n", facts->engine);
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
        fputs("  keys: one\n", out);
    else if (s->load.sequential)
        fprintf(out, "  keys: sequential over %" PRId64 "\n", s->load.keyspace);
    else if (!s->load.key_dist[0] || strcmp(s->load.key_dist, "uniform") == 0)
        fprintf(out, "  keys: random of %" PRId64 "\n", s->load.keyspace);
    else
        fprintf(out, "  keys: %s of %" PRId64 "\n", s->load.key_dist, s->load.keyspace);
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
        fputs("  quickack: what comes is acknowledged at once\n", out);
    if (s->load.protocol == 3)
        fputs("  protocol: RESP3\n", out);
    if (s->load.tracking[0] && strcmp(s->load.tracking, "off") != 0)
        fprintf(out, "  client tracking: %s\n", s->load.tracking);
    if (s->prefilled > 0)
        fprintf(out, "  prefilled: %" PRIu64 " keys\n", s->prefilled);
    if (s->warmup_ns > 0)
        fprintf(out, "  warm-up: %g seconds\n", (double)s->warmup_ns * 1e-9);
}

// In the closed loop a request leaves when another was answered: its latencies are none at a given load.
static void print_loop(FILE *out, const struct summary *s)
{
    char arrivals[UNIT_TEXT];
    if (s->load.rate > 0)
        fprintf(out, "  open loop: %.6g requests per second (%s), latency from the due time\n", s->load.rate,
                unit_arrivals(s->load.arrival, load_batch(&s->load), arrivals));
    else
        fprintf(out, "  closed loop: %" PRIu64 " outstanding\n",
                (uint64_t)s->load.clients * s->load.pipeline);
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

static void print_head(FILE *out, const struct summary *s)
{
    char seconds[UNIT_TEXT];
    head_title(out, s->title, "");
    fprintf(out, "  %" PRIu64 " requests completed in %s seconds\n", summary_answered(s),
            unit_seconds(s->wall_ns, seconds));
    fprintf(out, "  %u parallel clients\n", s->load.clients);
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

// 1, 2, ... 10, 20, ... 100, 200, ... ms: at most nine rows for each decade.
static uint64_t next_edge(uint64_t edge)
{
    uint64_t step = NS_PER_MS;
    while (edge >= 10 * step)
        step *= 10;
    return edge + step;
}

struct rows {
    FILE *out;
    uint64_t total;
    uint64_t printed; // the count in the row before
};

static bool print_row(void *ctx, const struct hist_step *step)
{
    struct rows *rows = ctx;
    char percent[UNIT_TEXT];
    if (step->cumulative == rows->printed)
        return true;
    rows->printed = step->cumulative;
    fprintf(rows->out, "%s%% <= %" PRIu64 " milliseconds\n",
            unit_percent(step->cumulative, rows->total, 2, percent), (step->ns + NS_PER_MS - 1) / NS_PER_MS);
    return true;
}

static void print_label(FILE *out, const char *what, const struct unit *unit)
{
    char label[16];
    snprintf(label, sizeof label, "%s %s", what, unit->name);
    fprintf(out, LABEL, label);
}

static void print_value(FILE *out, const char *name, double ns, const struct unit *unit)
{
    fprintf(out, "%s%.*f", name, unit->decimals, ns / unit->ns);
}

// The 95 % intervals of those that have one, under the line of the quantiles.
static void print_intervals(FILE *out, const struct summary *s, const struct unit *unit)
{
    const char *gap = "";
    for (int i = 0; i < QUANTILES; i++) {
        const struct quantile *x = &s->quantiles[i];
        if (i == QUANTILE_P95 || !x->has_interval || !quantile_sound(x))
            continue;
        if (!*gap)
            fprintf(out, LABEL, "sure by 95 %");
        fprintf(out, "%s%s %.*f to %.*f", gap, quantile_names[i].text, unit->decimals,
                (double)x->low_ns / unit->ns, unit->decimals, (double)x->high_ns / unit->ns);
        gap = "  ";
    }
    if (*gap)
        fputs("\n", out);
}

static void print_marks(FILE *out, const struct summary *s)
{
    bool few = false, unstable = false, at_least = false;
    for (int i = 0; i < QUANTILES; i++) {
        few |= s->quantiles[i].few;
        unstable |= s->quantiles[i].unstable;
        at_least |= s->quantiles[i].at_least;
    }
    if (few)
        fprintf(out, LABEL "* too few samples above this percentile\n", "note");
    if (unstable)
        fprintf(out, LABEL "~ unstable during the run: it depends on when one measures (--series shows it)\n",
                "note");
    if (at_least)
        fprintf(out, LABEL ">= or more: some requests below it were not answered\n", "note");
}

static void print_latency(FILE *out, const struct summary *s)
{
    const struct hist *h = s->latency;
    if (hist_count(h) == 0) {
        fprintf(out, LABEL "n/a (no request succeeded)\n", "latency");
        return;
    }
    const struct unit *unit = unit_for(s->quantiles[QUANTILE_P50].ns);
    print_label(out, "latency", unit);
    print_value(out, "avg ", hist_mean(h), unit);
    print_value(out, "  min ", (double)hist_min(h), unit);
    for (int i = 0; i < QUANTILES; i++) {
        const struct quantile *x = &s->quantiles[i];
        if (i == QUANTILE_P95)
            continue;
        fprintf(out, "  %s %s%.*f%s", quantile_names[i].text, x->at_least ? ">=" : "", unit->decimals,
                (double)x->ns / unit->ns,
                x->few        ? "*"
                : x->unstable ? "~"
                              : "");
    }
    print_value(out, s->bounded ? "  max >=" : "  max ", (double)hist_max(s->bounded ? s->bounded : h), unit);
    fputs("\n", out);
    print_intervals(out, s, unit);
    print_marks(out, s);
}

// A part of the response time, in the open loop.
static void print_part(FILE *out, const char *label, const struct hist *h, const struct unit *unit)
{
    print_label(out, label, unit);
    print_value(out, "p50 ", (double)hist_quantile(h, 0.5), unit);
    print_value(out, "  p99 ", (double)hist_quantile(h, 0.99), unit);
    print_value(out, "  p99.9 ", (double)hist_quantile(h, 0.999), unit);
    print_value(out, "  max ", (double)hist_max(h), unit);
}

// Shown where it matters: a hundredth of the response time.
static bool matters(const struct summary *s, const struct hist *part)
{
    return hist_quantile(part, 0.99) * 100 > hist_quantile(s->latency, 0.99);
}

static void print_parts(FILE *out, const struct summary *s)
{
    if (!s->service || hist_count(s->latency) == 0)
        return;
    const struct unit *unit = unit_for(s->quantiles[QUANTILE_P50].ns);
    print_part(out, "service", s->service, unit);
    fputs("  (from leaving to the answer)\n", out);
    if (matters(s, s->wait)) {
        print_part(out, "waited", s->wait, unit);
        fputs("  (all connections were taken)\n", out);
    }
    if (matters(s, s->lag)) {
        print_part(out, "lag", s->lag, unit);
        fputs("  (the client's own delay)\n", out);
    }
}

// Where the time of the sampled requests went, at their medians.
static void print_wire(FILE *out, const struct summary *s)
{
    const struct wiretimes *w = &s->wire;
    if (w->missed && hist_count(w->whole) == 0)
        fprintf(out, LABEL "0, %" PRIu64 " missed: the kernel stamped none of them\n", "samples", w->missed);
    if (!w->whole || hist_count(w->whole) == 0)
        return;
    const struct hist *all = s->service ? s->service : s->latency;
    double p50 = (double)hist_quantile(all, 0.5);
    fprintf(
        out,
        LABEL
        "p50 send %.1f + network and server %.1f + wake-up %.1f (the client's: %.0f %%; of p99 %.0f %%)\n",
        "wire us", (double)hist_quantile(w->send, 0.5) * 1e-3, (double)hist_quantile(w->wire, 0.5) * 1e-3,
        (double)hist_quantile(w->wake, 0.5) * 1e-3, 100 * wiretimes_share(w, 0.5),
        100 * wiretimes_share(w, 0.99));
    fprintf(out, LABEL "%" PRIu64 ", %" PRIu64 " missed; a sampled request took %+.1f %% at p50\n", "samples",
            hist_count(w->whole), w->missed,
            100 * ((double)hist_quantile(w->whole, 0.5) / (p50 > 0 ? p50 : 1) - 1));
}

// How long answers lay in the socket before they were read; and where that is much of the latency, what is
// left without it.
static void print_read(FILE *out, const struct summary *s)
{
    const struct readtimes *r = &s->read;
    if (!readtimes_known(r))
        return;
    double p50 = readtimes_share(r, 0.5), p99 = readtimes_share(r, 0.99);
    fprintf(
        out,
        LABEL
        "p50 %.1f  p99 %.1f  (answers in the socket before they were read: %.0f %% of p50, %.0f %% of p99)\n",
        "unread us", (double)hist_quantile(r->delay, 0.5) * 1e-3,
        (double)hist_quantile(r->delay, 0.99) * 1e-3, 100 * p50, 100 * p99);
    if (p50 <= READTIMES_SHOWN)
        return;
    const struct unit *unit = unit_for(s->quantiles[QUANTILE_P50].ns);
    print_part(out, "kernel", r->kernel, unit);
    fputs("  (the latency without it)\n", out);
}

// All handshakes of the test: those before the clock, and with -k 0 those that it ran for.
static void print_tls(FILE *out, const struct summary *s)
{
    const struct handshakes *h = &s->tls;
    if (handshakes_count(h) == 0)
        return;
    const struct hist *most = handshakes_resumed(h) > 0.5 ? h->resumed : h->full;
    fprintf(out, LABEL "%s, %s, %s verified%s; ", "tls", h->protocol, h->cipher, h->verified,
            strcmp(h->verified, "nothing") == 0 ? " (--insecure)" : "");
    fprintf(out, "%" PRIu64 " handshakes, p50 %.2f ms, p99 %.2f ms, %.0f%% resumed\n", handshakes_count(h),
            (double)hist_quantile(most, 0.5) * 1e-6, (double)hist_quantile(most, 0.99) * 1e-6,
            100 * handshakes_resumed(h));
}

static void print_command(FILE *out, const struct summary *s, double unit)
{
    char hits[UNIT_TEXT] = "-";
    if (s->reads && s->counts.hits + s->counts.misses)
        unit_percent(s->counts.hits, s->counts.hits + s->counts.misses, 1, hits);
    fprintf(out, "  %-12.12s %11" PRIu64 " %12.2f %8" PRIu64 " %7s", s->test, summary_answered(s),
            summary_rps(s), s->counts.errors, hits);
    static const int shown[] = {QUANTILE_P50, QUANTILE_P99, QUANTILE_P999};
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        fprintf(out, " %9.3f", (double)s->quantiles[shown[i]].ns / unit);
    fputs("\n", out);
}

// What came of each command of a mix.
static void print_commands(FILE *out, const struct summary *s)
{
    double unit = hist_mean(s->latency) < 1e5 ? 1e3 : 1e6;
    if (s->nkinds == 0)
        return;
    fprintf(out, "\n  %-12s %11s %12s %8s %7s %6s %2s %9s %9s\n", "command", "answered", "rps", "errors",
            "hits %", "p50", unit < 1e6 ? "us" : "ms", "p99", "p99.9");
    for (unsigned i = 0; i < s->nkinds; i++)
        print_command(out, &s->kinds[i], unit);
    print_command(out, s, unit);
    fputs("\n", out);
}

static void print_load(FILE *out, const struct summary *s)
{
    char percent[UNIT_TEXT];
    if (s->load.rate > 0)
        fprintf(out, LABEL "%" PRIu64 " requests were due, %s %% of them answered\n", "load",
                counts_due(&s->counts),
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
    fprintf(out, LABEL "%s %% (%" PRIu64 " of %" PRIu64 ")\n", "hits",
            unit_percent(s->counts.hits, reads, 1, percent), s->counts.hits, reads);
}

static void print_invalidations(FILE *out, const struct summary *s)
{
    double seconds = (double)s->wall_ns * 1e-9;
    bool tracks = s->load.protocol == 3 && s->load.tracking[0] && strcmp(s->load.tracking, "off") != 0;
    if (tracks || s->counts.invalidations)
        fprintf(out, LABEL "%.2f messages per second (%" PRIu64 " with %" PRIu64 " keys)\n", "invalidated",
                seconds > 0 ? (double)s->counts.invalidations / seconds : 0, s->counts.invalidations,
                s->counts.invalidated);
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
    fprintf(out, LABEL "%" PRIu64, "errors", s->counts.errors);
    for (int i = 0; i < TALLY_KINDS && kinds[i].prefix[0]; i++)
        fprintf(out, "%s%s %" PRIu64 ": \"%s\"", i ? "; " : " (", kinds[i].prefix, kinds[i].count,
                past_prefix(&kinds[i]));
    fputs(kinds[0].prefix[0] ? ")\n" : "\n", out);
}

static void print_trouble(FILE *out, const struct summary *s)
{
    const struct counts *c = &s->counts;
    if (s->in_flight)
        fprintf(out, LABEL "%" PRIu64 " requests in flight when interrupted: not in the quantiles\n",
                "unfinished", counts_unfinished(c));
    else if (counts_unfinished(c))
        fprintf(out,
                LABEL "%" PRIu64 " requests without an answer, %" PRIu64
                      " of them sent: in the quantiles at the "
                      "least that they took\n",
                "unfinished", counts_unfinished(c), counts_unfinished(c) - c->unsent);
    char text[OUTAGE_TEXT];
    for (unsigned i = 0; i < s->outages.n; i++)
        fprintf(out, LABEL "%s\n", "outage", outage_text(&s->outages.list[i], s->load.rate > 0, text));
    if (c->breaks)
        fprintf(out,
                LABEL "%" PRIu64 " connection%s broke, %" PRIu64
                      " came back; requests lost in flight: %" PRIu64 "\n",
                "reconnects", c->breaks, c->breaks > 1 ? "s" : "", c->reconnects, c->lost);
    else if (c->lost)
        fprintf(out, LABEL "requests lost in flight: %" PRIu64 "\n", "lost", c->lost);
    if (s->lost && !load_renews(&s->load))
        fprintf(out, LABEL "%" PRIu64 " of %u connections\n", "lost", s->lost, s->load.clients);
    else if (s->lost)
        fprintf(out, LABEL "%" PRIu64 " connection%s\n", "lost", s->lost, s->lost > 1 ? "s" : "");
}

static void print_cpu(FILE *out, const struct summary *s)
{
    fprintf(out, LABEL, "client cpu");
    if (summary_answered(s) > 0)
        fprintf(out, "%.1f us a request (%.2f s user, %.2f s system)\n", summary_cpu_us(s), s->user_s,
                s->system_s);
    else
        fprintf(out, "%.2f s user, %.2f s system\n", s->user_s, s->system_s);
}

static void print_verdict(FILE *out, const struct summary *s)
{
    struct verdict v;
    verdict_of(s, &v);
    if (summary_answered(s) > 0)
        fprintf(out, LABEL "%s: %s\n", "limited by", verdict_name(v.limit), v.why);
}

static void print_doubts(FILE *out, const struct summary *s)
{
    struct doubt doubts[DOUBTS_MAX];
    int n = doubts_of(s, doubts);
    if (n)
        fputs("\n", out);
    for (int i = 0; i < n; i++)
        quote_line(out, "! ", doubts[i].text);
}

static void test(FILE *out, const struct summary *s)
{
    if (s->ending == ENDING_SKIPPED)
        return;
    print_head(out, s);
    struct rows rows = {.out = out, .total = hist_count(s->latency)};
    hist_walk_linear(s->latency, next_edge, print_row, &rows);
    fprintf(out, "%.2f requests per second\n\n", summary_rps(s));
    print_latency(out, s);
    print_parts(out, s);
    print_read(out, s);
    print_commands(out, s);
    print_wire(out, s);
    print_load(out, s);
    print_throughput(out, s);
    print_tls(out, s);
    print_hits(out, s);
    print_invalidations(out, s);
    print_errors(out, s);
    print_trouble(out, s);
    nodes_text(out, s);
    opened_text(out, s);
    print_cpu(out, s);
    print_verdict(out, s);
    print_doubts(out, s);
    fputs("\n", out);
}

const struct reporter text_reporter = {.name = "text", .begin = begin, .test = test};
