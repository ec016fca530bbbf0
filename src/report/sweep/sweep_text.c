// SPDX-License-Identifier: MIT
#include "report/sweep/sweep_text.h"

#include "base/quote.h"
#include "base/units.h"
#include "report/parts/head.h"
#include "report/parts/unit.h"

#include <inttypes.h>
#include <math.h>

void sweep_text_head(FILE *out, const struct run_facts *f)
{
    head_trials(out, "sweep", f);
}

// One unit for all latencies of the table. A point without an ok answer has none.
static const struct unit *unit_of(const struct sweep *s)
{
    uint64_t least_ns = 0;
    for (unsigned i = 0; i < s->n; i++) {
        uint64_t ns = s->points[i].quantiles[QUANTILE_P50].ns;
        if (ns && (ns < least_ns || !least_ns))
            least_ns = ns;
    }
    return unit_for(least_ns);
}

static void print_point(FILE *out, const struct sweep_point *p, const struct unit *unit)
{
    static const int shown[] = {QUANTILE_P50, QUANTILE_P99, QUANTILE_P999};
    char x[UNITS_TEXT], rps[UNITS_TEXT], latency[UNIT_TEXT];
    fprintf(out, "  %12s  %4u  %12s", units_figure(p->x, x), p->pass + 1, units_figure(p->rps, rps));
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        const struct quantile *q = &p->quantiles[shown[i]];
        fprintf(out, "  %10s", q->ns ? unit_latency(unit, q->ns, q->at_least, latency) : "-");
    }
    fprintf(out, "  %-12s%s%s%s%s", verdict_text(p->verdict.limit), sweep_counts(p) ? "" : "*",
            p->kept_up ? "" : "  did not keep up", p->errors || p->unfinished ? "  errors or unanswered" : "",
            p->outage_s > 0 ? "  outage" : "");
    if (p->lost)
        fprintf(out, "  %" PRIu64 " connection%s lost", p->lost, p->lost > 1 ? "s" : "");
    fputs("\n", out);
}

// The commands of a mix, below what all of them had.
static void print_commands(FILE *out, const struct by_command *all, const struct unit *unit)
{
    char rps[UNITS_TEXT], latency[UNIT_TEXT];
    for (unsigned i = 0; all->n > 1 && i < all->n; i++) {
        const struct command_figures *c = &all->at[i];
        const uint64_t shown_ns[] = {c->p50_ns, c->p99_ns, c->p999_ns};
        fprintf(out, "  %18s  %12s", c->test, units_figure(c->rps, rps));
        for (size_t k = 0; k < sizeof shown_ns / sizeof *shown_ns; k++)
            fprintf(out, "  %10s", shown_ns[k] ? unit_latency(unit, shown_ns[k], false, latency) : "-");
        fputs(c->errors ? "  errors\n" : "\n", out);
    }
}

static void print_broken(FILE *out, const struct sweep_point *p)
{
    char measured[ASSERTION_TEXT];
    for (unsigned i = 0; i < p->ndemands; i++)
        if (!p->demands[i].result.held)
            fprintf(out, "  %18s  %s (%s: %s)\n", "FAIL", p->demands[i].result.of->text, p->demands[i].test,
                    assertion_measured(&p->demands[i].result, measured));
}

// What the stars mean.
static void print_stars(FILE *out, const struct sweep *s)
{
    bool client = false, lost = false, nothing = false;
    for (unsigned i = 0; i < s->n; i++) {
        bool is_client = s->points[i].verdict.limit == LIMIT_CLIENT;
        client |= is_client;
        lost |= s->points[i].lost > 0;
        nothing |= !is_client && !s->points[i].lost && !sweep_counts(&s->points[i]);
    }
    if (client)
        fputs("  * excluded from the fit: the client was the bottleneck\n", out);
    if (lost)
        fputs("  * excluded from the fit: connections were lost\n", out);
    if (nothing)
        fputs("  * excluded from the fit: no request succeeded\n", out);
}

static void print_knee(FILE *out, const struct sweep *s)
{
    struct knee knee;
    char at[UNITS_TEXT];
    double rate;
    int rc = sweep_knee(s, &knee, &rate);
    if (rc < 0) {
        fputs("  => no knee: no point is usable\n", out);
        return;
    }
    fprintf(out,
            "  => knee at %s req/s%s (the highest rate with a p99 of at most %d× that at the lowest rate)\n",
            units_figure(rate, at), knee.open ? " or above, the end of the sweep" : "", KNEE_FACTOR);
    if (knee.ragged)
        fputs("     a lower rate exceeds that p99 too: noise, or a lower knee; repeat with more --passes\n",
              out);
}

static void print_value(FILE *out, const char *name, const struct usl_value *v, const char *means)
{
    char value[UNITS_TEXT], low[UNITS_TEXT], high[UNITS_TEXT], between[2 * UNITS_TEXT];
    snprintf(between, sizeof between, "%s–%s", units_figure(v->low, low), units_figure(v->high, high));
    fprintf(out, "     %-6s %10s   95%% CI about %-20s   %s\n", name, units_figure(v->value, value), between,
            means);
}

static void print_usl(FILE *out, const struct sweep *s, uint64_t seed)
{
    struct usl fit;
    int rc = sweep_usl(s, seed, &fit);
    if (rc < 0) {
        fprintf(out,
                "  => no scalability fit: it needs %d numbers of clients at which the client is not the "
                "bottleneck\n",
                USL_DISTINCT);
        return;
    }
    fprintf(out, "  => Universal Scalability Law (approximate; mean error %.1f%%):\n", 100 * fit.error);
    print_value(out, "gamma", &fit.gamma, "req/s of one client");
    print_value(out, "alpha", &fit.alpha, "serial share (contention)");
    print_value(out, "beta", &fit.beta, "crosstalk between pairs (coherency)");
    if (fit.peaked)
        print_value(out, "peak", &fit.peak, "clients at peak throughput");
}

void sweep_text(FILE *out, const struct sweep *s, uint64_t seed)
{
    const struct unit *unit = unit_of(s);
    char figure[UNITS_TEXT];
    char by[32];
    snprintf(by, sizeof by, ", by %s", sweep_kinds[s->kind]);
    head_title(out, s->title, by);
    if (s->peak_rps > 0)
        fprintf(out, "  closed loop %s req/s\n", units_figure(s->peak_rps, figure));
    if (s->note[0])
        quote_line(out, "  ended early: ", s->note);
    fprintf(out, "  %12s  %4s  %12s  %7s %2s  %7s %2s  %7s %2s  %s\n", sweep_kinds[s->kind], "pass", "req/s",
            "p50", unit->name, "p99", unit->name, "p99.9", unit->name, "bottleneck");
    for (unsigned i = 0; i < s->n; i++) {
        print_point(out, &s->points[i], unit);
        print_commands(out, &s->points[i].commands, unit);
        print_broken(out, &s->points[i]);
    }
    print_stars(out, s);
    unsigned all, broken = sweep_broken(s, &all);
    if (broken)
        fprintf(out, "  => %u of %u assertions failed\n", broken, all);
    else if (all)
        fprintf(out, "  => all %u assertions hold\n", all);
    if (s->kind == SWEEP_RATE)
        print_knee(out, s);
    if (s->kind == SWEEP_CLIENTS)
        print_usl(out, s, seed);
    fprintf(out, "  %u points of %s s each, in random order, in %um%02us\n\n", s->n,
            units_figure(s->lasting_s, figure), (unsigned)(s->spent_s / 60), (unsigned)fmod(s->spent_s, 60));
}
