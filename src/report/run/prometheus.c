// SPDX-License-Identifier: MIT
#include "report/run/prometheus.h"

#include "base/build.h"
#include "report/run/buckets.h"

#include <inttypes.h>
#include <stdlib.h>

// A label's value: \, " and line ends are escaped, and no other byte is special.
static void label(FILE *out, const char *before, const char *text)
{
    fprintf(out, "%s=\"", before);
    for (; *text; text++)
        if (*text == '\n')
            fputs("\\n", out);
        else
            fprintf(out, *text == '"' || *text == '\\' ? "\\%c" : "%c", *text);
    fputc('"', out);
}

static void head(FILE *out, const char *name, const char *type, const char *help)
{
    fprintf(out, "# HELP hkv_bench_%s %s\n# TYPE hkv_bench_%s %s\n", name, help, name, type);
}

static void sample(FILE *out, const char *name, const struct prometheus_test *t, const char *more)
{
    fprintf(out, "hkv_bench_%s{", name);
    label(out, "test", t->test);
    if (t->target)
        label(out, ",target", t->target);
    fprintf(out, "%s} ", more);
}

static void requests(FILE *out, const struct prometheus_test *t)
{
    sample(out, "requests_total", t, ",result=\"ok\"");
    fprintf(out, "%" PRIu64 "\n", t->ok);
    sample(out, "requests_total", t, ",result=\"error\"");
    fprintf(out, "%" PRIu64 "\n", t->errors);
    sample(out, "requests_total", t, ",result=\"unanswered\"");
    fprintf(out, "%" PRIu64 "\n", t->unanswered);
}

static void duration(FILE *out, const struct prometheus_test *t)
{
    sample(out, "duration_seconds", t, "");
    fprintf(out, "%.9f\n", t->wall_s);
}

static void rate(FILE *out, const struct prometheus_test *t)
{
    sample(out, "requests_per_second", t, "");
    fprintf(out, "%.3f\n", t->rps);
}

static void histogram(FILE *out, const struct prometheus_test *t)
{
    char le[48];
    uint64_t all = t->latency ? hist_count(t->latency) : 0;
    for (int i = 0; i < BUCKETS && t->latency; i++) {
        snprintf(le, sizeof le, ",le=\"%.9g\"", (double)buckets_ns[i] * 1e-9);
        sample(out, "latency_seconds_bucket", t, le);
        fprintf(out, "%" PRIu64 "\n", hist_count_upto(t->latency, buckets_ns[i]));
    }
    sample(out, "latency_seconds_bucket", t, ",le=\"+Inf\"");
    fprintf(out, "%" PRIu64 "\n", all);
    sample(out, "latency_seconds_sum", t, "");
    fprintf(out, "%.9f\n", all ? hist_mean(t->latency) * (double)all * 1e-9 : 0);
    sample(out, "latency_seconds_count", t, "");
    fprintf(out, "%" PRIu64 "\n", all);
}

static void quantiles(FILE *out, const struct prometheus_test *t)
{
    char quantile[48];
    for (int i = 0; i < QUANTILES && t->latency && hist_count(t->latency); i++) {
        snprintf(quantile, sizeof quantile, ",quantile=\"%s\"", quantile_names[i].text);
        sample(out, "latency_quantile_seconds", t, quantile);
        fprintf(out, "%.9f\n", (double)t->quantile_ns[i] * 1e-9);
    }
}

static const struct {
    const char *name, *type, *help;
    void (*print)(FILE *out, const struct prometheus_test *t);
} metrics[] = {
    {"requests_total", "counter", "Requests of a test by what became of them.", requests},
    {"duration_seconds", "gauge", "How long a test was measured.", duration},
    {"requests_per_second", "gauge", "Answers of a test per second.", rate},
    {"latency_seconds", "histogram", "Latency of the ok answers of a test.", histogram},
    {"latency_quantile_seconds", "gauge", "Latency quantiles of a test, with what is unanswered.", quantiles},
};

void prometheus_info(FILE *out, const struct run_facts *f)
{
    head(out, "info", "gauge", "What measured, and what was measured.");
    fputs("hkv_bench_info{", out);
    label(out, "version", build.version);
    label(out, ",target", f->target ? f->target : "");
    label(out, ",server", f->server_name ? f->server_name : "");
    label(out, ",server_version", f->server_version ? f->server_version : "");
    fprintf(out, "} 1\n");
}

void prometheus_ended(FILE *out, const struct run_facts *f)
{
    head(out, "exit_code", "gauge", "How the run ended; 0 is well.");
    fprintf(out, "hkv_bench_exit_code %d\n", f->exit_code);
    head(out, "started_timestamp_seconds", "gauge", "When the run began.");
    fprintf(out, "hkv_bench_started_timestamp_seconds %.3f\n", (double)f->started_unix_ms * 1e-3);
}

void prometheus_tests(FILE *out, const struct prometheus_test *tests, size_t n)
{
    for (size_t m = 0; m < sizeof metrics / sizeof *metrics; m++) {
        head(out, metrics[m].name, metrics[m].type, metrics[m].help);
        for (size_t i = 0; i < n; i++)
            metrics[m].print(out, &tests[i]);
    }
}

static struct prometheus_test test_of(const struct summary *s)
{
    struct prometheus_test t = {.test = s->test,
                                .ok = s->counts.ok,
                                .errors = s->counts.errors,
                                .unanswered = counts_unanswered(&s->counts),
                                .wall_s = (double)s->wall_ns * 1e-9,
                                .rps = s->wall_ns ? summary_rps(s) : 0,
                                .latency = s->latency};
    for (int i = 0; i < QUANTILES; i++)
        t.quantile_ns[i] = s->quantiles[i].ns;
    return t;
}

void prometheus_write(FILE *out, const struct run_facts *f, const struct summary *tests, size_t n)
{
    struct prometheus_test *all = calloc(n + 1, sizeof *all);
    size_t measured = 0;
    for (size_t i = 0; all && i < n; i++)
        if (tests[i].ending != ENDING_SKIPPED)
            all[measured++] = test_of(&tests[i]);
    prometheus_info(out, f);
    prometheus_ended(out, f);
    prometheus_tests(out, all, measured);
    free(all);
}
