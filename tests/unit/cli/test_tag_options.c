// SPDX-License-Identifier: MIT
#include "cli/tag_options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define LEN(a) (sizeof(a) / sizeof *(a))

static struct tag_options t;
static struct err err;

static int tags(unsigned n, const char *const *words)
{
    struct opt_list list = {.n = n};
    for (unsigned i = 0; i < n; i++)
        list.at[i] = words[i];
    t = (struct tag_options){0};
    return tag_options_parse(&t, &list, &err);
}

static void tags_are_keys_and_values(void **state)
{
    (void)state;
    static const char *const words[] = {"commit=1a2b", "build.type=a=b c", "X_9-=", "empty="};
    assert_int_equal(tags(LEN(words), words), 0);
    assert_int_equal(t.n, LEN(words));
    assert_string_equal(t.at[0].key, "commit");
    assert_string_equal(t.at[0].value, "1a2b");
    assert_string_equal(t.at[1].key, "build.type");
    assert_string_equal(t.at[1].value, "a=b c");
    assert_string_equal(t.at[2].key, "X_9-");
    assert_string_equal(t.at[3].value, "");
}

static void what_is_no_tag(void **state)
{
    (void)state;
    char longest[80];
    memset(longest, 'k', sizeof longest);
    memcpy(longest + 63, "=v", 3);
    assert_int_equal(tags(1, &(const char *){longest}), 0);
    memcpy(longest + 63, "k=v", 4);
    const char *const words[] = {"", "=", "=x", "key", "a b=c", "a\"=c", "\xc3\xa4=x", longest};
    for (size_t i = 0; i < LEN(words); i++) {
        assert_int_equal(tags(1, &words[i]), -1);
        assert_int_equal(err.code, ERR_USAGE);
        assert_non_null(strstr(err.text, "such as commit=1a2b3c4"));
    }
    assert_int_equal(tags(2, (const char *const[]){"a=1", "a=2"}), -1);
    assert_string_equal(err.text, "--tag gives a twice: give each key once");
}

static void keys_to_look_for(void **state)
{
    (void)state;
    struct run_tag tag;
    assert_true(tag_options_key("commit", &tag));
    assert_string_equal(tag.key, "commit");
    assert_null(tag.value);
    assert_true(tag_options_key("commit=", &tag));
    assert_string_equal(tag.value, "");
    assert_false(tag_options_key("", &tag));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tags_are_keys_and_values),
        cmocka_unit_test(what_is_no_tag),
        cmocka_unit_test(keys_to_look_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
