// SPDX-License-Identifier: MIT
// The files of the HdrHistogram ecosystem. Written here and not by HdrHistogram_c, whose log writer stops at
// version 1.2 and puts an end time where readers expect a length.
#include "report/run/hdrlog.h"

#include "report/run/rows.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#define TICKS_PER_HALF 5

void hdrlog_head(FILE *out, int64_t started_unix_ms)
{
    time_t second = (time_t)(started_unix_ms / 1000);
    struct tm utc;
    char day[48] = "";
    if (gmtime_r(&second, &utc))
        strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%SZ", &utc);
    double start_s = (double)started_unix_ms * 1e-3;
    fprintf(out,
            "#[Histogram log format version 1.3]\n#[StartTime: %.3f (seconds since epoch), %s]\n"
            "#[BaseTime: %.3f (seconds since epoch)]\n"
            "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"\n",
            start_s, day, start_s);
}

void hdrlog_intervals(FILE *out, const struct summary *s)
{
    struct rows r;
    rows_begin(&r, s);
    while (rows_next(&r)) {
        char *encoded = r.warm ? NULL : hist_encode(r.latency);
        if (encoded) // times from the start of the file, values in ns, the maximum in ms, as Java has it
            fprintf(out, "Tag=%s,%.3f,%.3f,%.6f,%s\n", s->test, (double)(s->offset_ns + r.start_ns) * 1e-9,
                    (double)r.length_ns * 1e-9, (double)hist_max(r.latency) * 1e-6, encoded);
        free(encoded);
    }
    rows_end(&r);
    for (unsigned i = 0; i < s->nkinds; i++)
        hdrlog_intervals(out, &s->kinds[i]);
}

static bool print_step(void *ctx, const struct hist_step *step)
{
    FILE *out = ctx;
    double us = (double)step->ns * 1e-3;
    if (step->percentile < 100)
        fprintf(out, "%12.3f %2.12f %10" PRIu64 " %14.2f\n", us, step->percentile / 100, step->cumulative,
                1 / (1 - step->percentile / 100));
    else
        fprintf(out, "%12.3f %2.12f %10" PRIu64 "\n", us, 1.0, step->cumulative);
    return true;
}

void hdrlog_percentiles(FILE *out, const struct summary *s)
{
    const struct hist *h = s->latency;
    fputs("       Value     Percentile TotalCount 1/(1-Percentile)\n\n", out);
    hist_walk_percentiles(h, TICKS_PER_HALF, print_step, out);
    fprintf(out, "#[Mean    = %12.3f, StdDeviation   = %12.3f]\n", hist_mean(h) * 1e-3,
            hist_deviation(h) * 1e-3);
    fprintf(out, "#[Max     = %12.3f, Total count    = %12" PRIu64 "]\n", (double)hist_max(h) * 1e-3,
            hist_count(h));
    fprintf(out, "#[Buckets = %12d, SubBuckets     = %12d]\n", hist_buckets(h), hist_sub_buckets(h));
}
