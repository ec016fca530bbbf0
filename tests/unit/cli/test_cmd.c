// SPDX-License-Identifier: MIT
// Which words are a subcommand's, and which a plain run's.
#include "cli/cmd.h"

#include "line.h"

static const char *found(const char *line)
{
    int argc = split(line);
    const struct cmd *cmd = cmd_find(argc, argv_of);
    return cmd ? cmd->manual->name : "";
}

static void the_first_word_names_a_subcommand(void **state)
{
    static const char *const names[] = {"compare", "saturate", "sweep", "selftest", "history",
                                        "merge",   "report",   "serve", "options",  "help"};
    char line[64];
    (void)state;
    for (size_t i = 0; i < LEN(names); i++) {
        snprintf(line, sizeof line, "hkv-bench %s", names[i]);
        assert_string_equal(found(line), names[i]);
        snprintf(line, sizeof line, "hkv-bench %s -n 5 set", names[i]);
        assert_string_equal(found(line), names[i]);
    }
}

// Of which a command of the user's may well have such a word.
static void the_rest_is_a_plain_run(void **state)
{
    static const char *const lines[] = {"hkv-bench",           "hkv-bench -n 5",       "hkv-bench Compare",
                                        "hkv-bench compares",  "hkv-bench -n compare", "hkv-bench \"\"",
                                        "hkv-bench GET serve", "hkv-bench --help",     "hkv-bench --help -n",
                                        "hkv-bench --version", "hkv-bench --help a b"};
    (void)state;
    for (size_t i = 0; i < LEN(lines); i++)
        assert_string_equal(found(lines[i]), "");
}

static void help_takes_a_name(void **state)
{
    (void)state;
    assert_string_equal(found("hkv-bench --help compare"), "help");
    assert_string_equal(found("hkv-bench --help nothing"), "help"); // which says so
    assert_string_equal(found("hkv-bench help compare"), "help");
}

// Those that ask a server together, from whatever reads or serves by itself.
static void ranks_share_what_measures(void **state)
{
    static const char *const shared[] = {"compare", "saturate", "sweep"};
    static const char *const alone[] = {"selftest", "history", "merge", "report", "serve", "options", "help"};
    char line[64];
    (void)state;
    for (size_t i = 0; i < LEN(shared) + LEN(alone); i++) {
        bool is = i < LEN(shared);
        snprintf(line, sizeof line, "hkv-bench %s", is ? shared[i] : alone[i - LEN(shared)]);
        assert_int_equal(cmd_find(split(line), argv_of)->shared, is);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_word_names_a_subcommand),
        cmocka_unit_test(the_rest_is_a_plain_run),
        cmocka_unit_test(help_takes_a_name),
        cmocka_unit_test(ranks_share_what_measures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
