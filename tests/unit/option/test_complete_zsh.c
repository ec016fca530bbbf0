// SPDX-License-Identifier: MIT
#include "option/complete_zsh.h"

#include "shells.h"

static void which_subcommands_there_are(void **state)
{
    (void)state;
    has(complete_zsh, "#compdef hkv-bench\n");
    has(complete_zsh, "    _values -s , test set get\n");
    has(complete_zsh, "        'sub:it'\\''s sub\\: a part'\n        'other:less'\n");
}

static void both_forms_of_an_option(void **state)
{
    (void)state;
    has(complete_zsh, "        '-f[a flag]'\n        '--flag[a flag]'\n");
    has(complete_zsh, "        '-n[a number]:N: '\n        '--number=[a number]:N: '\n");
    has(complete_zsh, "        '-k[keep it]:0|1:(0 1)'\n");
    has(complete_zsh, "        '*--note=[a note]:NOTE: '\n"); // may be repeated
}

static void values_by_their_kind(void **state)
{
    (void)state;
    has(complete_zsh, "'--colour=[a colour]:NAME:(red green blue)'\n");
    has(complete_zsh, "'-t[a text]:TEXT:_hkv_bench_list'\n");
    has(complete_zsh, "'--path=[a path]:PATH:_files'\n");
    hasnt(complete_zsh, "'-e["); // accepted, and not offered
}

// What stands in brackets and between quotes is escaped for both.
static void a_help_says_what_it_says(void **state)
{
    (void)state;
    has(complete_zsh, "        '-n[it'\\''s \\[mine\\]\\: or \\\\ not]:N:(red green blue)'\n");
}

static void first_words_of_a_subcommand(void **state)
{
    (void)state;
    has(complete_zsh, "    other) specs=(\n        '-f[a flag]'\n        '--flag[a flag]'\n"
                      "        '*:word:{ compadd -- one two ; _files }') ;;\n");
    has(complete_zsh, "        '*:word:_files') ;;\n");
    has(complete_zsh, "        '*:word:_hkv_bench_first') ;;\n    esac\n");
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
