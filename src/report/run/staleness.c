// SPDX-License-Identifier: MIT
#include "report/run/staleness.h"

#include "base/units.h"
#include "report/parts/value.h"
#include "report/run/latency_text.h"
#include "report/run/parts_json.h"

static char *percent(const struct counts *c, char dst[UNITS_TEXT])
{
    return units_figure(c->replica_values ? 100 * (double)c->replica_stale / (double)c->replica_values : 0,
                        dst);
}

void staleness_text(FILE *out, const struct summary *s)
{
    const struct staleness *st = &s->staleness;
    const struct counts *c = &s->counts;
    char share[UNITS_TEXT];
    if (!st->age)
        return;
    fprintf(out, LABEL "%s of %s values that replicas answered were stale (%s%%)", "staleness",
            UNITS_COUNT(c->replica_stale), UNITS_COUNT(c->replica_values), percent(c, share));
    if (c->replica_stale)
        fprintf(out, ", up to %s version%s behind", UNITS_COUNT(st->behind), st->behind == 1 ? "" : "s");
    if (st->at_least)
        fprintf(out, "; of %s only the least age is known", UNITS_COUNT(st->at_least));
    fputs("\n", out);
    if (hist_count(st->age))
        latency_text_part(out, "stale by", st->age,
                          "from the acknowledgement of a newer version to the read");
}

json_t *staleness_json(const struct summary *s)
{
    const struct staleness *st = &s->staleness;
    const struct counts *c = &s->counts;
    if (!st->age)
        return json_null();
    return value_object(FIELDS{
        {"values", value_number(c->replica_values)},
        {"stale", value_number(c->replica_stale)},
        {"stale_share",
         value_real_if(c->replica_values,
                       (double)c->replica_stale / (double)(c->replica_values ? c->replica_values : 1))},
        {"at_least", value_number(st->at_least)},
        {"versions_behind_max", value_number(st->behind)},
        {"age_ns", parts_json(st->age)},
        {0},
    });
}
