// SPDX-License-Identifier: MIT
#include "report/run/delivery_json.h"

#include "report/parts/value.h"
#include "report/run/parts_json.h"

json_t *delivery_json(const struct summary *s)
{
    const struct delivery *d = &s->delivery;
    if (!d->latency)
        return json_null();
    return value_object(FIELDS{
        {"consumers", value_number(d->consumers)},
        {"queues", value_number(d->queues)},
        {"sent", value_number(d->sent)},
        {"expected", value_number(d->expected)},
        {"delivered", value_number(d->delivered)},
        {"lost", value_number(delivery_lost(d))},
        {"duplicates", value_number(d->duplicates)},
        {"lost_consumers", value_number(d->gone)},
        {"latency_ns", parts_json(d->latency)},
        {"consumers_busy", value_real(delivery_busy(d))},
        {"note", value_text(d->why)},
        {0},
    });
}
