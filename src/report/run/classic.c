// SPDX-License-Identifier: MIT
// redis-benchmark's full report and its quiet line: read by scripts, so every byte of the form matters.
#include "report/run/classic.h"

#include "base/quote.h"
#include "report/parts/head.h"

#include <inttypes.h>

#define NS_PER_US UINT64_C(1000)

static double ms(uint64_t ns)
{
    return (double)ns / 1e6;
}

struct rows {
    FILE *out;
    uint64_t total;
    uint64_t before; // the count of the step before
    bool first;
};

// A step that adds nothing is left out, but for those at the end that hold everything.
static bool print_row(void *ctx, const struct hist_step *step)
{
    struct rows *rows = ctx;
    if (rows->first || step->cumulative != rows->before || step->cumulative == rows->total)
        fprintf(rows->out, "%3.3f%% <= %.3f milliseconds (cumulative count %" PRIu64 ")\n", step->percentile,
                ms(step->ns), step->cumulative);
    rows->before = step->cumulative;
    rows->first = false;
    return true;
}

// By 100 us, and by 1 ms once an edge lies above 2 ms.
static uint64_t next_edge(uint64_t edge)
{
    return edge + (edge > 2000 * NS_PER_US ? 1000 : 100) * NS_PER_US;
}

static void print_distributions(FILE *out, const struct hist *h)
{
    struct rows rows = {.out = out, .total = hist_count(h), .first = true};
    fputs("Latency by percentile distribution:\n", out);
    hist_walk_percentiles(h, 1, print_row, &rows);
    rows.first = true;
    fputs("\nCumulative distribution of latencies:\n", out);
    hist_walk_linear(h, next_edge, print_row, &rows);
}

// Only where it is one. Those tools go on with the settings of each node, which are not asked here.
static void print_masters(FILE *out, const struct node_shares *nodes)
{
    unsigned masters = 0;
    for (unsigned i = 0; i < nodes->n; i++)
        masters += !nodes->at[i].replica && nodes->at[i].slots;
    if (nodes->n)
        fprintf(out, "  cluster mode: yes (%u masters)\n", masters);
}

// The same as valkey-benchmark has it: who was asked.
static void print_roles(FILE *out, const struct node_shares *nodes)
{
    unsigned primaries = 0, replicas = 0;
    for (unsigned i = 0; i < nodes->n; i++) {
        const struct node_share *n = &nodes->at[i];
        replicas += n->replica && counts_answered(&n->counts);
        primaries += !n->replica && counts_answered(&n->counts);
    }
    if (nodes->n)
        fprintf(out, "  cluster mode: yes (%u %s)\n", primaries + replicas,
                !replicas    ? "primary"
                : !primaries ? "replica"
                             : "cluster");
}

typedef void cluster_printer(FILE *out, const struct node_shares *nodes);

static void print_head(FILE *out, const struct summary *s, cluster_printer *print_cluster)
{
    head_title(out, s->title, "");
    fprintf(out, "  %" PRIu64 " requests completed in %.2f seconds\n", summary_answered(s),
            (double)s->wall_ns / 1e9);
    fprintf(out, "  %u parallel clients\n", s->load.clients);
    fprintf(out, "  %" PRId64 " bytes payload\n", s->load.payload_bytes);
    fprintf(out, "  keep alive: %d\n", s->load.keepalive);
    print_cluster(out, &s->nodes);
    fprintf(out, "  multi-thread: %s\n", s->load.threads > 1 ? "yes" : "no");
    if (s->load.threads > 1)
        fprintf(out, "  threads: %u\n", s->load.threads);
}

static void print_summary(FILE *out, const struct summary *s)
{
    const struct hist *h = s->latency;
    fputs("Summary:\n", out);
    fprintf(out, "  throughput summary: %.2f requests per second\n", summary_rps(s));
    fputs("  latency summary (msec):\n", out);
    fprintf(out, "    %9s %9s %9s %9s %9s %9s\n", "avg", "min", "p50", "p95", "p99", "max");
    fprintf(out, "    %9.3f %9.3f %9.3f %9.3f %9.3f %9.3f\n", hist_mean(h) / 1e6, ms(hist_min(h)),
            ms(hist_quantile(h, 0.50)), ms(hist_quantile(h, 0.95)), ms(hist_quantile(h, 0.99)),
            ms(hist_max(h)));
}

static void print_test(FILE *out, const struct summary *s, cluster_printer *print_cluster)
{
    if (s->ending == ENDING_SKIPPED)
        return;
    for (unsigned i = 0; i < s->nkinds; i++)
        print_test(out, &s->kinds[i], print_cluster);
    print_head(out, s, print_cluster);
    fputs("\n", out);
    print_distributions(out, s->latency);
    fputs("\n", out);
    print_summary(out, s);
}

static void classic_test(FILE *out, const struct summary *s)
{
    print_test(out, s, print_masters);
}

static void valkey_test(FILE *out, const struct summary *s)
{
    print_test(out, s, print_roles);
}

static void quiet_test(FILE *out, const struct summary *s)
{
    if (s->ending == ENDING_SKIPPED)
        return;
    for (unsigned i = 0; i < s->nkinds; i++)
        quiet_test(out, &s->kinds[i]);
    quote_terminal(out, s->title);
    fprintf(out, ": %.2f requests per second, p50=%.3f msec\n", summary_rps(s),
            ms(hist_quantile(s->latency, 0.50)));
}

static void end(FILE *out, const struct run_facts *facts)
{
    (void)facts;
    fputs("\n", out);
}

const struct reporter classic_reporter = {.name = "classic", .test = classic_test, .end = end};
const struct reporter classic_valkey = {.name = "classic", .test = valkey_test, .end = end};
const struct reporter classic_quiet = {.name = "quiet", .test = quiet_test, .end = end};
