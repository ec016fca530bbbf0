// SPDX-License-Identifier: MIT
#include "report/sweep/sweep_text.h"

#include "base/quote.h"
#include "base/units.h"
#include "report/parts/head.h"
#include "report/parts/sheet.h"
#include "report/parts/unit.h"

#include <inttypes.h>

#define NOTE_COLUMN 16 // where a line below a row begins

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

// What else is said of a point: on a terminal without room for it, on a line of its own.
static void print_notes(FILE *out, const struct sweep_point *p)
{
    char lost[64] = "", notes[128];
    if (p->lost)
        snprintf(lost, sizeof lost, "  %" PRIu64 " connection%s lost", p->lost, p->lost > 1 ? "s" : "");
    snprintf(notes, sizeof notes, "%s%s%s%s", p->kept_up ? "" : "  did not keep up",
             p->errors || p->unfinished ? "  errors or unanswered" : "", p->outage_s > 0 ? "  outage" : "",
             lost);
    if (notes[0])
        fprintf(out, FLAT_ON "%s" FOLD_OFF FOLD_ON "\n%*s%s" FOLD_OFF, notes, NOTE_COLUMN, "", notes);
}

static void print_point(FILE *out, const struct sweep_point *p, const struct unit *unit)
{
    static const int shown[] = {QUANTILE_P50, QUANTILE_P99, QUANTILE_P999};
    char x[UNITS_TEXT], rps[UNITS_TEXT], latency[UNIT_TEXT];
    fprintf(out, "  %10s  %4u  %10s", units_rate(p->x, x), p->pass + 1, units_rate(p->rps, rps));
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        const struct quantile *q = &p->quantiles[shown[i]];
        fprintf(out, "  %9s", q->ns ? unit_latency(unit, q->ns, q->at_least, latency) : "-");
    }
    fprintf(out, "  %-12s%s", verdict_text(p->verdict.limit), sweep_counts(p) ? "" : "*");
    print_notes(out, p);
    fputs("\n", out);
}

// The commands of a mix, below what all of them had.
static void print_commands(FILE *out, const struct by_command *all, const struct unit *unit)
{
    char rps[UNITS_TEXT], latency[UNIT_TEXT];
    for (unsigned i = 0; all->n > 1 && i < all->n; i++) {
        const struct command_figures *c = &all->at[i];
        const uint64_t shown_ns[] = {c->p50_ns, c->p99_ns, c->p999_ns};
        fprintf(out, "  %16s  %10s", c->test, units_rate(c->rps, rps));
        for (size_t k = 0; k < sizeof shown_ns / sizeof *shown_ns; k++)
            fprintf(out, "  %9s", shown_ns[k] ? unit_latency(unit, shown_ns[k], false, latency) : "-");
        fputs(c->errors ? "  errors\n" : "\n", out);
    }
}

static void print_broken(FILE *out, const struct sweep_point *p)
{
    char measured[ASSERTION_TEXT];
    for (unsigned i = 0; i < p->ndemands; i++)
        if (!p->demands[i].result.held)
            fprintf(out, "  %16s  %s (%s: %s)\n", "FAIL", p->demands[i].result.of->text, p->demands[i].test,
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
            units_rate(rate, at), knee.open ? " or above, the end of the sweep" : "", KNEE_FACTOR);
    if (knee.ragged)
        fputs("     a lower rate exceeds that p99 too: noise, or a lower knee; repeat with more --passes\n",
              out);
}

static void print_value(FILE *out, const char *name, const struct usl_value *v, const char *means)
{
    char value[UNITS_TEXT], low[UNITS_TEXT], high[UNITS_TEXT], between[2 * UNITS_TEXT];
    snprintf(between, sizeof between, "%s–%s", units_rate(v->low, low), units_rate(v->high, high));
    fprintf(out, "     %-6s %10s   95%% CI about %s", name, units_rate(v->value, value), FLAT_ON);
    sheet_pad(out, -20, between);
    fprintf(out, "   %s\n" FOLD_OFF FOLD_ON "%s\n%*s%s\n" FOLD_OFF, means, between, NOTE_COLUMN + 2, "",
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
    char figure[UNITS_TEXT], spent[UNITS_TEXT];
    char by[32];
    snprintf(by, sizeof by, ", by %s", sweep_kinds[s->kind]);
    head_title(out, s->title, by);
    if (s->peak_rps > 0)
        fprintf(out, "  closed loop %s req/s\n", units_rate(s->peak_rps, figure));
    if (s->note[0])
        quote_line(out, "  ended early: ", s->note);
    fprintf(out, "  %10s  %4s  %10s  %6s %2s  %6s %2s  %6s %2s  %s\n", sweep_kinds[s->kind], "pass", "req/s",
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
    fprintf(out, "  %u points of %s s each, in random order, in %s\n\n", s->n,
            units_seconds(s->lasting_s, figure), units_left(s->spent_s, spent));
}
