// SPDX-License-Identifier: MIT
#include "report/parts/value.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// As JSON; the value is let go.
static void is(json_t *j, const char *text)
{
    char *got = json_dumps(j, JSON_ENCODE_ANY | JSON_ENSURE_ASCII);
    assert_non_null(got);
    assert_string_equal(got, text);
    free(got);
    json_decref(j);
}

static void no_number_is_none(void **state)
{
    (void)state;
    is(value_real(NAN), "null");
    is(value_real(INFINITY), "null");
    is(value_real(-INFINITY), "null");
    is(value_real(0.5), "0.5");
    is(value_seconds(1500000000), "1.5");
}

static void whole_numbers_stay_below_2_to_the_63(void **state)
{
    (void)state;
    is(value_number(0), "0");
    is(value_number(INT64_MAX), "9223372036854775807");
    is(value_number(UINT64_MAX), "9223372036854775807");
}

static void what_means_nothing_is_null(void **state)
{
    (void)state;
    is(value_number_if(false, 5), "null");
    is(value_number_if(true, 5), "5");
    is(value_real_if(false, 5), "null");
    is(value_real_if(true, 0.25), "0.25");
    is(value_boolean_if(false, true), "null");
    is(value_boolean_if(true, false), "false");
    is(value_text_or_null(NULL), "null");
    is(value_text_or_null(""), "\"\"");
}

static void text_of_any_bytes_is_text(void **state)
{
    (void)state;
    is(value_text("a\"b\\c\n"), "\"a\\\"b\\\\c\\n\"");
    is(value_text("\xff\xc3"), "\"\\\\xff\\\\xc3\"");
    is(value_text("\xc3\xa9"), "\"\\u00E9\"");
}

static void fields_keep_their_order(void **state)
{
    (void)state;
    json_t *j = value_object(FIELDS{{"b", value_number(1)}, {"a", value_number(2)}, {0}});
    j = value_extend(j, FIELDS{{"c", value_text("x")}, {0}});
    is(j, "{\"b\": 1, \"a\": 2, \"c\": \"x\"}");
    is(value_object(FIELDS{{0}}), "{}");
    is(value_append(value_append(json_array(), value_number(1)), value_text("x")), "[1, \"x\"]");
}

// What is missing makes the whole missing, so that one look is enough; nothing leaks (make sanitize).
static void a_part_that_is_missing_is_passed_on(void **state)
{
    (void)state;
    assert_null(value_object(FIELDS{{"a", value_number(1)}, {"b", NULL}, {"c", value_number(2)}, {0}}));
    assert_null(value_extend(NULL, FIELDS{{"a", value_number(1)}, {0}}));
    assert_null(value_append(NULL, value_number(1)));
    assert_null(value_append(json_array(), NULL));
    assert_null(value_append(value_append(json_array(), NULL), value_number(1)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_number_is_none),          cmocka_unit_test(whole_numbers_stay_below_2_to_the_63),
        cmocka_unit_test(what_means_nothing_is_null), cmocka_unit_test(text_of_any_bytes_is_text),
        cmocka_unit_test(fields_keep_their_order),    cmocka_unit_test(a_part_that_is_missing_is_passed_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
