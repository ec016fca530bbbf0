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

// The commands of a mix, behind the point: what held it back is the point's own.
static void commands(FILE *out, const struct sweep *s, const struct sweep_point *p)
{
    for (const struct command_figures *c = p->commands.at; c < p->commands.at + p->commands.n; c++)
        fprintf(out, "%s,%s,%.15g,%u,%u,%.2f,%.6f,%.6f,%.6f,%" PRIu64 ",,%d,%s,,\n", c->test,
                sweep_kinds[s->kind], p->x, p->pass + 1, p->order + 1, c->rps, (double)c->p50_ns / 1e6,
                (double)c->p99_ns / 1e6, (double)c->p999_ns / 1e6, c->errors, p->kept_up,
                verdict_name(p->verdict.limit));
}

void sweep_csv(FILE *out, const struct sweep *s)
{
    for (unsigned i = 0; i < s->n; i++) {
        const struct sweep_point *p = &s->points[i];
        fprintf(out, "%s,%s,%.15g,%u,%u,%.2f,%.6f,%.6f,%.6f,%" PRIu64 ",%" PRIu64 ",%d,%s,%" PRIu64 ",%.3f\n",
                s->test, sweep_kinds[s->kind], p->x, p->pass + 1, p->order + 1, p->rps,
                (double)p->quantiles[QUANTILE_P50].ns / 1e6, (double)p->quantiles[QUANTILE_P99].ns / 1e6,
                (double)p->quantiles[QUANTILE_P999].ns / 1e6, p->errors, p->unfinished, p->kept_up,
                verdict_name(p->verdict.limit), p->lost, p->outage_s);
        commands(out, s, p);
    }
}
