// SPDX-License-Identifier: MIT
#include "report/run/latency_text.h"

#include "base/units.h"
#include "report/parts/sheet.h"
#include "report/parts/unit.h"

#include <inttypes.h>
#include <string.h>

static const struct unit *unit_of(const struct summary *s)
{
    return unit_for_line(s->quantiles[QUANTILE_P50].ns, s->quantiles[QUANTILE_P99].ns);
}

static void print_label(FILE *out, const char *what, const struct unit *unit)
{
    char label[24];
    int bytes = snprintf(label, sizeof label, "%s %s", what, unit->name);
    int more = unit->name[0] & 0x80 ? 1 : 0; // a character of two bytes
    fprintf(out, "  %s%*s", label, 13 + more > bytes ? 13 + more - bytes : 1, "");
}

static void print_value(FILE *out, const char *name, double ns, const struct unit *unit)
{
    char value[UNIT_TEXT];
    fprintf(out, "%s%s", name, unit_value(unit, ns, value));
}

// The intervals of those quantiles that have one, under their line.
static void print_intervals(FILE *out, const struct summary *s, const struct unit *unit)
{
    const char *gap = "";
    char low[UNIT_TEXT], high[UNIT_TEXT];
    for (int i = 0; i < QUANTILES; i++) {
        const struct quantile *x = &s->quantiles[i];
        if (i == QUANTILE_P95 || !x->has_interval || !quantile_sound(x))
            continue;
        if (!*gap)
            fprintf(out, LABEL, "95% CI");
        fprintf(out, "%s%s %s–%s", gap, quantile_names[i].text, unit_value(unit, (double)x->low_ns, low),
                unit_value(unit, (double)x->high_ns, high));
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
        fprintf(out, LABEL "~ unstable during the run (--series shows how)\n", "note");
    if (at_least)
        fprintf(out, LABEL ">= lower bound: some requests were still unanswered\n", "note");
}

static void print_quantile(FILE *out, int i, const struct quantile *x, const struct unit *unit)
{
    char value[UNIT_TEXT];
    bool sound = quantile_sound(x);
    fprintf(out, "  %s %s%s%s%s", quantile_names[i].text, sound ? PAINT_BOLD : PAINT_DIM,
            unit_latency(unit, x->ns, x->at_least, value),
            x->few        ? "*"
            : x->unstable ? "~"
                          : "",
            PAINT_OFF);
}

void latency_text(FILE *out, const struct summary *s)
{
    const struct hist *h = s->latency;
    if (hist_count(h) == 0) {
        fprintf(out, LABEL "n/a (no request succeeded)\n", "latency");
        return;
    }
    const struct unit *unit = unit_of(s);
    print_label(out, "latency", unit);
    print_value(out, "avg ", hist_mean(h), unit);
    print_value(out, "  min ", (double)hist_min(h), unit);
    for (int i = 0; i < QUANTILES; i++)
        if (i != QUANTILE_P95)
            print_quantile(out, i, &s->quantiles[i], unit);
    print_value(out, s->bounded ? "  max >=" : "  max ", (double)hist_max(s->bounded ? s->bounded : h), unit);
    fputs("\n", out);
    print_intervals(out, s, unit);
    print_marks(out, s);
}

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

static void print_open_loop(FILE *out, const struct summary *s)
{
    if (!s->service || hist_count(s->latency) == 0)
        return;
    const struct unit *unit = unit_of(s);
    print_part(out, "service", s->service, unit);
    fputs("  (from send to reply)\n", out);
    if (matters(s, s->wait)) {
        print_part(out, "wait", s->wait, unit);
        fputs("  (no free connection)\n", out);
    }
    if (matters(s, s->lag)) {
        print_part(out, "lag", s->lag, unit);
        fputs("  (the client sent late)\n", out);
    }
}

// Where it is much of the latency, what is left without it too.
static void print_unread(FILE *out, const struct summary *s)
{
    static const struct unit us = {"µs", 1e3, 3};
    const struct readtimes *r = &s->read;
    if (!readtimes_known(r))
        return;
    double p50 = readtimes_share(r, 0.5), p99 = readtimes_share(r, 0.99);
    print_label(out, "unread", &us);
    print_value(out, "p50 ", (double)hist_quantile(r->delay, 0.5), &us);
    print_value(out, "  p99 ", (double)hist_quantile(r->delay, 0.99), &us);
    fprintf(out, "  (replies waiting in the socket; without it p50 is %.0f%% lower, p99 %.0f%%)\n", 100 * p50,
            100 * p99);
    if (p50 <= READTIMES_SHOWN)
        return;
    print_part(out, "kernel", r->kernel, unit_of(s));
    fputs("  (latency without that wait)\n", out);
}

void latency_text_part(FILE *out, const char *label, const struct hist *h, const char *what)
{
    print_part(out, label, h, unit_for_line(hist_quantile(h, 0.5), hist_quantile(h, 0.99)));
    fprintf(out, "  (%s)\n", what);
}

void latency_text_parts(FILE *out, const struct summary *s)
{
    print_open_loop(out, s);
    print_unread(out, s);
}

// At their medians.
void latency_text_wire(FILE *out, const struct summary *s)
{
    static const struct unit us = {"µs", 1e3, 3};
    const struct wiretimes *w = &s->wire;
    char missed[UNITS_TEXT], samples[UNITS_TEXT];
    units_count(w->missed, missed);
    if (w->missed && hist_count(w->whole) == 0)
        fprintf(out, LABEL "0, %s missed: the kernel stamped none of them\n", "samples", missed);
    if (!w->whole || hist_count(w->whole) == 0)
        return;
    const struct hist *all = s->service ? s->service : s->latency;
    double p50 = (double)hist_quantile(all, 0.5);
    print_label(out, "wire", &us);
    print_value(out, "p50 send ", (double)hist_quantile(w->send, 0.5), &us);
    print_value(out, " + network and server ", (double)hist_quantile(w->wire, 0.5), &us);
    print_value(out, " + wake-up ", (double)hist_quantile(w->wake, 0.5), &us);
    fprintf(out, " (client's share: %.0f%% of p50, %.0f%% of p99)\n", 100 * wiretimes_share(w, 0.5),
            100 * wiretimes_share(w, 0.99));
    fprintf(out, LABEL "%s, %s missed; a sampled request took %+.1f%% at p50\n", "samples",
            units_count(hist_count(w->whole), samples), missed,
            100 * ((double)hist_quantile(w->whole, 0.5) / (p50 > 0 ? p50 : 1) - 1));
}
