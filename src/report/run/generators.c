// SPDX-License-Identifier: MIT
#include "report/run/generators.h"

#include "base/quote.h"
#include "report/parts/unit.h"
#include "report/parts/value.h"
#include "stats/verdict.h"

#include <inttypes.h>
#include <string.h>

#define SHOWN 16 // of many, and those that are limited by themselves or have a note

static double rps_of(const struct generator *g)
{
    return g->wall_ns ? (double)g->answered / ((double)g->wall_ns * 1e-9) : 0;
}

static int longest(const struct generators *all)
{
    size_t n = strlen("host");
    for (unsigned i = 0; i < all->n; i++)
        n = strlen(all->at[i].host) > n ? strlen(all->at[i].host) : n;
    return (int)n;
}

static void print_one(FILE *out, const struct generators *all, const struct generator *g,
                      const struct unit *unit)
{
    fprintf(out, "  %-4u %-*s %7u %10" PRIu64 " %9.0f %4.0f%% %7.*f %7.*f %9.3f %s\n", g->part + 1,
            longest(all), g->host, g->clients, g->answered, rps_of(g), 100 * g->busy, unit->decimals,
            (double)g->p50_ns / unit->ns, unit->decimals, (double)g->p99_ns / unit->ns,
            (double)g->late_ns * 1e-6, verdict_text(verdict_named(g->limited_by)));
    if (g->note[0])
        quote_line(out, "         ", g->note);
}

// What ranks saw that made next to no load.
static void light_text(FILE *out, const struct summary *s)
{
    const struct summary *l = s->light;
    char rate[UNIT_TEXT];
    if (!l)
        return;
    fprintf(out, "  measured apart: %u of %u lightly loaded rank%s, %s req/s in all, %" PRIu64 " answered\n",
            l->generators.n, l->generators.asked, l->generators.asked > 1 ? "s" : "",
            unit_rps(l->load.rate, rate), summary_answered(l));
    static const int shown[] = {QUANTILE_P50, QUANTILE_P99, QUANTILE_P999};
    const struct unit *unit = unit_for_line(l->quantiles[QUANTILE_P50].ns, l->quantiles[QUANTILE_P99].ns);
    for (int i = 0; i < 3; i++) {
        const struct quantile *a = &l->quantiles[shown[i]], *b = &s->quantiles[shown[i]];
        char apart[UNIT_TEXT], loaded[UNIT_TEXT];
        fprintf(out, "  %-6s %10s %s; loaded ranks %s %s\n", quantile_names[shown[i]].text,
                unit_latency(unit, a->ns, a->at_least, apart), unit->name,
                unit_latency(unit, b->ns, b->at_least, loaded), unit->name);
    }
}

void generators_text(FILE *out, const struct summary *s)
{
    const struct generators *all = &s->generators;
    unsigned hidden = 0, hosts = generators_hosts(all);
    char p50[16], known[64] = "";
    if (!all->n)
        return;
    const struct unit *unit = unit_for(s->quantiles[QUANTILE_P50].ns);
    snprintf(p50, sizeof p50, "p50 %s", unit->name);
    if (generators_clock_error(all))
        snprintf(known, sizeof known, ", clocks known to %.3f ms",
                 (double)generators_clock_error(all) * 1e-6);
    fprintf(out, "\n  generators: %u of %u, on %u host%s, start skew %.3f ms%s\n", all->n, all->asked, hosts,
            hosts > 1 ? "s" : "", (double)generators_skew(all) * 1e-6, known);
    fprintf(out, "  %-4s %-*s %7s %10s %9s %5s %7s %7s %9s %s\n", "part", longest(all), "host", "clients",
            "requests", "rps", "busy", p50, "p99", "start ms", "bottleneck");
    for (unsigned i = 0; i < all->n; i++) {
        const struct generator *g = &all->at[i];
        if (i < SHOWN || g->note[0] || strcmp(g->limited_by, "CLIENT") == 0)
            print_one(out, all, g, unit);
        else
            hidden++;
    }
    if (hidden)
        fprintf(out, "  and %u more (--json has them all)\n", hidden);
    light_text(out, s);
    fputs("\n", out);
}

static json_t *one_json(const struct generator *g)
{
    return value_object(FIELDS{
        {"part", value_number(g->part + 1)},
        {"host", value_text(g->host)},
        {"threads", value_number(g->threads)},
        {"clients", value_number(g->clients)},
        {"start_ms", value_real((double)g->late_ns * 1e-6)},
        {"clock_error_ms", value_real_if(g->clock_error_ns > 0, (double)g->clock_error_ns * 1e-6)},
        {"seconds", value_seconds(g->wall_ns)},
        {"requests", value_number(g->answered)},
        {"rps", value_real(rps_of(g))},
        {"busy", value_real(g->busy)},
        {"p50_ns", value_number(g->p50_ns)},
        {"p99_ns", value_number(g->p99_ns)},
        {"limited_by", value_text(g->limited_by)},
        {"why", value_text(g->why)},
        {"note", value_text(g->note)},
        {0},
    });
}

static json_t *list_json(const struct generators *all)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < all->n; i++)
        list = value_append(list, one_json(&all->at[i]));
    return list;
}

static json_t *light_json(const struct summary *l)
{
    if (!l)
        return json_null();
    return value_object(FIELDS{
        {"expected", value_number(l->generators.asked)},
        {"rate", value_real(l->load.rate)},
        {"requests", value_number(summary_answered(l))},
        {"errors", value_number(l->counts.errors)},
        {"unfinished", value_number(counts_unfinished(&l->counts))},
        {"p50_ns", value_number(l->quantiles[QUANTILE_P50].ns)},
        {"p99_ns", value_number(l->quantiles[QUANTILE_P99].ns)},
        {"p99_9_ns", value_number(l->quantiles[QUANTILE_P999].ns)},
        {"list", list_json(&l->generators)},
        {0},
    });
}

json_t *generators_json(const struct summary *s)
{
    const struct generators *all = &s->generators;
    if (!all->n)
        return json_null();
    return value_object(FIELDS{
        {"expected", value_number(all->asked)},
        {"hosts", value_number(generators_hosts(all))},
        {"start_skew_ms", value_real((double)generators_skew(all) * 1e-6)},
        {"list", list_json(all)},
        {"measuring", light_json(s->light)},
        {0},
    });
}
