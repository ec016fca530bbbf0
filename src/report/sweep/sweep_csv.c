// SPDX-License-Identifier: MIT
#include "report/sweep/sweep_csv.h"

#include "stats/verdict.h"

#include <inttypes.h>

void sweep_csv_head(FILE *out)
{
    fputs("test,by,value,pass,order,rps,p50_ms,p99_ms,p99_9_ms,errors,unfinished,kept_up,limited_by,"
          "lost_connections,outage_s\n",
          out);
}

// What had no ok answer has none, which is not 0.
static void latencies(FILE *out, uint64_t p50_ns, uint64_t p99_ns, uint64_t p999_ns)
{
    const uint64_t all[] = {p50_ns, p99_ns, p999_ns};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i])
            fprintf(out, ",%.6f", (double)all[i] / 1e6);
        else
            fputc(',', out);
}

static void begin(FILE *out, const struct sweep *s, const struct sweep_point *p, const char *test, double rps)
{
    fprintf(out, "%s,%s,%.15g,%u,%u,%.2f", test, sweep_kinds[s->kind], p->x, p->pass + 1, p->order + 1, rps);
}

// The commands of a mix, behind the point: what held it back is the point's own.
static void commands(FILE *out, const struct sweep *s, const struct sweep_point *p)
{
    for (const struct command_figures *c = p->commands.at; c < p->commands.at + p->commands.n; c++) {
        begin(out, s, p, c->test, c->rps);
        latencies(out, c->p50_ns, c->p99_ns, c->p999_ns);
        fprintf(out, ",%" PRIu64 ",,%d,%s,,\n", c->errors, p->kept_up, verdict_name(p->verdict.limit));
    }
}

void sweep_csv(FILE *out, const struct sweep *s)
{
    for (unsigned i = 0; i < s->n; i++) {
        const struct sweep_point *p = &s->points[i];
        const struct quantile *q = p->quantiles;
        begin(out, s, p, s->test, p->rps);
        latencies(out, q[QUANTILE_P50].ns, q[QUANTILE_P99].ns, q[QUANTILE_P999].ns);
        fprintf(out, ",%" PRIu64 ",%" PRIu64 ",%d,%s,%" PRIu64 ",%.3f\n", p->errors, p->unfinished,
                p->kept_up, verdict_name(p->verdict.limit), p->lost, p->outage_s);
        commands(out, s, p);
    }
}
