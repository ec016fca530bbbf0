// SPDX-License-Identifier: MIT
#include "report/run/tables.h"

#include "base/quote.h"
#include "base/units.h"
#include "base/utf8.h"
#include "report/parts/sheet.h"
#include "report/parts/unit.h"
#include "stats/verdict.h"

#include <string.h>

static const int shown[] = {QUANTILE_P50, QUANTILE_P99, QUANTILE_P999};
#define TITLE_WIDTH 26 // characters
#define SHOWN (sizeof shown / sizeof *shown)

static const char *mark_of(const struct quantile *x)
{
    return x->few ? "*" : x->unstable ? "~" : " ";
}

static void print_quantiles(FILE *out, const struct summary *s, const struct unit *unit)
{
    char value[UNIT_TEXT];
    for (size_t i = 0; i < SHOWN; i++) {
        const struct quantile *x = &s->quantiles[shown[i]];
        if (s->latency && hist_count(s->latency))
            fprintf(out, " %9s%s", unit_latency(unit, x->ns, x->at_least, value), mark_of(x));
        else
            fprintf(out, " %9s ", "-");
    }
}

// p50 and p99 of what is shown together are in one unit.
static const struct unit *unit_of(const struct summary *const *tests, size_t n)
{
    uint64_t p50 = 0, p99 = 0;
    for (size_t i = 0; i < n; i++) {
        const struct quantile *q = tests[i]->quantiles;
        p50 = q[QUANTILE_P50].ns > p50 ? q[QUANTILE_P50].ns : p50;
        p99 = q[QUANTILE_P99].ns > p99 ? q[QUANTILE_P99].ns : p99;
    }
    return unit_for_line(p50, p99);
}

static void print_command(FILE *out, const struct summary *s, const struct unit *unit)
{
    char hits[UNIT_TEXT] = "-", answered[UNITS_TEXT], rps[UNIT_TEXT], errors[UNITS_TEXT];
    if (s->reads && s->counts.hits + s->counts.misses)
        unit_percent(s->counts.hits, s->counts.hits + s->counts.misses, 1, hits);
    fprintf(out, "  %-12.12s %11s %10s %8s %6s", s->test, units_count(summary_answered(s), answered),
            unit_figure(summary_rps(s), 1, rps), units_count(s->counts.errors, errors), hits);
    print_quantiles(out, s, unit);
    fputs("\n", out);
}

// Of commands that follow each other: how long all of them took.
static void print_chain(FILE *out, const struct summary *s, const struct unit *unit)
{
    char value[UNIT_TEXT];
    if (!s->chain || !hist_count(s->chain))
        return;
    fprintf(out, "  %s, from when the first that it follows was due:", s->test);
    for (size_t i = 0; i < SHOWN; i++) {
        const struct quantile_name *q = &quantile_names[shown[i]];
        fprintf(out, "%s %s %s %s", i ? "," : "", q->text,
                unit_value(unit, (double)hist_quantile(s->chain, q->q), value), unit->name);
    }
    fputs("\n", out);
}

static void print_unit(FILE *out, const char *name, const struct unit *unit)
{
    char head[24];
    int wide = unit->name[0] & 0x80 ? 10 : 9;
    snprintf(head, sizeof head, "%s %s", name, unit->name);
    fprintf(out, " %*s ", wide, head);
}

void tables_commands(FILE *out, const struct summary *s)
{
    const struct unit *unit = unit_for_line(s->quantiles[QUANTILE_P50].ns, s->quantiles[QUANTILE_P99].ns);
    if (s->nkinds == 0)
        return;
    fprintf(out, "\n  %-12s %11s %10s %8s %6s", "command", "requests", "req/s", "errors", "hits %");
    for (size_t i = 0; i < SHOWN; i++)
        print_unit(out, quantile_names[shown[i]].text, unit);
    fputs("\n", out);
    for (unsigned i = 0; i < s->nkinds; i++)
        print_command(out, &s->kinds[i], unit);
    print_command(out, s, unit);
    for (unsigned i = 0; i < s->nkinds; i++)
        print_chain(out, &s->kinds[i], unit);
    fputs("\n", out);
}

// As many characters of it as its column has, which no cut leaves half.
static void print_title(FILE *out, const char *title)
{
    char text[TITLE_WIDTH * 4 + 1];
    size_t len = 0;
    int width = 0;
    for (; title[len] && width < TITLE_WIDTH; width++) {
        size_t n = utf8_len(title + len);
        len += n ? n : 1;
    }
    snprintf(text, sizeof text, "%.*s", (int)len, title);
    fputs("  ", out);
    quote_terminal(out, text);
    fprintf(out, "%*s", TITLE_WIDTH - width, "");
}

static void print_test(FILE *out, const struct summary *s, const struct unit *unit)
{
    char rps[UNIT_TEXT];
    print_title(out, s->title);
    fprintf(out, " %11s", unit_figure(summary_rps(s), 1, rps));
    print_quantiles(out, s, unit);
    fprintf(out, " %s\n", summary_answered(s) ? verdict_text(s->verdict.limit) : summary_ending(s->ending));
}

void tables_suite(FILE *out, const struct summary *tests, size_t n)
{
    const struct summary *ran[SUITE_MAX];
    size_t all = 0;
    for (size_t i = 0; i < n && all < SUITE_MAX; i++)
        if (tests[i].ending != ENDING_SKIPPED)
            ran[all++] = &tests[i];
    if (all < 2)
        return;
    const struct unit *unit = unit_of(ran, all);
    fprintf(out, PAINT_BOLD "  %-*s %11s", TITLE_WIDTH, "summary", "req/s");
    for (size_t i = 0; i < SHOWN; i++)
        print_unit(out, quantile_names[shown[i]].text, unit);
    fputs(" bottleneck" PAINT_OFF "\n", out);
    for (size_t i = 0; i < all; i++)
        print_test(out, ran[i], unit);
    fputs("\n", out);
}
