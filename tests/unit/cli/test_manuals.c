// SPDX-License-Identifier: MIT
// What there is to read about each subcommand, and that nothing of it is missing where it is printed.
#include "cli/manuals.h"

#include "cli/cmd.h"
#include "load/catalog.h"

#include "line.h"

static char *text;

static int free_text(void **state)
{
    (void)state;
    free(text);
    text = NULL;
    return 0;
}

static FILE *open_text(size_t *len)
{
    free_text(NULL);
    FILE *f = open_memstream(&text, len);
    assert_non_null(f);
    return f;
}

static void has(const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" is missing", part);
}

static void each_subcommand_has_one_and_is_found_by_it(void **state)
{
    char line[64];
    size_t n = 0;
    (void)state;
    assert_null(manuals[0]->name); // the program itself
    for (size_t i = 1; manuals[i]; i++, n++) {
        const struct manual *m = manuals[i];
        assert_ptr_equal(manuals_find(m->name), m);
        snprintf(line, sizeof line, "hkv-bench %s", m->name);
        const struct cmd *cmd = cmd_find(split(line), argv_of);
        assert_non_null(cmd); // by which it is run
        assert_ptr_equal(cmd->manual, m);
        assert_true(m->summary[0] && m->summary[strlen(m->summary) - 1] != '.');
        assert_true(m->about[0] && m->usage[0] && m->own);
        assert_int_equal(strncmp(m->usage[0], m->name, strlen(m->name)), 0);
    }
    assert_int_equal(n, 11);
}

static void what_is_none_is_not_found(void **state)
{
    static const char *const none[] = {"", "hkv-bench", "Compare", "compar", "compare ", "run"};
    (void)state;
    for (size_t i = 0; i < LEN(none); i++)
        assert_null(manuals_find(none[i]));
}

static void man(const struct manual *m)
{
    size_t len = 0;
    FILE *f = open_text(&len);
    manuals_man(m, f);
    fclose(f);
}

static void the_program_s_page_has_what_holds_for_all(void **state)
{
    (void)state;
    man(manuals[0]);
    has(".TH ");
    has("ENVIRONMENT");
    has("NUMBERS");
    has("EXIT STATUS");
    has("The words of \\-t, in the order in which they run: ");
    char storage[1024];
    const char *names[64];
    size_t n = catalog_names(names, 64, storage, sizeof storage);
    assert_true(n > 20);
    const char *list = strstr(text, "in which they run: ");
    for (size_t i = 0; i < n; i++) // the last of them too: none was cut off
        assert_non_null(strstr(list, names[i]));
    for (size_t i = 1; manuals[i]; i++)
        has(manuals[i]->name);
}

static void each_page_is_its_own(void **state)
{
    (void)state;
    for (size_t i = 1; manuals[i]; i++) {
        man(manuals[i]);
        has(".TH ");
        has("EXIT STATUS");
        has(manuals[i]->name);
        assert_null(strstr(text, "The words of \\-t"));
    }
}

static bool complete(const char *shell)
{
    size_t len = 0;
    FILE *f = open_text(&len);
    bool known = manuals_completion(shell, f);
    fclose(f);
    assert_int_equal(known, len > 0);
    return known;
}

static void each_shell_completes_tests_and_subcommands(void **state)
{
    static const char *const shells[] = {"bash", "zsh", "fish"};
    static const char *const none[] = {"", "sh", "Bash", "bashh", "tcsh"};
    (void)state;
    for (size_t i = 0; i < LEN(shells); i++) {
        assert_true(complete(shells[i]));
        for (size_t k = 1; manuals[k]; k++)
            has(manuals[k]->name);
        has("ping_mbulk");
        has("lrange_600");
        has("xadd");
        has("until-precise");
    }
    for (size_t i = 0; i < LEN(none); i++)
        assert_false(complete(none[i]));
}

#define TEST(f) cmocka_unit_test_teardown(f, free_text)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_subcommand_has_one_and_is_found_by_it), TEST(what_is_none_is_not_found),
        TEST(the_program_s_page_has_what_holds_for_all),  TEST(each_page_is_its_own),
        TEST(each_shell_completes_tests_and_subcommands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
