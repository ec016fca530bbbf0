// SPDX-License-Identifier: MIT
#include "option/complete_bash.h"

#include "shells.h"

static void which_subcommands_there_are(void **state)
{
    (void)state;
    has(complete_bash, "    tests='set get'\n    subcommands='sub other'\n");
    has(complete_bash, "    sub|other) ((COMP_CWORD > 1)) || which=- ;;\n    *) which=- ;;\n");
    has(complete_bash, "complete -F _hkv_bench hkv-bench\n");
}

// By its long name where it has one; and first words only where a subcommand knows some.
static void options_are_listed_once(void **state)
{
    (void)state;
    has(complete_bash,
        "    -) options='--flag --no-probe -k --number --big --port -d --wait --rate -t --path "
        "--colour --note' first='' ;;\n");
    has(complete_bash, "    other) options='--flag' first='one two' ;;\n");
}

static void a_subcommand_s_own_options_hide_others(void **state)
{
    (void)state;
    has(complete_bash, "    sub) options='--number --flag --no-probe -k --big ");
}

static void values_by_their_kind(void **state)
{
    (void)state;
    has(complete_bash, "    -:-k) values='0 1' ;;\n");
    has(complete_bash, "    -:--colour) values='red green blue' ;;\n");
    has(complete_bash, "    sub:-n|sub:--number) values='red green blue' ;;\n");
    has(complete_bash, "    -:-t) _hkv_bench_list; return ;;\n");
    has(complete_bash, "    -:-s|-:--path) _hkv_bench_files -f; return ;;\n");
    has(complete_bash,
        "    -:-n|-:--number|-:--big|-:-p|-:--port|-:-d|-:--wait|-:--rate|-:--note) return ;;\n");
    hasnt(complete_bash, "other:--flag)"); // has no value
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(which_subcommands_there_are),
        cmocka_unit_test(options_are_listed_once),
        cmocka_unit_test(a_subcommand_s_own_options_hide_others),
        cmocka_unit_test(values_by_their_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
