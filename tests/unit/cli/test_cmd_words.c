// SPDX-License-Identifier: MIT
// What each subcommand refuses before it does anything: one sentence in its name, its exit code, and nothing
// on standard output.
#include "cli/cmd.h"
#include "cli/cmd_compare.h"
#include "cli/cmd_history.h"
#include "cli/cmd_merge.h"
#include "cli/cmd_options.h"
#include "cli/cmd_record.h"
#include "cli/cmd_report.h"
#include "cli/cmd_run.h"
#include "cli/cmd_saturate.h"
#include "cli/cmd_selftest.h"
#include "cli/cmd_serve.h"
#include "cli/cmd_sweep.h"

#include "told.h"

struct wrong {
    const char *line, *sentence;
};

static void refuses(command *run, const struct wrong *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        bad(run, list[i].line, OUTCOME_USAGE, list[i].sentence);
}

static void of_history(void **state)
{
    static const struct wrong list[] = {
        {"history x.db frobnicate",
         "expected list, show, diff, export, delete or trend after the history, got 'frobnicate'"},
        {"history x.db dif 1 2", "expected an action after the history, got 'dif': did you mean diff?"},
        {"history x.db delete", "delete: expected a run: a number shown by list, or last"},
        {"history x.db delete 1 2", "delete takes one run: unexpected argument '2'"},
        {"history x.db trend 1", "trend takes no run: unexpected argument '1'"},
        {"history x.db export 1 --html p", "--html: only with show, diff and trend, not with export"},
        {"history x.db delete 1 --html p", "--html: only with show, diff and trend, not with delete"},
        {"history x.db trend --html p --json", "--html and --json: give one of them"},
        {"history x.db show 1 --format bmf", "--format: only with export, not with show"},
        {"history x.db diff 1 2 --fail-on-regression",
         "--fail-on-regression: only with trend, not with diff"},
        {"history x.db list --tag =v", "--tag: expected KEY or KEY=VALUE such as commit, got '=v'"},
        {"history /nowhere/x.db list",
         "'/nowhere/x.db' cannot be opened: does it exist? --save DB creates a history"},
    };
    (void)state;
    refuses(cmd_history, list, LEN(list));
}

static void of_report(void **state)
{
    static const struct wrong list[] = {
        {"report", "expected a result: a file of --json, or a run of a history such as runs.db:last"},
        {"report a.json", "--html: expected a file for the page, e.g. --html page.html"},
        {"report /nowhere/a.json --html p", "/nowhere/a.json cannot be read: No such file or directory"},
        {"report /nowhere/a.db: --html p", "/nowhere/a.db: cannot be read: No such file or directory"},
        {"report :1 --html p", ":1 cannot be read: No such file or directory"},
        {"report /nowhere/a.db:1 --html p",
         "'/nowhere/a.db' cannot be opened: does it exist? --save DB creates a history"},
        {"report /tmp --html p", "/tmp cannot be read: Is a directory"},
    };
    (void)state;
    refuses(cmd_report, list, LEN(list));
}

// As many as one page has, and one more.
static void of_report_by_number(void **state)
{
    char name[] = "report", word[] = "/nowhere", *argv[70] = {name};
    int out, errors;
    (void)state;
    for (int n = 64; n <= 65; n++) {
        argv[n] = word;
        for (int i = 1; i < n; i++)
            argv[i] = word;
        FILE *a = put_away(stdout, &out), *b = put_away(stderr, &errors);
        told.code = cmd_report(n + 1, argv);
        told.err = put_back(stderr, errors, b);
        told.out = put_back(stdout, out, a);
        assert_int_equal(told.code, OUTCOME_USAGE);
        assert_string_equal(told.err,
                            n == 64 ? "hkv-bench report: --html: expected a file for the page, e.g. --html "
                                      "page.html\n"
                                    : "hkv-bench report: expected at most 64 results for one page\n");
        forget(NULL);
    }
}

