// SPDX-License-Identifier: MIT
#include "cli/options_doc.h"

#include "base/terminal.h"
#include "load/catalog.h"
#include "option/manual.h"
#include "option/opt_doc.h"

#include <string.h>

#define TESTS_MAX 64
#define EXAMPLES 4

static const char *const program_names[] = {
    [PERSONA_HKV] = "hkv-bench", [PERSONA_REDIS] = "redis-benchmark", [PERSONA_VALKEY] = "valkey-benchmark"};

const char options_doc_numbers[] =
    "Numbers take suffixes: 10k 1.5M 2G 1e6 are powers of 1000, 1Ki 4Mi 1Gi of 1024; a size may end in B "
    "(64KiB); a time is 100ns 250us 1.5ms 30s 2m 1h, or bare seconds. Long options also take --option=value. "
    "In a "
    "command __rand_int__ becomes a random number of 12 digits below -r, __rand_1st__ to __rand_9th__ one "
    "that is the "
    "same throughout the command, and __data__ a value of -d bytes.";

const struct manual_row options_doc_exits[] = {
    {"0", "all requests succeeded; compare: no regression"},
    {"1", "error replies, lost connections or unanswered requests; a requested test could not be measured; "
          "results could not be written"},
    {"2", "the command line is invalid"},
    {"3", "cannot connect"},
    {"4", "--strict: there is a warning about a result"},
    {"5", "--verify: values that were read are wrong"},
    {"10", "--assert: a metric is not as required; compare: the last target is worse; history trend "
           "--fail-on-regression: a figure has become worse"},
    {"11", "compare --strict: no verdict"},
    {"128 + N",
     "ended by signal N, 130 by SIGINT (Ctrl-C), 143 by SIGTERM, 129 by SIGHUP; what was measured is "
     "reported and saved"},
    {0},
};

const struct manual_row options_doc_environment[] = {
    {"HKV_BENCH_AUTH, REDISCLI_AUTH", "the password, if neither -a nor the URI gives one"},
    {"HKV_BENCH_KEY_PASSWORD", "the password of an encrypted --key"},
    {"NO_COLOR", "if set, output has no colour"},
    {"XDG_STATE_HOME", "where selftest keeps its result, in the folder hkv-bench; by default ~/.local/state"},
    {0},
};

static void print_examples(FILE *out, const char *name, size_t columns)
{
    static const struct manual_row examples[] = {
        {"-t set,get -n 1M -c 50", "SET and GET on 127.0.0.1:6379"},
        {"-h db1 -P 16 -d 1KiB -t set", "pipelined writes of 1 KiB"},
        {"-t get --duration 30s --rate 50k", "30 s at 50,000 req/s"},
        {"-r 10k HGET h:__rand_int__ field", "a command of your own"},
    };
    char words[EXAMPLES][96];
    struct manual_row rows[EXAMPLES + 1] = {{0}};
    for (size_t i = 0; i < EXAMPLES; i++) {
        snprintf(words[i], sizeof words[i], "%s %s", name, examples[i].word);
        rows[i] = (struct manual_row){words[i], examples[i].meaning};
    }
    fputs("\nExamples:\n", out);
    manual_rows_help(rows, out, columns);
}

// What -t takes.
static void print_tests(FILE *out, size_t columns)
{
    const char *names[TESTS_MAX];
    char storage[1024];
    size_t n = catalog_names(names, TESTS_MAX, storage, sizeof storage), column = columns;
    fputs("\nTests of -t, in the order in which they run:", out);
    for (size_t i = 0; i < n; i++) {
        size_t len = strlen(names[i]) + 1;
        if (column + len > columns) {
            fputs("\n  ", out);
            column = 2;
        }
        fprintf(out, column > 2 ? " %s" : "%s", names[i]);
        column += len;
    }
    fputs("\n", out);
}

