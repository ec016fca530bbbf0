// SPDX-License-Identifier: MIT
#include "report/selftest/selftest_text.h"

#include "base/quote.h"
#include "base/units.h"
#include "report/parts/sheet.h"

#include <inttypes.h>

#define LABEL "  %-14s"

// As LABEL, of a label with a unit in it.
static void print_label(FILE *out, const char *label)
{
    fputs("  ", out);
    sheet_pad(out, -14, label);
}

static void print_ceilings(FILE *out, const struct selftest *t)
{
    for (int i = 0; i < SELFTEST_FLOORS; i++) {
        const struct selftest_floor *f = &t->floors[i];
        char label[24], rate[UNITS_TEXT];
        snprintf(label, sizeof label, "P=%u ceiling", f->pipeline);
        if (f->ceiling_rps > 0)
            fprintf(out, LABEL "%s req/s, %.3f µs of CPU each (null engine, one thread)\n", label,
                    units_count((uint64_t)f->ceiling_rps, rate), f->cpu_us);
    }
}

static void print_floors(FILE *out, const struct selftest *t)
{
    for (int i = 0; i < SELFTEST_FLOORS; i++) {
        const struct selftest_floor *f = &t->floors[i];
        char label[24];
        snprintf(label, sizeof label, "P=%u µs", f->pipeline);
        if (!f->p50_ns)
            continue;
        print_label(out, label);
        fprintf(out, "round trip p50 %.1f  p99 %.1f (one connection, embedded server)",
                (double)f->p50_ns * 1e-3, (double)f->p99_ns * 1e-3);
        if (f->own_ns)
            fprintf(out, "; the client's own share: %.1f of p50", (double)f->own_ns * 1e-3);
        fputs("\n", out);
    }
}

static void print_late(FILE *out, const char *label, const struct selftest_late *l, const char *what)
{
    if (!l->n)
        return;
    print_label(out, label);
    fprintf(out, "p50 %.1f  p99 %.1f  max %.1f (%s)\n", (double)l->p50_ns * 1e-3, (double)l->p99_ns * 1e-3,
            (double)l->max_ns * 1e-3, what);
}

static const char *verdict(const struct selftest_fault *f)
{
    return f->found ? "found" : "NOT FOUND";
}

static void print_faults(FILE *out, const struct selftest *t)
{
    if (t->delay.tried)
        fprintf(out, LABEL "delay of 1 ms: %s (p50 %.3f ms higher)\n", "planted", verdict(&t->delay),
                t->delay.value * 1e-6);
    if (t->errors.tried)
        fprintf(out, LABEL "1%% errors: %s (%s%% of the replies)\n", "planted", verdict(&t->errors),
                UNITS_DIGITS(100 * t->errors.value));
}

static void print_lines(FILE *out, const struct selftest *t)
{
    struct selftest_line lines[SELFTEST_LINES];
    unsigned n = selftest_lines(t, lines);
    if (n)
        fputs("\nThis client on this machine\n", out);
    for (int can = 1; can >= 0; can--)
        for (unsigned i = 0; i < n; i++)
            if (lines[i].can == can)
                fprintf(out, LABEL "%s\n", can ? "detects" : "out of reach", lines[i].text);
}

void selftest_text(FILE *out, const struct selftest *t)
{
    fprintf(out, "hkv-bench %s selftest on ", t->version);
    quote_terminal(out, t->host);
    fprintf(out, " (%s), %s, %.1f s\n\n", t->kernel, t->engine[0] ? t->engine : "no engine", t->spent_s);
    print_ceilings(out, t);
    print_floors(out, t);
    print_late(out, "timer µs", &t->timer, "how late a sleep of 1 ms ends");
    print_late(out, "lag µs", &t->lag, "how late requests are sent, open loop at a low rate");
    print_late(out, "unread µs", &t->unread, "replies waiting in the socket, 50 connections");
    print_faults(out, t);
    if (t->pairs)
        fprintf(out, LABEL "%u pairs of slots of %s s can detect %s%% in throughput, %s%% in p50\n", "A/A",
                t->pairs, UNITS_DIGITS(t->slot_s), UNITS_DIGITS(100 * t->rps_smallest),
                UNITS_DIGITS(100 * t->p50_smallest));
    print_lines(out, t);
    fputs("\n", out);
}
