// SPDX-License-Identifier: MIT
#include "cli/manuals.h"

#include "base/build.h"
#include "cli/cmd_history.h"
#include "cli/cmd_merge.h"
#include "cli/cmd_options_words.h"
#include "cli/cmd_record.h"
#include "cli/cmd_report.h"
#include "cli/cmd_saturate.h"
#include "cli/cmd_selftest.h"
#include "cli/cmd_serve.h"
#include "cli/cmd_sweep.h"
#include "cli/compare_options.h"
#include "cli/options_doc.h"
#include "load/catalog.h"
#include "option/complete_bash.h"
#include "option/complete_fish.h"
#include "option/complete_zsh.h"
#include "option/manual_man.h"

#include <string.h>

#define TESTS_MAX 64
#define LIST_MAX 1280 // bytes of all their names

static const char *const usage[] = {"[OPTION ...] [--] [COMMAND [ARGUMENT ...]]", "SUBCOMMAND [OPTION ...]",
                                    NULL};
static const struct manual_example examples[] = {
    {"-t set,get -n 1M -c 50", "SET and GET on 127.0.0.1:6379"},
    {"-h db1 -P 16 -d 1KiB -t set", "pipelined writes of 1 KiB"},
    {"-t get --duration 30s --rate 50k", "30 s at 50,000 req/s"},
    {"-r 10k HGET h:__rand_int__ field", "a command of your own"},
    {0},
};
static const struct manual program = {
    .summary = "load generator for RESP servers (Redis, Valkey and others)",
    .usage = usage,
    .about = "Measures a server that speaks RESP (Redis, Valkey and others): the tests of redis-benchmark, "
             "or a command of your own. In the open loop, latency counts from the scheduled send time.",
    .examples = examples,
    .own = &options_table,
};

static const char *const help_usage[] = {"help [SUBCOMMAND|all]", NULL};
static const struct opt no_rows[1];
static const struct opt_table no_options = {.rows = no_rows};
const struct manual manuals_help = {
    .name = "help",
    .summary = "print the help of the program or of a subcommand",
    .usage = help_usage,
    .about =
        "Prints what --help prints: the options that most people want, or those of a subcommand. all prints "
        "every option of the program, as --help all does.",
    .own = &no_options,
};

const struct manual *const manuals[] = {&program,
                                        &compare_options_manual,
                                        &cmd_saturate_manual,
                                        &cmd_sweep_manual,
                                        &cmd_selftest_manual,
                                        &cmd_history_manual,
                                        &cmd_merge_manual,
                                        &cmd_record_manual,
                                        &cmd_report_manual,
                                        &cmd_serve_manual,
                                        &cmd_options_words_manual,
                                        &manuals_help,
                                        NULL};

const struct manual *manuals_find(const char *name)
{
    for (size_t i = 1; manuals[i]; i++)
        if (strcmp(manuals[i]->name, name) == 0)
            return manuals[i];
    return NULL;
}

// Appends the words of -t, with `between` between two, and `end`.
static void list_tests(char *dst, size_t cap, const char *between, const char *end)
{
    const char *names[TESTS_MAX];
    char storage[1024];
    size_t n = catalog_names(names, TESTS_MAX, storage, sizeof storage), len = strlen(dst);
    for (size_t i = 0; i < n && len < cap; i++)
        len += (size_t)snprintf(dst + len, cap - len, "%s%s", names[i], i + 1 < n ? between : end);
}

void manuals_man(const struct manual *m, FILE *out)
{
    char tests[LIST_MAX] = "The words of -t, in the order in which they run: ";
    list_tests(tests, sizeof tests, ", ", ".");
    const struct manual_man_section own[] = {{"TESTS", tests, NULL},
                                             {"NUMBERS", options_doc_numbers, NULL},
                                             {"ENVIRONMENT", NULL, options_doc_environment},
                                             {0}};
    const struct manual_man_section of_every[] = {{"EXIT STATUS", NULL, options_doc_exits}, {0}};
    manual_man(&(struct manual_man){manuals, build.version, build.released, own, of_every}, m, out);
}

bool manuals_completion(const char *shell, FILE *out)
{
    char list[LIST_MAX] = "";
    list_tests(list, sizeof list, " ", "");
    const struct complete c = {manuals, "-t", list};
    static const struct {
        const char *shell;
        void (*print)(const struct complete *c, FILE *out);
    } shells[] = {{"bash", complete_bash}, {"zsh", complete_zsh}, {"fish", complete_fish}};
    for (size_t i = 0; i < sizeof shells / sizeof *shells; i++)
        if (strcmp(shell, shells[i].shell) == 0) {
            shells[i].print(&c, out);
            return true;
        }
    return false;
}