static void of_serve(void **state)
{
    static const struct wrong list[] = {
        {"serve x", "unexpected argument 'x': serve takes options only"},
        {"serve --tls-ca f", "--tls-ca: only with --tls-cert and --tls-key: give them too"},
    };
    (void)state;
    refuses(cmd_serve, list, LEN(list));
}

static void of_merge(void **state)
{
#define ONLY " says how to measure, and merge only reports: leave it out"
    static const struct wrong list[] = {
        {"merge", "expected files of --part, e.g. hkv-bench merge a.part b.part --json whole.json"},
        {"merge --partial", "expected files of --part, e.g. hkv-bench merge a.part b.part --json whole.json"},
        {"merge a -c 5", "-c" ONLY},
        {"merge a --rate=5", "--rate" ONLY},
        {"merge a --interval 1s", "--interval" ONLY}, // of the rows, which are measured already
        {"merge a --prefill b", "--prefill" ONLY},
    };
    (void)state;
    refuses(cmd_merge, list, LEN(list));
    bad(cmd_merge, "merge /nowhere/a --strict --csv --tag x=y", OUTCOME_RUN,
        "/nowhere/a cannot be read: No such file or directory");
}

static void of_record(void **state)
{
    static const char *const others[] = {"--cluster", "--engine null", "--replay -", "--queue list",
                                         "--pubsub",  "--version",     "--compat"};
    static const struct wrong list[] = {
        {"record a b", "unexpected argument 'b': record takes one file"},
        {"record -3", "record speaks RESP2: leave out -3"},
    };
    char line[64];
    (void)state;
    refuses(cmd_record, list, LEN(list));
    for (size_t i = 0; i < LEN(others); i++) {
        snprintf(line, sizeof line, "record %s", others[i]);
        bad(cmd_record, line, OUTCOME_USAGE,
            "record asks one server for MONITOR: leave out --cluster, --engine null, --replay, --queue, "
            "--pubsub, --version and --compat");
    }
}

static void of_sweep(void **state)
{
#define KINDS "expected rate, clients, pipeline, size or keys, e.g. hkv-bench sweep clients"
#define RATES                                                                                                \
    "sweep rate takes its rates from --points, and of a cluster needs connections that stay open: leave "    \
    "out --rate, --rps and -k 0"
    static const struct wrong list[] = {
        {"sweep", KINDS},
        {"sweep client", KINDS},
        {"sweep rate --rate 5", RATES},
        {"sweep rate --cluster -k 0", RATES},
        {"sweep size --value-size 1-5",
         "sweep size gives each size of --points to all values in turn: leave out --value-size"},
        {"sweep pipeline --reconnect-every 10",
         "sweep pipeline gives each -P in turn, and --reconnect-every may be no multiple of it: leave it "
         "out, or give --pipeline-mode window"},
        {"sweep clients -q", "sweep reports as text, --csv and --json: leave out --format and -q"},
    };
    (void)state;
    refuses(cmd_sweep, list, LEN(list));
}

static void of_saturate(void **state)
{
    static const struct wrong list[] = {
        {"saturate", "--slo: expected a latency objective, got none: give one, e.g. --slo p99=1ms"},
        {"saturate --slo p99=1ms --rate 5", "saturate finds the rate: leave out --rate and --rps"},
        {"saturate --slo p99=1ms --rps 5", "saturate finds the rate: leave out --rate and --rps"},
        {"saturate --slo p99=1ms --cluster -k 0",
         "saturate of a cluster needs connections that stay open: leave out -k 0"},
        {"saturate --slo p99=1ms --csv", "saturate reports as text and, with --json and --html, as JSON and "
                                         "a page: leave out --format, -q and --csv"},
        {"saturate --slo p99=1ms --slo p99=1ms", "--slo: p99=1ms is given twice"},
        {"saturate --slo p99=1ms --slo p50=1ms --slo p99=1000us", "--slo: p99=1000us is given twice"},
        {"saturate --slo p99=1s --trial 1s",
         "--trial: expected at least 10s, because a shorter trial cannot resolve --slo; got 1.00s"},
    };
    (void)state;
    refuses(cmd_saturate, list, LEN(list));
}