static void print_usage(FILE *out, enum persona persona, size_t columns)
{
    static const struct manual_row subcommands[] = {
        {"hkv-bench compare A B ...", "which server is faster?"},
        {"hkv-bench saturate --slo ...", "the highest rate that meets a latency objective"},
        {"hkv-bench sweep clients ...", "a server across the values of one setting"},
        {"hkv-bench selftest", "what this client can measure on this machine"},
        {"hkv-bench history DB list", "look at results kept by --save"},
        {"hkv-bench report FILE ...", "one page with charts of results"},
        {"hkv-bench merge PART ...", "one result of several generators (--part)"},
        {"hkv-bench record FILE", "record commands for --replay"},
        {"hkv-bench serve -p PORT", "run the embedded server by itself"},
        {"hkv-bench help [SUBCOMMAND]", "this text, or that of a subcommand"},
        {0},
    };
    fprintf(out, "Usage: %s [OPTION ...] [--] [COMMAND [ARGUMENT ...]]\n", program_names[persona]);
    if (persona != PERSONA_HKV) {
        fprintf(out, "\nThis is hkv-bench with the defaults and the report of %s.\n", program_names[persona]);
        return;
    }
    fputs("       hkv-bench SUBCOMMAND ...\n\n", out);
    manual_wrap(
        out,
        "Measures a server that speaks RESP, with the tests of redis-benchmark or a command of your own.",
        columns);
    fputc('\n', out);
    manual_rows_help(subcommands, out, columns);
}

void options_doc_help(FILE *out, enum persona persona, bool all)
{
    const struct opt_doc_form form = {terminal_text_columns(out), persona != PERSONA_HKV, !all};
    print_usage(out, persona, form.columns);
    opt_doc_help(&options_table, out, &form);
    if (all) {
        print_tests(out, form.columns);
        fputc('\n', out);
        manual_wrap(out, options_doc_numbers, form.columns);
        fputs("\nExit codes:\n", out);
        manual_rows_help(options_doc_exits, out, form.columns);
        fputs("Each but 0 comes with a sentence on standard error.\n", out);
    }
    print_examples(out, program_names[persona], form.columns);
    if (!all)
        fputs("\nAll options, tests and exit codes: hkv-bench --help all, or man hkv-bench\n", out);
}

static const char markdown_head[] =
    "# Options\n"
    "\n"
    "This file is what `hkv-bench options` prints: change the table in the sources, not this text.\n"
    "\n"
    "```\n"
    "hkv-bench [OPTION ...] [--] [COMMAND [ARGUMENT ...]]\n"
    "hkv-bench compare [NAME=]TARGET [NAME=]TARGET ... [OPTION ...] [COMMAND]\n"
    "hkv-bench saturate --slo LIST [OPTION ...] [COMMAND]\n"
    "hkv-bench sweep rate|clients|pipeline|size|keys [OPTION ...] [COMMAND]\n"
    "hkv-bench selftest [--for TIME] [--engine NAME] [--json FILE] [--no-keep]\n"
    "hkv-bench history DB list|show|diff|export|delete|trend ...\n"
    "hkv-bench merge PART PART ... [OPTION ...]\n"
    "hkv-bench report FILE.json|DB:RUN ... --html FILE\n"
    "hkv-bench record -p PORT ... FILE\n"
    "hkv-bench serve [-p PORT] [-s PATH]\n"
    "hkv-bench options\n"
    "hkv-bench help [SUBCOMMAND]\n"
    "```\n"
    "\n"
    "`compare`, `saturate` and `sweep` measure many times and judge (comparing.md, capacity.md); they take "
    "the\n"
    "options below and some of their own, which `hkv-bench saturate --help` and so on list. `history` "
    "looks\n"
    "into what `--save` has kept (history.md). `serve` runs the embedded server by itself, a target for "
    "first\n"
    "steps and self-tests; `selftest` says what this client can measure on this machine (selftest.md);\n"
    "`options` prints this file. Everything else measures: the tests of `-t`, or the\n"
    "command that stands after the options.\n"
    "The first word without a `-` in front ends the options, and so does `--`. Each option is a word of its\n"
    "own (`-n 5`, not `-n5`); long ones also take `--option=value`.\n"
    "\n"
    "## Table\n"
    "\n"
    "\"Also in\" names the tools that have the option under its letter, or under its long name where there\n"
    "is no letter: redis is redis-benchmark, valkey is valkey-benchmark. Called by one of these two names, "
    "or\n"
    "with `--compat`, hkv-bench replaces them, and some defaults are theirs.\n";

