// SPDX-License-Identifier: MIT
#include "report/run/outages_json.h"

#include "report/parts/value.h"

json_t *outages_json(const struct summary *s)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < s->outages.n; i++) {
        const struct outage *o = &s->outages.list[i];
        list = value_append(list,
                            value_object(FIELDS{
                                {"node", o->node[0] ? value_text(o->node) : json_null()},
                                {"start_s", value_seconds(o->start_ns)},
                                {"seconds", value_seconds(o->length_ns)},
                                {"ended", json_boolean(o->ended)},
                                {"missed", value_number_if(s->load.rate > 0, o->missed)},
                                {"recovered_s", value_real_if(o->recovered, (double)o->recovered_ns * 1e-9)},
                                {"broke", json_boolean(o->broke)},
                                {0},
                            }));
    }
    return list;
}
