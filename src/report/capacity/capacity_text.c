// SPDX-License-Identifier: MIT
#include "report/capacity/capacity_text.h"

#include "base/quote.h"
#include "base/units.h"
#include "report/parts/head.h"
#include "report/parts/sheet.h"
#include "report/parts/unit.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#define NARROW 80         // columns of a terminal that rows fit
#define COLUMNS_BESIDE 69 // of a row, without its late shares

// What goes where there is no room for all, in this order: how many columns are too many by then.
enum { FOLD_P50 = 0, FOLD_LENGTH = 10, FOLD_P99 = 18 };

void capacity_text_head(FILE *out, const struct run_facts *f)
{
    head_trials(out, "saturate", f);
}

// What heads the shares of a limit: its name where there are several, or where it is for one command.
static char *late_head(const struct slo *slo, unsigned limit, char dst[SLO_NAME + 8])
{
    char name[SLO_NAME];
    bool named = slo->n > 1 || slo->limit[limit].command[0];
    snprintf(dst, SLO_NAME + 8, "late%s%s", named ? " " : "",
             named ? slo_name(&slo->limit[limit], name) : "");
    return dst;
}

static int late_width(const struct slo *slo)
{
    char head[SLO_NAME + 8];
    size_t width = sizeof "100.000%" - 1;
    for (unsigned i = 0; i < slo->n; i++)
        if (strlen(late_head(slo, i, head)) > width)
            width = strlen(head);
    return (int)width;
}

// Of a terminal with less room than all columns take, so many go: what is first in the order has over = 0.
static const char *fold(const struct slo *slo, unsigned over)
{
    unsigned all = COLUMNS_BESIDE + slo->n * (2 + (unsigned)late_width(slo));
    return all > NARROW + over ? FLAT_ON : "";
}

// One unit for all latencies of the table.
static const struct unit *unit_of(const struct capacity *c)
{
    uint64_t least_ns = 0;
    for (size_t i = 0; i < c->n; i++) {
        uint64_t ns = c->trials[i].quantiles[QUANTILE_P50].ns;
        if (ns && (ns < least_ns || !least_ns))
            least_ns = ns;
    }
    return unit_for(least_ns);
}

// What all trials of one load say together.
struct outcomes {
    unsigned pass, fail, spoilt;
};

static struct outcomes outcomes_at(const struct capacity *c, double rate)
{
    struct outcomes l = {0};
    for (size_t i = 0; i < c->n; i++) {
        const struct capacity_trial *t = &c->trials[i];
        if (fabs(t->rate - rate) > 1e-9 * rate)
            continue;
        l.pass += t->outcome == SATURATION_PASS;
        l.fail += t->outcome == SATURATION_FAIL;
        l.spoilt += t->outcome == SATURATION_VOID;
    }
    return l;
}

// The share that is late, for each limit: a load may break one and keep the others.
static void print_late(FILE *out, const struct slo *slo, const struct capacity_trial *t)
{
    for (unsigned i = 0; i < slo->n; i++)
        fprintf(out, "  %*.3f%%", late_width(slo) - 2, 100 * t->late[i].share);
}

static void print_load(FILE *out, const struct capacity *c, double rate, const char *mark)
{
    const struct slo *slo = &c->slo;
    const struct unit *unit = unit_of(c);
    struct outcomes l = outcomes_at(c, rate);
    const struct capacity_trial *t = capacity_typical(c, rate);
    char figure[UNITS_TEXT], p50[UNIT_TEXT], p99[UNIT_TEXT];
    fprintf(out, "  %10s  %4u  %4u  %4u", units_rate(rate, figure), l.pass, l.fail, l.spoilt);
    if (t) {
        const struct quantile *q = t->quantiles;
        unit_latency(unit, q[QUANTILE_P50].ns, q[QUANTILE_P50].at_least, p50);
        unit_latency(unit, q[QUANTILE_P99].ns, q[QUANTILE_P99].at_least, p99);
        fprintf(out, "%s  %4s s" FOLD_OFF, fold(slo, FOLD_LENGTH), units_seconds(t->lasting_s, figure));
        print_late(out, slo, t);
        fprintf(out, "%s  %8s" FOLD_OFF "%s  %8s" FOLD_OFF, fold(slo, FOLD_P50), p50, fold(slo, FOLD_P99),
                p99);
    }
    fprintf(out, "%s\n", mark);
}

