// SPDX-License-Identifier: MIT
// What a JSON report has at a path, against known values. To be included after fixture.h.
#pragma once

#include <jansson.h>

// The text parsed, which is freed.
static inline json_t *parse_json(char *text)
{
    json_error_t why;
    json_t *j = json_loads(text, JSON_REJECT_DUPLICATES, &why);
    if (!j)
        fail_msg("%s at line %d", why.text, why.line);
    free(text);
    return j;
}

// The value at a path such as "tests.0.counts.ok"; it must be there.
static inline json_t *at(json_t *j, const char *path)
{
    char copy[128], *rest = copy, *name;
    snprintf(copy, sizeof copy, "%s", path);
    while ((name = strsep(&rest, "."))) {
        j = json_is_array(j) ? json_array_get(j, strtoul(name, NULL, 10)) : json_object_get(j, name);
        if (!j)
            fail_msg("there is no %s in %s", name, path);
    }
    return j;
}

static inline void assert_text(json_t *j, const char *path, const char *expected)
{
    assert_true(json_is_string(at(j, path)));
    assert_string_equal(json_string_value(at(j, path)), expected);
}

static inline void assert_count(json_t *j, const char *path, json_int_t expected)
{
    assert_true(json_is_integer(at(j, path)));
    assert_int_equal(json_integer_value(at(j, path)), expected);
}

static inline void assert_real(json_t *j, const char *path, double expected)
{
    double difference = json_real_value(at(j, path)) - expected;
    assert_true(json_is_real(at(j, path)));
    assert_true(difference <= 1e-9 * expected && -difference <= 1e-9 * expected);
}

static inline void assert_null_at(json_t *j, const char *path)
{
    assert_true(json_is_null(at(j, path)));
}

static inline void assert_bool(json_t *j, const char *path, bool expected)
{
    assert_true(json_is_boolean(at(j, path)));
    assert_int_equal(json_is_true(at(j, path)), expected);
}
