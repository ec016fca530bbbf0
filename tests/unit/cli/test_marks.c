// SPDX-License-Identifier: MIT
#include "cli/marks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define LEN(a) (sizeof(a) / sizeof *(a))

static struct marks m;
static struct err err;

static int tags(unsigned n, const char *const *words)
{
    struct opt_list list = {.n = n};
    for (unsigned i = 0; i < n; i++)
        list.at[i] = words[i];
    m = (struct marks){0};
    return marks_tags(&m, &list, &err);
}

static int asserts(const char *word, const char *tests, bool command)
{
    struct opt_list list = {.n = 1, .at = {word}};
    m = (struct marks){0};
    return marks_asserts(&m, &list, &(struct marks_tests){tests, command, NULL}, &err);
}

static void tags_are_keys_and_values(void **state)
{
    (void)state;
    static const char *const words[] = {"commit=1a2b", "build.type=a=b c", "X_9-=", "empty="};
    assert_int_equal(tags(LEN(words), words), 0);
    assert_int_equal(m.ntags, LEN(words));
    assert_string_equal(m.tags[0].key, "commit");
    assert_string_equal(m.tags[0].value, "1a2b");
    assert_string_equal(m.tags[1].key, "build.type");
    assert_string_equal(m.tags[1].value, "a=b c");
    assert_string_equal(m.tags[2].key, "X_9-");
    assert_string_equal(m.tags[3].value, "");
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
        assert_non_null(strstr(err.text, "as in commit=1a2b3c4"));
    }
    assert_int_equal(tags(2, (const char *const[]){"a=1", "a=2"}), -1);
    assert_string_equal(err.text, "--tag gives a twice: give each key once");
}

static void keys_to_look_for(void **state)
{
    (void)state;
    struct run_tag tag;
    assert_true(marks_key("commit", &tag));
    assert_string_equal(tag.key, "commit");
    assert_null(tag.value);
    assert_true(marks_key("commit=", &tag));
    assert_string_equal(tag.value, "");
    assert_false(marks_key("", &tag));
}

static void assertions_name_tests_that_run(void **state)
{
    (void)state;
    static const struct {
        const char *word, *tests;
        bool command;
    } rows[] = {
        {"errors==0", NULL, false},
        {"get.p99<1ms", NULL, false},
        {"GET.p99<1ms", "set,get", false},
        {"lrange_100.rps>1", "lrange", false},
        {"ping_mbulk.rps>1", "ping", false},
        {"command.rps>1", NULL, true},
        {"rps>1", "set", true},
    };
    for (size_t i = 0; i < LEN(rows); i++) {
        if (asserts(rows[i].word, rows[i].tests, rows[i].command) < 0)
            fail_msg("%s: %s", rows[i].word, err.text);
        assert_int_equal(m.nasserts, 1);
        assert_ptr_equal(m.asserts[0].text, rows[i].word);
    }
}

static void others_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *word, *tests;
        bool command;
        const char *sentence;
    } rows[] = {
        {"gett.rps>1", NULL, false, "--assert: there is no test 'gett': did you mean get?"},
        {"xyzzy.rps>1", NULL, false,
         "--assert: there is no test 'xyzzy': the names are those of -t, as in get.p99"},
        {"get.rps>1", "set", false, "--assert: get is not among the tests of -t: add it there"},
        {"command.rps>1", NULL, false,
         "--assert: there is no test 'command': the names are those of -t, as in get.p99"},
        {"get.rps>1", NULL, true,
         "--assert: a command of your own is measured: call it command.rps, or leave out 'get.'"},
    };
    for (size_t i = 0; i < LEN(rows); i++) {
        assert_int_equal(asserts(rows[i].word, rows[i].tests, rows[i].command), -1);
        assert_int_equal(err.code, ERR_USAGE);
        assert_string_equal(err.text, rows[i].sentence);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tags_are_keys_and_values), cmocka_unit_test(what_is_no_tag),
        cmocka_unit_test(keys_to_look_for),         cmocka_unit_test(assertions_name_tests_that_run),
        cmocka_unit_test(others_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