static void print_latency_head(FILE *out, const char *name, const struct unit *unit, const char *folds)
{
    char head[16];
    snprintf(head, sizeof head, "%s %s", name, unit->name);
    fprintf(out, "%s  ", folds);
    sheet_pad(out, 8, head);
    fputs(FOLD_OFF, out);
}

static void print_loads(FILE *out, const struct capacity *c)
{
    struct saturation_result r = saturation_result(&c->search);
    fprintf(out, "\n  %10s  %4s  %4s  %4s%s  %6s" FOLD_OFF, "rate req/s", "pass", "fail", "void",
            fold(&c->slo, FOLD_LENGTH), "length");
    for (unsigned i = 0; i < c->slo.n; i++) {
        char late[SLO_NAME + 8];
        fprintf(out, "  %*s", late_width(&c->slo), late_head(&c->slo, i, late));
    }
    print_latency_head(out, "p50", unit_of(c), fold(&c->slo, FOLD_P50));
    print_latency_head(out, "p99", unit_of(c), fold(&c->slo, FOLD_P99));
    fputc('\n', out);
    for (unsigned i = 0; i < c->search.n; i++) {
        double rate = c->search.loads[i].rate;
        print_load(out, c, rate, rate == r.pass ? "  <- passes" : rate == r.fail ? "  <- fails" : "");
    }
}

static void print_latency(FILE *out, const struct unit *unit, uint64_t ns)
{
    char text[UNIT_TEXT];
    fprintf(out, "  %9s", ns ? unit_latency(unit, ns, false, text) : "-");
}

// The commands of a mix in that trial, its lead included.
static void print_commands(FILE *out, const struct by_command *all)
{
    char rps[UNITS_TEXT];
    const struct unit *unit = unit_for(by_command_least(all));
    if (all->n > 1)
        fprintf(out, "    %-20s  %10s  %9s  %9s  %9s %s\n", "by command", "req/s", "p50", "p99", "p99.9",
                unit->name);
    for (unsigned i = 0; all->n > 1 && i < all->n; i++) {
        const struct command_figures *c = &all->at[i];
        fprintf(out, "    %-20s  %10s", c->test, units_rate(c->rps, rps));
        print_latency(out, unit, c->p50_ns);
        print_latency(out, unit, c->p99_ns);
        print_latency(out, unit, c->p999_ns);
        fputs(c->errors ? "   (errors)\n" : "\n", out);
    }
}

static void print_quantiles(FILE *out, const struct capacity *c, double rate)
{
    static const int shown[] = {QUANTILE_P50, QUANTILE_P99, QUANTILE_P999};
    const struct capacity_trial *t = capacity_compliant(c, rate);
    if (!t)
        return;
    char at[UNITS_TEXT], length[UNITS_TEXT], value[UNIT_TEXT], low[UNIT_TEXT], high[UNIT_TEXT];
    fprintf(out, "  at %s req/s, median of its longest trials that passed (%s s):\n", units_rate(rate, at),
            units_seconds(t->lasting_s, length));
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        const struct quantile *x = &t->quantiles[shown[i]];
        const struct unit *unit = unit_for(x->ns);
        fprintf(out, "    %-6s %9s %s", quantile_names[shown[i]].text,
                unit_latency(unit, x->ns, x->at_least, value), unit->name);
        if (x->has_interval)
            fprintf(out, "   95%% CI %s–%s%s", unit_value(unit, (double)x->low_ns, low),
                    unit_value(unit, (double)x->high_ns, high), x->open_end ? " or more" : "");
        fprintf(out, "%s\n", x->few ? "   (few samples)" : x->unstable ? "   (unstable)" : "");
    }
    print_commands(out, &t->commands);
}

