// SPDX-License-Identifier: MIT
#include "option/complete_fish.h"

#include "shells.h"

#define PROGRAM "complete -c hkv-bench -n '__hkv_bench_is -'"

static void which_subcommands_there_are(void **state)
{
    (void)state;
    has(complete_fish, "    printf '%s\\n' set get\nend\n");
    has(complete_fish, "set -g __hkv_bench_subcommands sub other\n");
    has(complete_fish, "complete -c hkv-bench -n '__fish_is_first_token' -a sub -d 'it\\'s sub: a part'\n");
}

static void both_forms_of_an_option(void **state)
{
    (void)state;
    has(complete_fish, PROGRAM " -s f -l flag -d 'a flag'\n");
    has(complete_fish, PROGRAM " -s n -l number -x -d 'a number'\n");
    has(complete_fish, PROGRAM " -s k -x -a '0 1' -d 'keep it'\n");
    has(complete_fish, PROGRAM " -l note -x -d 'a note'\n");
}

static void values_by_their_kind(void **state)
{
    (void)state;
    has(complete_fish, PROGRAM " -l colour -x -a 'red green blue' -d 'a colour'\n");
    has(complete_fish, PROGRAM " -s s -l path -r -F -d 'a path'\n");
    has(complete_fish, PROGRAM " -s t -x -a '(__fish_complete_list , \"__hkv_bench_tests\")' -d 'a text'\n");
    hasnt(complete_fish, PROGRAM " -s e"); // accepted, and not offered
}

static void a_help_says_what_it_says(void **state)
{
    (void)state;
    has(complete_fish,
        "'__hkv_bench_is sub' -s n -l number -x -a 'red green blue' -d 'it\\'s [mine]: or \\\\ not'\n");
}

static void first_words_of_a_subcommand(void **state)
{
    (void)state;
    has(complete_fish, "complete -c hkv-bench -n '__hkv_bench_is other' -a 'one two'\n");
    hasnt(complete_fish, "'__hkv_bench_is sub' -a");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(which_subcommands_there_are), cmocka_unit_test(both_forms_of_an_option),
        cmocka_unit_test(values_by_their_kind),        cmocka_unit_test(a_help_says_what_it_says),
        cmocka_unit_test(first_words_of_a_subcommand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
