// SPDX-License-Identifier: MIT
#include "report/run/client_json.h"

#include "report/parts/value.h"

json_t *client_json_cpu(const struct summary *s)
{
    return value_object(FIELDS{
        {"user_s", value_real(s->user_s)},
        {"system_s", value_real(s->system_s)},
        {"us_per_request", value_real_if(summary_answered(s), summary_cpu_us(s))},
        {0},
    });
}

json_t *client_json_pauses(const struct summary *s)
{
    return value_object(FIELDS{
        {"count", value_number(s->pauses)},
        {"seconds", value_seconds(s->paused_ns)},
        {0},
    });
}

json_t *client_json_threads(const struct summary *s)
{
    json_t *list = json_array();
    for (unsigned i = 0; s->shares && i < s->workers; i++)
        list = value_append(list, value_object(FIELDS{
                                      {"clients", value_number(s->shares[i].clients)},
                                      {"answered", value_number(s->shares[i].answered)},
                                      {"user_s", value_real(s->shares[i].user_s)},
                                      {"system_s", value_real(s->shares[i].system_s)},
                                      {"spun_s", value_real(s->shares[i].spun_s)},
                                      {"queued_s", value_real(s->shares[i].queued_s)},
                                      {"preempted", value_number(s->shares[i].preempted)},
                                      {0},
                                  }));
    return list;
}
