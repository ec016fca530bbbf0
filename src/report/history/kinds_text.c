// SPDX-License-Identifier: MIT
#include "report/history/kinds_text.h"

#include "base/quote.h"
#include "base/slice.h"
#include "base/units.h"
#include "report/parts/sheet.h"
#include "stats/metric.h"
#include "stats/verdict.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

#define NAME_TEXT 40

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

// NaN where there is none.
static double number_of(const json_t *object, const char *key)
{
    const json_t *v = json_object_get(object, key);
    return json_is_number(v) ? json_number_value(v) : NAN;
}

static void print_text(FILE *out, const char *before, const char *text)
{
    if (text[0])
        quote_line(out, before, text);
}

static void print_rate(FILE *out, double rate)
{
    char value[UNITS_TEXT];
    fprintf(out, "  %15s", isfinite(rate) ? metric_text(METRIC_RPS, rate, value) : "-");
}

static void print_time(FILE *out, double ns)
{
    char value[UNITS_TEXT];
    sheet_pad(out, 11, isfinite(ns) ? metric_text(METRIC_MEAN, ns, value) : "-");
}

static void print_list(FILE *out, const json_t *list, const char *key)
{
    size_t i;
    json_t *one;
    json_array_foreach((json_t *)list, i, one) print_text(out, "! ",
                                                          key                      ? text_of(one, key)
                                                          : json_string_value(one) ? json_string_value(one)
                                                                                   : "");
}

// --- compare ---

// A throughput or a latency, in columns of one width.
static void print_level(FILE *out, enum metric m, double level)
{
    char value[UNITS_TEXT];
    sheet_pad(out, 17, isfinite(level) ? metric_text(m, level, value) : "-");
}

static void contrast(FILE *out, const json_t *c)
{
    const char *metric = text_of(c, "metric");
    bool rate = strcmp(metric, "throughput") == 0 || strcmp(metric, "capacity") == 0;
    char name[NAME_TEXT];
    fprintf(out, "  %-12s", slice_quote(slice_of(metric), name, sizeof name));
    print_level(out, rate ? METRIC_RPS : METRIC_MEAN, number_of(c, "reference"));
    print_level(out, rate ? METRIC_RPS : METRIC_MEAN, number_of(c, "target"));
    if (isfinite(number_of(c, "ratio")))
        fprintf(out, "  %.3f  %.3f to %.3f  ", number_of(c, "ratio"), number_of(c, "low"),
                number_of(c, "high"));
    else
        fputs("  -  ", out);
    quote_terminal(out, text_of(c, "verdict"));
    fputc('\n', out);
}

static void compare(FILE *out, const json_t *test)
{
    size_t i, k;
    json_t *pair, *one;
    fprintf(out, "  %zu blocks", json_array_size(json_object_get(test, "blocks")));
    if (isfinite(number_of(test, "spent_s")))
        fprintf(out, " in %.1f s", number_of(test, "spent_s"));
    if (number_of(test, "looks") > 0)
        fprintf(out, ", %.0f looks", number_of(test, "looks"));
    quote_line(out, text_of(test, "ended")[0] ? ", ended: " : "", text_of(test, "ended"));
    json_array_foreach(json_object_get(test, "comparisons"), i, pair)
    {
        fputs("  ", out);
        quote_terminal(out, text_of(pair, "target"));
        print_text(out, " vs ", text_of(pair, "reference"));
        json_array_foreach(json_object_get(pair, "contrasts"), k, one) contrast(out, one);
    }
    print_list(out, json_object_get(test, "remarks"), NULL);
    print_list(out, json_object_get(test, "doubts"), "text");
}

// --- saturate ---

static void saturate(FILE *out, const json_t *test)
{
    size_t i;
    json_t *t;
    print_text(out, "  ", text_of(test, "verdict"));
    json_array_foreach(json_object_get(test, "promises"), i, t) print_text(out, "  ", text_of(t, "verdict"));
    fprintf(out, "  %15s  %15s  %9s  %9s  %-8s  %-9s  %s\n", "rate", "answered", "p50", "p99", "outcome",
            "phase", "bottleneck");
    json_array_foreach(json_object_get(test, "trials"), i, t)
    {
        const json_t *latency = json_object_get(t, "latency_ns");
        print_rate(out, number_of(t, "rate"));
        print_rate(out, number_of(t, "rps"));
        print_time(out, number_of(json_object_get(latency, "p50"), "ns"));
        print_time(out, number_of(json_object_get(latency, "p99"), "ns"));
        char outcome[NAME_TEXT], phase[NAME_TEXT];
        fprintf(out, "  %-8s  %-9s  ", slice_quote(slice_of(text_of(t, "outcome")), outcome, sizeof outcome),
                slice_quote(slice_of(text_of(t, "phase")), phase, sizeof phase));
        fputs(verdict_text(verdict_named(text_of(t, "limited_by"))), out);
        fputc('\n', out);
    }
}

// --- sweep ---

static char *number_text(double value, char dst[UNITS_TEXT])
{
    if (value >= 0)
        return units_rate(value, dst);
    snprintf(dst, UNITS_TEXT, "-");
    return dst;
}

static void sweep(FILE *out, const json_t *test)
{
    size_t i;
    json_t *p;
    char by[NAME_TEXT], value[UNITS_TEXT];
    const json_t *knee = json_object_get(test, "knee"), *usl = json_object_get(test, "usl");
    fprintf(out, "  %11s  %4s  %15s  %9s  %9s  %9s  %s\n",
            slice_quote(slice_of(text_of(test, "by")), by, sizeof by), "pass", "rps", "p50", "p99", "p99.9",
            "bottleneck");
    json_array_foreach(json_object_get(test, "points"), i, p)
    {
        fprintf(out, "  %11s  %4.0f", number_text(number_of(p, "value"), value), number_of(p, "pass"));
        print_rate(out, number_of(p, "rps"));
        print_time(out, number_of(p, "p50_ns"));
        print_time(out, number_of(p, "p99_ns"));
        print_time(out, number_of(p, "p99_9_ns"));
        fprintf(out, "  %s\n", verdict_text(verdict_named(text_of(p, "limited_by"))));
    }
    if (json_is_object(knee)) {
        char rate[UNITS_TEXT];
        fprintf(out, "  knee at %s\n", metric_text(METRIC_RPS, number_of(knee, "rate"), rate));
    }
    static const char *const coefficients[] = {"gamma", "alpha", "beta"};
    for (i = 0; json_is_object(usl) && i < 3; i++)
        fprintf(out, "%s %s %s%s", i ? "," : "  USL:", coefficients[i],
                number_text(number_of(json_object_get(usl, coefficients[i]), "value"), value),
                i == 2 ? "\n" : "");
}

void kinds_text(FILE *out, const char *document)
{
    static const struct {
        const char *kind;
        void (*print)(FILE *out, const json_t *test);
    } kinds[] = {{"compare", compare}, {"aa", compare}, {"saturate", saturate}, {"sweep", sweep}};
    json_t *whole = json_loads(document, 0, NULL), *test;
    size_t i;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        if (strcmp(text_of(whole, "kind"), kinds[k].kind) != 0)
            continue;
        json_array_foreach(json_object_get(whole, "tests"), i, test)
        {
            print_text(out, "\n", text_of(test, "title"));
            print_text(out, "! ", text_of(test, "note"));
            kinds[k].print(out, test);
        }
    }
    json_decref(whole);
}