static const char markdown_numbers[] =
    "\n## Numbers\n\n| Kind | Written as |\n|---|---|\n| count, rate | `1500`; `10k` `1.5M` `2G` `1e6` are "
    "powers of 1000, `1Ki` `4Mi` `1Gi` of 1024 |\n| size | the same, with or without a `B` at the end: "
    "`64KiB`, `1MB`, `512` |\n| time | `100ns` `250us` `1.5ms` `30s` `2m` `1h`; a bare number is seconds "
    "|\n\nA fraction must come out whole (`1.5k` is 1500; `1.5` is no count); only a rate may be `0.1`. Text "
    "that\nis no number, and numbers out of range, are refused with the range. In the place of "
    "redis-benchmark or\nvalkey-benchmark they are moved into the range, as scripts rely on; a port out of "
    "range is refused\nthere too.\n\n## Placeholders\n\nWith `-r` above 0 these words inside an argument of "
    "a command are replaced in each request:\n\n| Word | Becomes |\n|---|---|\n| `__rand_int__` | a number "
    "below `-r` in 12 digits, drawn anew at each place where it stands |\n| `__rand_1st__` to `__rand_9th__` "
    "| the same, but equal wherever the same word stands in one command |\n\nWith `--sequential` numbers "
    "count up instead of being drawn. With `-r 0` these words are sent as they\nstand. `__data__` becomes a "
    "value of `-d` bytes. [workloads.md](workloads.md) has more words (`__key__`,\n`__rand:1:100__`, "
    "`__seq__`, `__now__`) and how keys and values are chosen.\n";

static const char markdown_differs[] =
    "\n"
    "## Where hkv-bench differs from redis-benchmark\n"
    "\n"
    "- Keys are random by default, out of `-r` 100000; `-r 0` uses the one literal key. In its place (by "
    "its\n"
    "  name, or with `--compat`) the default is 0.\n"
    "- Connections are opened and set up (AUTH, SELECT) before the clock starts, never inside the "
    "measurement.\n"
    "- `-n` is exact: never one request more, whatever `-P`, `-c` and `--threads` are. The last batch is\n"
    "  shorter, and no more than `-n` connections are opened.\n"
    "- Each request has its own latency in nanoseconds, also inside a batch.\n"
    "- Error replies are counted and reported, and the run goes on. Under the name of redis-benchmark or\n"
    "  valkey-benchmark, or with `--compat`, a test with an error reply has no figures, \"Error from "
    "server\"\n"
    "  says why, and it is the last, as there.\n"
    "- Tests of the default list that the server does not support are skipped, in one line on standard "
    "error;\n"
    "  those named with `-t` make exit code 1.\n"
    "- Reports hold no `\\r`: progress goes to standard error, and only when that is a terminal.\n"
    "\n"
    "## Environment\n"
    "\n";

static const char markdown_exit[] =
    "\n"
    "Passwords of `-a` and `-u` are overwritten in the argument list at start, so that `ps` does not show\n"
    "them; for the instant before that, and in the history of a shell, `REDISCLI_AUTH` is the safer way.\n"
    "\n"
    "## Exit codes\n"
    "\n"
    "One rule for all subcommands. Each code but 0 comes with a sentence on standard error, in every "
    "format.\n"
    "Where several apply, a signal wins, then 5, then 1, 2 or 3 (whichever came first), 4, 10 and 11.\n"
    "\n";

static const char markdown_end[] =
    "\n"
    "A signal ends every phase at once, SIGHUP too unless it is ignored (`nohup`). Others are ignored for "
    "the\n"
    "next 5 seconds, in which the report is written, so that an impatient second Ctrl-C loses nothing; "
    "after\n"
    "that the next one ends the process at once, whatever was not written. `serve` ends with 0.\n"
    "\n"
    "What 1 and 4 mean where many runs make one result:\n"
    "\n"
    "| Subcommand | 1 | 4, with `--strict` |\n"
    "|---|---|---|\n"
    "| `saturate` | no rate passes, or something else ran on the client's machine (\"disturbed\") | a rate "
    "passes, but the client was at its end first, or the server is unsteady |\n"
    "| `sweep` | a point with error replies, lost connections or a server that fell silent | |\n"
    "| `compare` | a test did not get all its blocks | |\n"
    "| `selftest` | a planted fault was not found, or something could not be measured | |\n"
    "| `-I` | connections could not be opened, or were lost | |\n";

void options_doc_markdown(FILE *out)
{
    fputs(markdown_head, out);
    opt_doc_markdown(&options_table, out);
    fputs(markdown_numbers, out);
    fputs(markdown_differs, out);
    manual_rows_markdown(options_doc_environment, out, "Variable");
    fputs(markdown_exit, out);
    manual_rows_markdown(options_doc_exits, out, "Code");
    fputs(markdown_end, out);
}
