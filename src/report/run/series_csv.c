// SPDX-License-Identifier: MIT
#include "report/run/series_csv.h"

#include "report/run/rows.h"

#include <inttypes.h>

void series_csv_head(FILE *out)
{
    fputs(
        "test,phase,start_s,length_s,due,sent,ok,errors,rps,p50_ms,p90_ms,p99_ms,p99_9_ms,max_ms,lag_p99_ms,"
        "client_cpu_s,invalidations,outage_s,node_outage_s\n",
        out);
}

static void print_quantiles(FILE *out, const struct hist *h)
{
    const double q[] = {0.5, 0.9, 0.99, 0.999, 1};
    for (size_t i = 0; i < sizeof q / sizeof *q; i++)
        if (hist_count(h))
            fprintf(out, ",%.6f", (double)hist_quantile(h, q[i]) * 1e-6);
        else
            fputs(",", out);
}

// The commands of a mix behind the whole.
void series_csv(FILE *out, const struct summary *s)
{
    struct rows r;
    rows_begin(&r, s);
    while (rows_next(&r)) {
        double length_s = (double)r.length_ns * 1e-9;
        double answered = (double)(r.row.ok + r.row.errors);
        fprintf(out, "%s,%s,%.3f,%.6f,%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%.2f", s->test,
                r.warm ? "warmup" : "measure", (double)r.start_ns * 1e-9, length_s, r.row.due, r.row.sent,
                r.row.ok, r.row.errors, length_s > 0 ? answered / length_s : 0);
        print_quantiles(out, r.latency);
        if (r.lag && hist_count(r.lag))
            fprintf(out, ",%.6f", (double)hist_quantile(r.lag, 0.99) * 1e-6);
        else
            fputs(",", out);
        fprintf(out, ",%.6f,%" PRIu64 ",%.6f,%.6f\n", r.row.cpu_s, r.row.invalidations,
                (double)rows_outage_ns(&r) * 1e-9, (double)rows_node_outage_ns(&r) * 1e-9);
    }
    rows_end(&r);
    for (unsigned i = 0; i < s->nkinds; i++)
        series_csv(out, &s->kinds[i]);
}
