// SPDX-License-Identifier: MIT
// The form is promised in docs/json.md, and report/selftest/kept.c reads it.
#include "report/parts/selftest_value.h"

#include "report/parts/json.h"
#include "report/parts/value.h"

static json_t *one_floor(const struct selftest_floor *f)
{
    return value_object(FIELDS{
        {"pipeline", value_number(f->pipeline)},
        {"ceiling_rps", value_real(f->ceiling_rps)},
        {"cpu_us", value_real(f->cpu_us)},
        {"p50_ns", value_number(f->p50_ns)},
        {"p99_ns", value_number(f->p99_ns)},
        {"own_ns", value_number_if(f->own_ns, f->own_ns)},
        {0},
    });
}

static json_t *late(const struct selftest_late *l)
{
    if (!l->n)
        return json_null();
    return value_object(FIELDS{
        {"count", value_number(l->n)},
        {"p50_ns", value_number(l->p50_ns)},
        {"p99_ns", value_number(l->p99_ns)},
        {"max_ns", value_number(l->max_ns)},
        {0},
    });
}

static json_t *fault(const struct selftest_fault *f, double planted)
{
    if (!f->tried)
        return json_null();
    return value_object(FIELDS{
        {"planted", value_real(planted)},
        {"measured", value_real(f->value)},
        {"found", json_boolean(f->found)},
        {0},
    });
}

static json_t *noise(const struct selftest *t)
{
    if (!t->pairs)
        return json_null();
    return value_object(FIELDS{
        {"pairs", value_number(t->pairs)},
        {"slot_s", value_real(t->slot_s)},
        {"rps_smallest", value_real(t->rps_smallest)},
        {"p50_smallest", value_real(t->p50_smallest)},
        {0},
    });
}

static json_t *lines(const struct selftest *t, bool can)
{
    struct selftest_line all[SELFTEST_LINES];
    unsigned n = selftest_lines(t, all);
    json_t *list = json_array();
    for (unsigned i = 0; i < n; i++)
        if (all[i].can == can)
            list = value_append(list, value_text(all[i].text));
    return list;
}

json_t *selftest_value(const struct selftest *t)
{
    if (!t)
        return json_null();
    json_t *floors = json_array();
    for (int i = 0; i < SELFTEST_FLOORS; i++)
        floors = value_append(floors, one_floor(&t->floors[i]));
    return value_object(FIELDS{
        {"taken", json_started(t->taken_unix_ms)},
        {"taken_unix_ms", json_integer(t->taken_unix_ms)},
        {"host", value_text(t->host)},
        {"kernel", value_text(t->kernel)},
        {"version", value_text(t->version)},
        {"engine", value_text(t->engine)},
        {"asked_s", value_real(t->asked_s)},
        {"spent_s", value_real(t->spent_s)},
        {"whole", json_boolean(t->whole)},
        {"floors", floors},
        {"timer", late(&t->timer)},
        {"lag", late(&t->lag)},
        {"unread", late(&t->unread)},
        {"delay_ns", fault(&t->delay, (double)SELFTEST_DELAY_NS)},
        {"error_share", fault(&t->errors, SELFTEST_ERRORS)},
        {"noise", noise(t)},
        {"can", lines(t, true)},
        {"cannot", lines(t, false)},
        {0},
    });
}
