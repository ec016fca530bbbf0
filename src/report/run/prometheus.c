// SPDX-License-Identifier: MIT
#include "report/run/prometheus.h"

#include "base/build.h"
#include "report/run/buckets.h"
#include "stats/metric.h"

#include <inttypes.h>

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

static void sample(FILE *out, const char *name, const struct summary *s, const char *more)
{
    fprintf(out, "hkv_bench_%s{", name);
    label(out, "test", s->test);
    fprintf(out, "%s} ", more);
}

typedef void sample_of(FILE *out, const struct summary *s);

static void requests(FILE *out, const struct summary *s)
{
    sample(out, "requests_total", s, ",result=\"ok\"");
    fprintf(out, "%" PRIu64 "\n", s->counts.ok);
    sample(out, "requests_total", s, ",result=\"error\"");
    fprintf(out, "%" PRIu64 "\n", s->counts.errors);
    sample(out, "requests_total", s, ",result=\"unanswered\"");
    fprintf(out, "%" PRIu64 "\n", counts_unanswered(&s->counts));
}

static void duration(FILE *out, const struct summary *s)
{
    sample(out, "duration_seconds", s, "");
    fprintf(out, "%.9f\n", (double)s->wall_ns * 1e-9);
}

static void rate(FILE *out, const struct summary *s)
{
    sample(out, "requests_per_second", s, "");
    fprintf(out, "%.3f\n", s->wall_ns ? summary_rps(s) : 0);
}

static void histogram(FILE *out, const struct summary *s)
{
    char le[48];
    uint64_t all = s->latency ? hist_count(s->latency) : 0;
    for (int i = 0; i < BUCKETS && s->latency; i++) {
        snprintf(le, sizeof le, ",le=\"%.9g\"", (double)buckets_ns[i] * 1e-9);
        sample(out, "latency_seconds_bucket", s, le);
        fprintf(out, "%" PRIu64 "\n", hist_count_upto(s->latency, buckets_ns[i]));
    }
    sample(out, "latency_seconds_bucket", s, ",le=\"+Inf\"");
    fprintf(out, "%" PRIu64 "\n", all);
    sample(out, "latency_seconds_sum", s, "");
    fprintf(out, "%.9f\n", all ? hist_mean(s->latency) * (double)all * 1e-9 : 0);
    sample(out, "latency_seconds_count", s, "");
    fprintf(out, "%" PRIu64 "\n", all);
}

static void quantiles(FILE *out, const struct summary *s)
{
    char quantile[48];
    for (int i = 0; i < QUANTILES && s->latency && hist_count(s->latency); i++) {
        snprintf(quantile, sizeof quantile, ",quantile=\"%s\"", quantile_names[i].text);
        sample(out, "latency_quantile_seconds", s, quantile);
        fprintf(out, "%.9f\n", (double)s->quantiles[i].ns * 1e-9);
    }
}

static const struct {
    const char *name, *type, *help;
    sample_of *print;
} metrics[] = {
    {"requests_total", "counter", "Requests of a test by what became of them.", requests},
    {"duration_seconds", "gauge", "How long a test was measured.", duration},
    {"requests_per_second", "gauge", "Answers of a test per second.", rate},
    {"latency_seconds", "histogram", "Latency of the ok answers of a test.", histogram},
    {"latency_quantile_seconds", "gauge", "Latency quantiles of a test, with what is unanswered.", quantiles},
};

static void info(FILE *out, const struct run_facts *f)
{
    head(out, "info", "gauge", "What measured, and what was measured.");
    fputs("hkv_bench_info{", out);
    label(out, "version", build.version);
    label(out, ",target", f->target ? f->target : "");
    label(out, ",server", f->server_name ? f->server_name : "");
    label(out, ",server_version", f->server_version ? f->server_version : "");
    fprintf(out, "} 1\n");
    head(out, "exit_code", "gauge", "How the run ended; 0 is well.");
    fprintf(out, "hkv_bench_exit_code %d\n", f->exit_code);
    head(out, "started_timestamp_seconds", "gauge", "When the run began.");
    fprintf(out, "hkv_bench_started_timestamp_seconds %.3f\n", (double)f->started_unix_ms * 1e-3);
}

void prometheus_write(FILE *out, const struct run_facts *f, const struct summary *tests, size_t n)
{
    info(out, f);
    for (size_t m = 0; m < sizeof metrics / sizeof *metrics; m++) {
        head(out, metrics[m].name, metrics[m].type, metrics[m].help);
        for (size_t i = 0; i < n; i++)
            if (tests[i].ending != ENDING_SKIPPED)
                metrics[m].print(out, &tests[i]);
    }
}
