// SPDX-License-Identifier: MIT
#include "report/run/replay_json.h"

#include "report/parts/value.h"

static json_t *unusable(const struct replayed *r)
{
    json_t *list = json_array();
    for (int i = 0; i < REPLAY_FAULTS; i++)
        if (r->unusable[i].count)
            list = value_append(list, value_object(FIELDS{
                                          {"reason", value_text(replayed_fault((enum replay_fault)i))},
                                          {"count", value_number(r->unusable[i].count)},
                                          {"first_line", value_number(r->unusable[i].first)},
                                          {"sample", value_text(r->unusable[i].sample)},
                                          {0},
                                      }));
    return list;
}

static json_t *commands(const struct replayed *r)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < r->ncommands; i++)
        if (r->commands[i].count)
            list = value_append(list, value_object(FIELDS{
                                          {"command", value_text(r->commands[i].name)},
                                          {"sent", value_number(r->commands[i].count)},
                                          {0},
                                      }));
    return list;
}

json_t *replay_json(const struct summary *s)
{
    const struct replayed *r = s->replayed;
    if (!r)
        return json_null();
    return value_object(FIELDS{
        {"file", value_text(r->file)},
        {"speed", value_real_if(r->speed > 0, r->speed)},
        {"lines", value_number(r->lines)},
        {"span_s", value_seconds(r->span_ns)},
        {"unusable", value_number(replayed_unusable(r))},
        {"unusable_by_reason", unusable(r)},
        {"commands", commands(r)},
        {"lines_backwards", value_number(r->backwards)},
        {"waits_for_reader", value_number(r->late)},
        {"error", value_text(r->error)},
        {0},
    });
}
