// SPDX-License-Identifier: MIT
#include "report/run/delivery_text.h"

#include "base/units.h"
#include "report/parts/sheet.h"
#include "report/run/latency_text.h"

void delivery_text(FILE *out, const struct summary *s)
{
    const struct delivery *d = &s->delivery;
    if (!d->latency)
        return;
    if (hist_count(d->latency))
        latency_text_part(out, "end-to-end", d->latency, "from due to delivery");
    fprintf(out, LABEL "%s of %s to %s consumer%s, %s%s lost%s", "delivered", UNITS_COUNT(d->delivered),
            UNITS_COUNT(d->expected), UNITS_COUNT(d->consumers), d->consumers == 1 ? "" : "s",
            delivery_lost(d) ? PAINT_BAD : PAINT_GOOD, UNITS_COUNT(delivery_lost(d)), PAINT_OFF);
    if (d->duplicates)
        fprintf(out, ", " PAINT_BAD "%s delivered twice" PAINT_OFF, UNITS_COUNT(d->duplicates));
    if (d->gone)
        fprintf(out, ", %u consumer%s lost", d->gone, d->gone == 1 ? "" : "s");
    fputs("\n", out);
}
