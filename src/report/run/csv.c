// SPDX-License-Identifier: MIT
// redis-benchmark's CSV, which quotes every field. It leaves quotes in a title as they are, and such a row
// cannot be read: here they are doubled, as RFC 4180 has it.
#include "report/run/csv.h"

#include "base/quote.h"

#include <inttypes.h>

static double ms(uint64_t ns)
{
    return (double)ns / 1e6;
}

static void begin(FILE *out, const struct run_facts *facts)
{
    fputs("\"test\",\"rps\",\"avg_latency_ms\",\"min_latency_ms\",\"p50_latency_ms\",\"p95_latency_ms\","
          "\"p99_latency_ms\",\"max_latency_ms\"",
          out);
    fputs(facts->verifies
              ? ",\"values_checked\",\"values_unchecked\",\"values_corrupted\",\"values_truncated\","
                "\"values_stale\",\"values_of_wrong_key\",\"values_crossed\",\"values_of_replicas\","
                "\"values_stale_at_replicas\"\n"
              : "\n",
          out);
}

// Only with --verify: redis-benchmark's form has no more columns.
static void values(FILE *out, const struct counts *c)
{
    const uint64_t all[] = {c->checked,   c->unchecked, c->corrupted,      c->truncated,    c->stale,
                            c->wrong_key, c->crossed,   c->replica_values, c->replica_stale};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        fprintf(out, ",\"%" PRIu64 "\"", all[i]);
}

static void test(FILE *out, const struct summary *s)
{
    const struct hist *h = s->latency, *all = s->bounded ? s->bounded : h;
    if (s->ending == ENDING_SKIPPED)
        return;
    for (unsigned i = 0; i < s->nkinds; i++)
        test(out, &s->kinds[i]);
    quote_csv(out, s->title);
    fprintf(out, ",\"%.2f\",\"%.3f\",\"%.3f\",\"%.3f\",\"%.3f\",\"%.3f\",\"%.3f\"", summary_rps(s),
            hist_mean(h) / 1e6, ms(hist_min(all)), ms(s->quantiles[QUANTILE_P50].ns),
            ms(s->quantiles[QUANTILE_P95].ns), ms(s->quantiles[QUANTILE_P99].ns), ms(hist_max(all)));
    if (s->verified)
        values(out, &s->counts);
    fputs("\n", out);
}

const struct reporter csv_reporter = {.name = "csv", .begin = begin, .test = test};
