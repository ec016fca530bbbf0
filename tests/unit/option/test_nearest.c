// SPDX-License-Identifier: MIT
#include "option/nearest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *const tests[] = {"ping",       "set",  "get",  "incr",       "lpush",
                                    "lrange_100", "hset", "spop", "lrange_300", "function_load"};
static const char *const options[] = {"-c", "-r", "--clients", "--csv", "--pipeline", "--pipeline-mode"};

#define LEN(a) (sizeof(a) / sizeof *(a))

static void finds(void **state)
{
    (void)state;
    static const struct {
        const char *word, *answer;
    } table[] = {
        {"set", "set"},           // itself
        {"gte", "get"},           // swapped
        {"gett", "get"},          // one too many
        {"icr", "incr"},          // one too few
        {"spap", "spop"},         // replaced
        {"SET", "set"},           // case
        {"lrange", "lrange_100"}, // a beginning: the first of those it begins
        {"lrange_30", "lrange_300"},
        {"funcion_laod", "function_load"}, // two slips in a long word
    };
    for (size_t i = 0; i < LEN(table); i++) {
        const char *answer = nearest(table[i].word, tests, LEN(tests));
        if (!answer || strcmp(answer, table[i].answer) != 0)
            fail_msg("%s gave %s", table[i].word, answer ? answer : "nothing");
    }
}

static void finds_nothing(void **state)
{
    (void)state;
    static const char *const far[] = {"",
                                      "zzz",
                                      "xy",
                                      "evalsha",
                                      "lp", // begins a name, but so short a word begins many
                                      "a_word_longer_than_any_name_that_the_table_could_hold"};
    for (size_t i = 0; i < LEN(far); i++)
        if (nearest(far[i], tests, LEN(tests)))
            fail_msg("%s is near nothing", far[i]);
    assert_null(nearest("set", tests, 0));
}

static void ignores_case(void **state)
{
    (void)state;
    assert_string_equal(nearest("-R", options, LEN(options)), "-r");
    assert_null(nearest("-z", options, LEN(options))); // any letter is one replacement away from any other
    assert_string_equal(nearest("--pipline", options, LEN(options)), "--pipeline");
    assert_string_equal(nearest("--pipeline-m", options, LEN(options)),
                        "--pipeline"); // two edits, not a guess
    assert_string_equal(nearest("-clients", options, LEN(options)), "--clients");
}

int main(void)
{
    const struct CMUnitTest all[] = {
        cmocka_unit_test(finds),
        cmocka_unit_test(finds_nothing),
        cmocka_unit_test(ignores_case),
    };
    return cmocka_run_group_tests(all, NULL, NULL);
}
