// SPDX-License-Identifier: MIT
// JSON values that hold what docs/json.md promises: no NaN, no infinity, valid UTF-8, whole numbers below
// 2^63. Each function answers NULL without memory, and append and object pass that on, so that only the whole
// needs a look.
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct field {
    const char *name;
    json_t *value; // the object takes it
};

#define FIELDS (const struct field[])

json_t *value_number(uint64_t n);
json_t *value_real(double x);
json_t *value_seconds(uint64_t ns);
json_t *value_text(const char *s); // any bytes: those that are not UTF-8 become \\xNN
json_t *value_text_or_null(const char *s);
json_t *value_number_if(bool means, uint64_t n);                  // or null
json_t *value_boolean_if(bool means, bool is);                    // or null
json_t *value_real_if(bool means, double x);                      // or null
json_t *value_append(json_t *array, json_t *item);                // the array, which takes the item
json_t *value_object(const struct field *fields);                 // of the fields up to {0}
json_t *value_extend(json_t *object, const struct field *fields); // the object, with these behind its own
