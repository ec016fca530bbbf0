// SPDX-License-Identifier: MIT
#include "report/compare/machine_then.h"

#include "report/parts/json.h"

#include <stdio.h>
#include <string.h>

// What is otherwise on the same machine a second later.
static bool moves(const char *name, const struct host *now)
{
    static const char *const measured[] = {"load1", "clock_read_ns", "clock_step_ns"};
    for (size_t i = 0; i < sizeof measured / sizeof *measured; i++)
        if (strcmp(name, measured[i]) == 0)
            return true;
    for (const struct host_fact *f = now->facts; f->name; f++)
        if (strcmp(name, f->name) == 0)
            return f->moves;
    return false;
}

static const char *text_of(const json_t *value, char dst[32])
{
    if (json_is_string(value))
        return json_string_value(value);
    dst[0] = 0;
    if (json_is_number(value))
        snprintf(dst, 32, "%.15g", json_number_value(value));
    return dst;
}

static void compare_objects(struct fingerprint *f, json_t *was, json_t *is, const struct host *now)
{
    const char *name;
    json_t *value;
    json_object_foreach(is, name, value)
    {
        char a[32], b[32];
        json_t *then = json_object_get(was, name);
        if (json_is_object(value) || !then || moves(name, now))
            continue; // a later version's fact says nothing of then
        fingerprint_note(f, name, text_of(then, a), text_of(value, b));
    }
}

void machine_then(struct fingerprint *f, const char *document, const struct host *now)
{
    json_t *then = json_loads(document, 0, NULL), *is = json_environment(now);
    json_t *was = json_object_get(then, "environment");
    compare_objects(f, was, is, now);
    compare_objects(f, json_object_get(was, "facts"), json_object_get(is, "facts"), now);
    json_decref(then);
    json_decref(is);
}
