// SPDX-License-Identifier: MIT
#include "report/parts/value.h"

#include "base/utf8.h"

#include <math.h>
#include <stdlib.h>

json_t *value_number(uint64_t n)
{
    return json_integer(n < INT64_MAX ? (json_int_t)n : INT64_MAX);
}

json_t *value_real(double x)
{
    return isfinite(x) ? json_real(x) : json_null();
}

json_t *value_seconds(uint64_t ns)
{
    return value_real((double)ns * 1e-9);
}

// A value, or null where it means nothing.
json_t *value_text_or_null(const char *s)
{
    return s ? value_text(s) : json_null();
}

json_t *value_number_if(bool means, uint64_t n)
{
    return means ? value_number(n) : json_null();
}

json_t *value_boolean_if(bool means, bool is)
{
    return means ? json_boolean(is) : json_null();
}

json_t *value_real_if(bool means, double x)
{
    return means ? value_real(x) : json_null();
}

// Text from argv or a server may hold any byte.
json_t *value_text(const char *s)
{
    char *clean = utf8_clean(s);
    json_t *j = clean ? json_string(clean) : NULL;
    free(clean);
    return j;
}

// Appends, and answers the array or, where item or memory is missing, NULL.
json_t *value_append(json_t *array, json_t *item)
{
    if (json_array_append_new(array, item) == 0)
        return array;
    json_decref(array);
    return NULL;
}

json_t *value_object(const struct field *fields)
{
    return value_extend(json_object(), fields);
}

// NULL where a value or memory is missing; every value is taken all the same.
json_t *value_extend(json_t *object, const struct field *fields)
{
    bool whole = object;
    for (; fields->name; fields++)
        if (json_object_set_new(object, fields->name, fields->value) != 0)
            whole = false;
    if (whole)
        return object;
    json_decref(object);
    return NULL;
}
