// SPDX-License-Identifier: MIT
// redis-benchmark's CSV, which quotes every field. It leaves quotes in a title as they are, and such a row
// cannot be read: here they are doubled, as RFC 4180 has it.
#include "report/run/csv.h"

#include "base/quote.h"

static double ms(uint64_t ns)
{
    return (double)ns / 1e6;
}

static void begin(FILE *out, const struct run_facts *facts)
{
    (void)facts;
    fputs("\"test\",\"rps\",\"avg_latency_ms\",\"min_latency_ms\",\"p50_latency_ms\",\"p95_latency_ms\","
          "\"p99_latency_ms\",\"max_latency_ms\"\n",
          out);
}

static void test(FILE *out, const struct summary *s)
{
    const struct hist *h = s->latency, *all = s->bounded ? s->bounded : h;
    if (s->ending == ENDING_SKIPPED)
        return;
    for (unsigned i = 0; i < s->nkinds; i++)
        test(out, &s->kinds[i]);
    quote_csv(out, s->title);
    fprintf(out, ",\"%.2f\",\"%.3f\",\"%.3f\",\"%.3f\",\"%.3f\",\"%.3f\",\"%.3f\"\n", summary_rps(s),
            hist_mean(h) / 1e6, ms(hist_min(all)), ms(s->quantiles[QUANTILE_P50].ns),
            ms(s->quantiles[QUANTILE_P95].ns), ms(s->quantiles[QUANTILE_P99].ns), ms(hist_max(all)));
}

const struct reporter csv_reporter = {.name = "csv", .begin = begin, .test = test};
