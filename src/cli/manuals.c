// SPDX-License-Identifier: MIT
#include "cli/manuals.h"

#include "base/build.h"
#include "cli/options_doc.h"
#include "load/catalog.h"
#include "option/complete_bash.h"
#include "option/complete_fish.h"
#include "option/complete_zsh.h"
#include "option/opt_man.h"
#include "option/roff.h"

#include <string.h>

#define PROGRAM "hkv-bench"
#define TESTS_MAX 64

static const char *const usage[] = {"[OPTION ...] [--] [COMMAND [ARGUMENT ...]]", "SUBCOMMAND [OPTION ...]",
                                    NULL};
static const struct manual_example examples[] = {
    {"-t set,get -n 1M -c 50", "SET and GET on 127.0.0.1:6379"},
    {"-h db1 -P 16 -d 1KiB -t set", "pipelined writes of 1 KiB"},
    {"-t get --duration 30s --rate 50k", "30 s at 50,000 req/s"},
    {"-r 10k HGET h:__rand_int__ field", "a command of your own"},
    {0},
};
const struct manual manual_program = {
    .summary = "load generator for RESP servers (Redis, Valkey and others)",
    .usage = usage,
    .about = "Measures a server that speaks RESP (Redis, Valkey and others): the tests of redis-benchmark, "
             "or a command of your own. In the open loop, latency counts from the scheduled send time.",
    .examples = examples,
    .own = &options_table,
};

static const char *const help_usage[] = {"help [SUBCOMMAND]", NULL};
static const struct opt no_rows[1];
static const struct opt_table no_options = {.rows = no_rows};
const struct manual manual_help_page = {
    .name = "help",
    .summary = "print the help of the program or of a subcommand",
    .usage = help_usage,
    .about = "Prints what --help prints.",
    .own = &no_options,
};

const struct manual *const manuals[] = {&manual_program,  &manual_compare, &manual_saturate,  &manual_sweep,
                                        &manual_selftest, &manual_history, &manual_merge,     &manual_report,
                                        &manual_serve,    &manual_options, &manual_help_page, NULL};

const struct manual *manuals_find(const char *name)
{
    for (size_t i = 1; manuals[i]; i++)
        if (strcmp(manuals[i]->name, name) == 0)
            return manuals[i];
    return NULL;
}

// --- man pages ---

static void paragraphs(const char *text, FILE *out)
{
    char part[2048];
    while (*text) {
        const char *end = strstr(text, "\n\n");
        size_t len = end ? (size_t)(end - text) : strlen(text);
        snprintf(part, sizeof part, "%.*s", (int)len, text);
        roff_text(out, part);
        fputc('\n', out);
        text += len + strspn(text + len, "\n");
        if (*text)
            roff_paragraph(out);
    }
}

static void page_name(const struct manual *m, char dst[COMPLETE_NAME])
{
    snprintf(dst, COMPLETE_NAME, PROGRAM "%s%s", m->name ? "-" : "", m->name ? m->name : "");
}

static void synopsis(const struct manual *m, FILE *out)
{
    roff_section(out, "SYNOPSIS");
    for (size_t i = 0; m->usage[i]; i++) {
        if (i)
            roff_line(out);
        roff_bold(out, PROGRAM);
        fputc(' ', out);
        roff_italic(out, m->usage[i]);
        fputc('\n', out);
    }
}

static void subcommands(FILE *out)
{
    roff_section(out, "SUBCOMMANDS");
    for (size_t i = 1; manuals[i]; i++) {
        roff_item(out);
        roff_bold(out, manuals[i]->name);
        fputc('\n', out);
        roff_text(out, manuals[i]->summary);
        fputs(".\n", out);
    }
}

static void tests(FILE *out)
{
    const char *names[TESTS_MAX];
    char storage[1024];
    size_t n = catalog_names(names, TESTS_MAX, storage, sizeof storage);
    roff_section(out, "TESTS");
    fputs("The words of\n", out);
    roff_bold(out, "-t");
    fputs(",\nin the order in which they run:\n", out);
    for (size_t i = 0; i < n; i++) {
        roff_text(out, names[i]);
        fputs(i + 1 < n ? ",\n" : ".\n", out);
    }
}

static void exit_status(FILE *out)
{
    roff_section(out, "EXIT STATUS");
    for (const struct options_exit *e = options_exits; e->code; e++) {
        roff_item(out);
        roff_bold(out, e->code);
        fputc('\n', out);
        roff_text(out, e->meaning);
        fputs(".\n", out);
    }
}

static void environment(FILE *out)
{
    roff_section(out, "ENVIRONMENT");
    for (const struct options_exit *e = options_environment; e->code; e++) {
        roff_item(out);
        roff_bold(out, e->code);
        fputc('\n', out);
        roff_text(out, e->meaning);
        fputs(".\n", out);
    }
}

static void options(const struct manual *m, FILE *out)
{
    if (!m->own->n)
        return;
    roff_section(out, "OPTIONS");
    if (m->rest)
        fputs("The options of a plain run, told in\n.BR hkv\\-bench (1),\nand these:\n", out);
    opt_man(m->own, out);
}

static void see_also(const struct manual *m, FILE *out)
{
    char name[COMPLETE_NAME];
    const char *between = "";
    roff_section(out, "SEE ALSO");
    for (size_t i = 0; manuals[i]; i++) {
        if (manuals[i] == m)
            continue;
        page_name(manuals[i], name);
        fputs(between, out);
        roff_bold(out, name);
        fputs("(1)", out);
        between = ",\n";
    }
    fputc('\n', out);
}

static void example_lines(const struct manual_example *e, FILE *out)
{
    char line[256];
    roff_section(out, "EXAMPLES");
    for (bool first = true; e->command; e++, first = false) {
        if (!first || e->what)
            fputs(first ? "" : ".PP\n", out);
        if (e->what) {
            roff_text(out, e->what);
            fputs(":\n.PP\n", out);
        }
        snprintf(line, sizeof line, PROGRAM " %s", e->command);
        roff_example(out, line);
    }
}

void manuals_man(const struct manual *m, FILE *out)
{
    char name[COMPLETE_NAME], source[COMPLETE_NAME];
    page_name(m, name);
    snprintf(source, sizeof source, PROGRAM " %s", build.version);
    roff_title(out, name, build.released, source);
    roff_section(out, "NAME");
    roff_text(out, name);
    fputs(" \\- ", out);
    roff_text(out, m->summary);
    fputc('\n', out);
    synopsis(m, out);
    roff_section(out, "DESCRIPTION");
    paragraphs(m->about, out);
    if (m == &manual_program)
        subcommands(out);
    options(m, out);
    if (m == &manual_program) {
        tests(out);
        roff_section(out, "NUMBERS");
        paragraphs(options_numbers, out);
        environment(out);
    }
    exit_status(out);
    if (m->examples)
        example_lines(m->examples, out);
    see_also(m, out);
}

bool manuals_completion(const char *shell, FILE *out)
{
    const char *names[TESTS_MAX];
    char storage[1024], list[1024];
    size_t n = catalog_names(names, TESTS_MAX, storage, sizeof storage), len = 0;
    for (size_t i = 0; i < n && len < sizeof list; i++)
        len += (size_t)snprintf(list + len, sizeof list - len, "%s%s", i ? " " : "", names[i]);
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