static void of_the_rest(void **state)
{
    (void)state;
    bad(cmd_selftest, "selftest x", OUTCOME_USAGE, "unexpected argument 'x': selftest takes options only");
    bad(cmd_options, "options x", OUTCOME_USAGE, "unexpected argument 'x': options takes options only");
    bad(cmd_options, "options --man=sweeps", OUTCOME_USAGE,
        "--man: expected a subcommand such as compare, got 'sweeps'");
    bad(cmd_options, "options --completion tcsh", OUTCOME_USAGE,
        "--completion: expected bash, zsh or fish, got 'tcsh'");
    bad(cmd_help, "help sweeep", OUTCOME_USAGE, "expected a subcommand, got 'sweeep': did you mean sweep?");
    bad(cmd_help, "help qqqqqq", OUTCOME_USAGE,
        "expected a subcommand, got 'qqqqqq': compare, saturate, sweep, selftest, history, merge, record, "
        "report, serve and options are");
    bad(cmd_run, "hkv-bench -x", OUTCOME_USAGE,
        "-x needs a command that takes standard input as its last argument, e.g. -x SET key");
    bad(cmd_run, "hkv-bench --engine null -t gett", OUTCOME_USAGE, "unknown test 'gett': did you mean get?");
}

// A summary that nobody can write is told before anything is measured.
static void of_compare_for_a_job(void **state)
{
    static const char line[] = "compare a=127.0.0.1:1 b=127.0.0.1:2 --engine null -t get --github";
    (void)state;
    unsetenv("GITHUB_STEP_SUMMARY");
    assert_int_equal(tell(cmd_compare, line), OUTCOME_USAGE);
    assert_string_equal(told.err, "hkv-bench compare: --github: expected a file in the environment variable "
                                  "GITHUB_STEP_SUMMARY, got none\n");
    setenv("GITHUB_STEP_SUMMARY", "/nowhere/summary", 1);
    assert_int_equal(tell(cmd_compare, line), OUTCOME_USAGE);
    assert_string_equal(
        told.err,
        "hkv-bench compare: --github: '/nowhere/summary' cannot be written: No such file or directory\n");
    assert_string_equal(told.out, "");
    unsetenv("GITHUB_STEP_SUMMARY");
}

// Above whatever else is wrong with the line.
static void help_is_all_that_is_done(void **state)
{
    static const struct {
        command *run;
        const char *line;
    } all[] = {{cmd_compare, "compare --help"},   {cmd_saturate, "saturate --help --rate 5"},
               {cmd_sweep, "sweep --help"},       {cmd_selftest, "selftest --help"},
               {cmd_history, "history --help"},   {cmd_merge, "merge --help"},
               {cmd_record, "record --help a b"}, {cmd_report, "report --help"},
               {cmd_serve, "serve --help"},       {cmd_options, "options --help"}};
    char first[64];
    (void)state;
    for (size_t i = 0; i < LEN(all); i++) {
        good(all[i].run, all[i].line);
        snprintf(first, sizeof first, "Usage: hkv-bench %.*s", (int)strcspn(all[i].line, " "), all[i].line);
        assert_memory_equal(told.out, first, strlen(first));
        assert_string_equal(told.err, "");
    }
    good(cmd_help, "help sweep");
    char *help = strdup(told.out);
    good(cmd_sweep, "sweep --help");
    assert_string_equal(told.out, help);
    free(help);
    good(cmd_help, "help help");
    has(told.out, "Usage: hkv-bench [");
    good(cmd_help, "help");
    has(told.out, "Usage: hkv-bench [");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, clean, forget)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(of_history),
        TEST(of_report),
        TEST(of_report_by_number),
        TEST(of_serve),
        TEST(of_merge),
        TEST(of_record),
        TEST(of_sweep),
        TEST(of_saturate),
        TEST(of_the_rest),
        TEST(of_compare_for_a_job),
        TEST(help_is_all_that_is_done),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
