// SPDX-License-Identifier: MIT
#include "cli/assert_options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define LEN(a) (sizeof(a) / sizeof *(a))

static struct assert_options o;
static struct err err;

static int asserts(const char *word, const char *tests, bool command)
{
    struct opt_list list = {.n = 1, .at = {word}};
    o = (struct assert_options){0};
    return assert_options_parse(&o, &list, &(struct assert_tests){tests, command, NULL, NULL}, &err);
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
        assert_int_equal(o.n, 1);
        assert_ptr_equal(o.at[0].text, rows[i].word);
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
        {"gett.rps>1", NULL, false, "--assert: unknown test 'gett': did you mean get?"},
        {"xyzzy.rps>1", NULL, false,
         "--assert: unknown test 'xyzzy': the names are those of -t, e.g. get.p99"},
        {"get.rps>1", "set", false, "--assert: get is not among the tests of -t: add it there"},
        {"command.rps>1", NULL, false,
         "--assert: unknown test 'command': the names are those of -t, e.g. get.p99"},
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
        cmocka_unit_test(assertions_name_tests_that_run),
        cmocka_unit_test(others_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