// What trials showed beside the estimate, which was calculated.
static void print_confirmed(FILE *out, const struct capacity *c, const struct saturation_result *r)
{
    const double rates[] = {r->pass, r->fail};
    static const char *const words[] = {"highest that passes", "lowest above it that fails"};
    char rate[UNITS_TEXT];
    for (int i = 0; i < 2; i++)
        if (rates[i] > 0 && r->capacity > 0) {
            struct outcomes l = outcomes_at(c, rates[i]);
            fprintf(out, "     %s: %s req/s (%u of %u trials passed)\n", words[i], units_rate(rates[i], rate),
                    l.pass, l.pass + l.fail);
        }
}

static const struct capacity_trial *last_spoilt(const struct capacity *c)
{
    for (size_t i = c->n; i > 0; i--)
        if (c->trials[i - 1].outcome == SATURATION_VOID && c->trials[i - 1].verdict.limit == LIMIT_CLIENT)
            return &c->trials[i - 1];
    return NULL;
}

static void print_head(FILE *out, const struct capacity *c)
{
    char promise[SLO_TEXT], peak[UNITS_TEXT], arrivals[UNIT_TEXT];
    head_title(out, c->title, "");
    if (c->others_n)
        fprintf(out, "  %u objectives, each with its own bound", 1 + c->others_n);
    else
        fprintf(out, "  %s", slo_text(&c->slo, promise));
    fprintf(out, "; arrivals %s, %u clients, pipeline %u\n",
            unit_arrivals(c->load.arrival, load_batch(&c->load), arrivals), c->load.clients,
            c->load.pipeline);
    fprintf(out, "  closed loop %s req/s\n", units_rate(c->peak_rps, peak));
}

static void print_outages(FILE *out, const struct capacity *c)
{
    unsigned n = 0;
    double longest_s = 0;
    for (size_t i = 0; i < c->n; i++) {
        n += c->trials[i].outage_s > 0;
        longest_s = c->trials[i].outage_s > longest_s ? c->trials[i].outage_s : longest_s;
    }
    if (n)
        fprintf(out,
                "  %u trial%s had an outage, of up to %.2f s: connections broke; void, and asked again\n", n,
                n > 1 ? "s" : "", longest_s);
}

// What was found of one promise.
static void print_found(FILE *out, const struct capacity *c)
{
    char sentence[256];
    struct saturation_result r = saturation_result(&c->search);
    if (c->n)
        print_loads(out, c);
    print_outages(out, c);
    capacity_sentence(c, sentence);
    fprintf(out, "\n  => %s\n", sentence);
    print_confirmed(out, c, &r);
    if (c->note[0])
        quote_line(out, "     ", c->note);
    const struct capacity_trial *spoilt = last_spoilt(c);
    if (c->search.end == SATURATION_CEILING && spoilt)
        fprintf(out, "     %s\n", spoilt->verdict.why);
    if (r.pass > 0)
        print_quantiles(out, c, r.pass);
}

void capacity_text(FILE *out, const struct capacity *c)
{
    char promise[SLO_TEXT], spent[UNITS_TEXT];
    print_head(out, c);
    for (unsigned i = 0; i <= c->others_n; i++) {
        const struct capacity *p = capacity_promise(c, i);
        if (c->others_n)
            fprintf(out, "\n  --- %s ---\n", slo_text(&p->slo, promise));
        print_found(out, p);
    }
    fprintf(out, "%s  %zu trials in %s\n\n", c->others_n ? "\n" : "", c->n, units_left(c->spent_s, spent));
}
