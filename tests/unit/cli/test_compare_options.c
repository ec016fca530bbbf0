// SPDX-License-Identifier: MIT
#include "cli/compare_options.h"

#include "base/clock.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LEN(a) (sizeof(a) / sizeof *(a))
#define TWO "a=h1:1 b=h2:2 "

static struct compare_options o;
static struct err err;
static char *argv_of[64];
static char argv_text[1024];

// What follows the subcommand's name; it stays readable in argv_of, from 1 on.
static int parse(const char *line)
{
    int argc = 0;
    compare_options_free(&o);
    err = (struct err){0};
    snprintf(argv_text, sizeof argv_text, "compare %s", line);
    for (char *save, *w = strtok_r(argv_text, " ", &save); w; w = strtok_r(NULL, " ", &save))
        argv_of[argc++] = w;
    argv_of[argc] = NULL;
    return compare_options_parse(&o, argc, argv_of, &err);
}

static void ok(const char *line)
{
    if (parse(line) < 0)
        fail_msg("%s: %s", line, err.text);
}

static void refused(const char *line, const char *sentence)
{
    if (parse(line) == 0)
        fail_msg("%s was taken", line);
    if (err.code != ERR_USAGE || strcmp(err.text, sentence) != 0)
        fail_msg("%s: code %d, \"%s\", not \"%s\"", line, (int)err.code, err.text, sentence);
    assert_null(o.baseline_path);
    for (unsigned t = 0; t < COMPARISON_TARGETS_MAX; t++)
        assert_true(!o.names[t] && !o.hosts[t] && !o.each[t].owned[0]);
}

static void tcp(unsigned t, const char *name, const char *host, int port)
{
    assert_string_equal(o.names[t], name);
    assert_string_equal(o.each[t].run.host, host);
    assert_int_equal(o.each[t].run.port, port);
    assert_null(o.each[t].run.unix_path);
}

// --- targets ---

static void targets_have_several_forms(void **state)
{
    (void)state;
    ok("db1:7000 two=db2:7001 three=[::1]:7002 four=db4");
    assert_int_equal(o.conf.targets, 4);
    assert_int_equal(o.conf.first, 0);
    assert_ptr_equal(compare_options_lead(&o), &o.each[0]);
    tcp(0, "db1:7000", "db1", 7000);
    tcp(1, "two", "db2", 7001);
    tcp(2, "three", "::1", 7002);
    tcp(3, "four", "db4", 6379);
    ok("/tmp/a=b five=/tmp/s six=@hkv seven=./s:1");
    assert_string_equal(o.names[0], "/tmp/a=b");
    assert_string_equal(o.each[0].run.unix_path, "/tmp/a=b");
    assert_string_equal(o.names[1], "five");
    assert_string_equal(o.each[1].run.unix_path, "/tmp/s");
    assert_string_equal(o.each[2].run.unix_path, "@hkv");
    assert_string_equal(o.each[3].run.unix_path, "./s:1");
}

// What a target says of where it is wins over what holds for all, and that over the defaults.
static void a_target_knows_best_where_it_is(void **state)
{
    (void)state;
    ok("one=h1:1 two=h2 7003 -p 9");
    tcp(0, "one", "h1", 1);
    tcp(1, "two", "h2", 9);
    tcp(2, "7003", "127.0.0.1", 7003);
    ok("one=h1:1 two=redis://h2:2 -u redis://joe:pw@h3:3/4");
    tcp(0, "one", "h1", 1);
    tcp(1, "two", "h2", 2);
    assert_string_equal(o.each[0].run.password, "pw");
    assert_null(o.each[1].run.password);
}

// An experiment is given all of it as plain values.
static void the_experiment_gets_plain_values(void **state)
{
    (void)state;
    ok("a=h1:1 b=h2:2 -t get --for b:--clients=3 --strict");
    assert_true(o.conf.strict);
    assert_string_equal(o.conf.each[0].name, "a");
    assert_int_equal(o.conf.each[0].workload.run.port, 1);
    assert_int_equal(o.conf.each[0].workload.run.clients, 50);
    assert_int_equal(o.conf.each[1].workload.run.clients, 3);
    assert_string_equal(o.conf.each[1].workload.tests, "get");
    assert_int_equal(o.conf.each[1].workload.command.n, 0);
    ok(TWO "SET k v");
    assert_int_equal(o.conf.each[1].workload.command.n, 3);
    ok(TWO "--for b:--cluster --for b:--slots=0-9");
    assert_false(o.conf.each[0].workload.run.cluster || o.conf.each[1].workload.run.cluster_or_one);
    assert_true(o.conf.each[1].workload.run.cluster && o.conf.each[1].workload.run.slots == 10);
    ok(TWO "--cluster");
    assert_true(o.conf.each[0].workload.run.cluster && o.conf.each[0].workload.run.cluster_or_one);
}

static void a_uri_is_read_and_its_password_hidden(void **state)
{
    (void)state;
    ok("redis://joe:pw@db1:7000/5 b=valkey://:other@db2 c=redis://db3:1");
    tcp(0, "redis://xxxxxx@db1:7000/5", "db1", 7000);
    tcp(1, "b", "db2", 6379);
    tcp(2, "c", "db3", 1);
    assert_string_equal(o.each[0].run.user, "joe");
    assert_string_equal(o.each[0].run.password, "pw");
    assert_int_equal(o.each[0].run.dbnum, 5);
    assert_string_equal(o.each[1].run.password, "other");
    assert_null(o.each[2].run.password);
    assert_string_equal(argv_of[1], "redis://xxxxxx@db1:7000/5");
    assert_string_equal(argv_of[2], "b=valkey://xxxxxx@db2");
    assert_string_equal(argv_of[3], "c=redis://db3:1");
}

static void passwords_leave_argv(void **state)
{
    (void)state;
    ok(TWO "-a secret --for b:--password=third AUTH -a kept");
    assert_string_equal(o.each[0].run.password, "secret");
    assert_string_equal(o.each[1].run.password, "third");
    assert_string_equal(argv_of[4], "xxxxxx");
    assert_string_equal(argv_of[6], "b:--password=xxxxx");
    assert_string_equal(argv_of[9], "kept");
    assert_int_equal(parse("a=redis://:pw@h -a secret --for c:--password=third --nonsense"), -1);
    assert_string_equal(argv_of[1], "a=redis://xxx@h");
    assert_string_equal(argv_of[3], "xxxxxx");
    assert_string_equal(argv_of[5], "c:--password=xxxxx");
    assert_int_equal(parse("-a secret"), -1);
    assert_string_equal(argv_of[2], "xxxxxx");
    ok("-a secret --help");
    assert_true(o.help);
    assert_string_equal(argv_of[2], "xxxxxx");
}

static void one_target_is_compared_with_itself(void **state)
{
    (void)state;
    ok("a=db1:7000 --aa");
    assert_true(o.conf.aa);
    assert_int_equal(o.conf.targets, 2);
    assert_int_equal(o.conf.first, 0);
    tcp(0, "once", "db1", 7000);
    tcp(1, "again", "db1", 7000);
}

static void a_baseline_stands_for_the_first_target(void **state)
{
    (void)state;
    ok("a=db1:7000 --baseline runs.db:12 -c 7");
    assert_int_equal(o.conf.targets, 2);
    assert_int_equal(o.conf.first, 1);
    assert_string_equal(o.names[0], "baseline");
    tcp(1, "a", "db1", 7000);
    assert_int_equal(compare_options_lead(&o)->run.clients, 7);
    assert_string_equal(o.baseline_path, "runs.db");
    assert_string_equal(o.conf.baseline_run, "12");
    ok("a=db1:7000 --baseline=/tmp/a:b/r:s.db:last");
    assert_string_equal(o.baseline_path, "/tmp/a:b/r:s.db");
    assert_string_equal(o.conf.baseline_run, "last");
    ok(TWO);
    assert_null(o.baseline_path);
}

// --- options ---

static void defaults(void **state)
{
    (void)state;
    ok(TWO);
    assert_int_equal(o.conf.blocks, 0);
    assert_int_equal(o.conf.budget_ns, 120 * NS_PER_S);
    assert_int_equal(o.conf.slot_ns, 0);
    assert_int_equal(o.conf.idle_ns, 50 * NS_PER_MS);
    assert_int_equal(o.conf.fresh, COMPARE_FRESH_NONE);
    assert_int_equal(o.conf.slo.n, 0);
    assert_false(o.conf.aa || o.markdown || o.help || o.conf.warms);
    for (int m = 0; m < COMPARISON_METRICS; m++)
        assert_true(o.conf.margins[m] == comparison_metrics[m].margin && o.conf.floors[m] == 0);
    for (unsigned t = 0; t < 2; t++)
        assert_true(o.each[t].run.clients == 50 && o.each[t].argc == 0 && !o.each[t].tests);
}

static void own_options(void **state)
{
    (void)state;
    ok(TWO "--blocks 6 --slot 2s --idle 0 --markdown --warmup 1s -t get");
    assert_int_equal(o.conf.blocks, 6);
    assert_int_equal(o.conf.slot_ns, 2 * NS_PER_S);
    assert_int_equal(o.conf.idle_ns, 0);
    assert_true(o.markdown);
    assert_true(o.conf.warms);
    for (unsigned t = 0; t < 2; t++) {
        assert_int_equal(o.each[t].run.warmup_ns, NS_PER_S);
        assert_string_equal(o.each[t].tests, "get");
    }
    ok(TWO "--blocks 6");
    assert_int_equal(o.conf.slot_ns, 5 * NS_PER_S);
    ok(TWO "--budget 30s");
    assert_int_equal(o.conf.budget_ns, 30 * NS_PER_S);
    ok("a=h:1 --baseline r:1");
    assert_int_equal(o.conf.blocks, 12);
    ok(TWO "--slo p99=1ms");
    assert_int_equal(o.conf.slot_ns, 1200 * NS_PER_MS);
    ok(TWO "--slo p99=1ms --slot 2s");
    assert_int_equal(o.conf.slot_ns, 2 * NS_PER_S);
    ok(TWO "--fresh flush");
    assert_int_equal(o.conf.fresh, COMPARE_FRESH_FLUSH);
    ok(TWO "--fresh ./restart");
    assert_int_equal(o.conf.fresh, COMPARE_FRESH_COMMAND);
    assert_string_equal(o.conf.fresh_command, "./restart");
}

static void for_reaches_one_target_alone(void **state)
{
    (void)state;
    ok(TWO "-P 2 --for b:--pipeline=8 --for b:--clients=3 --for=a:--socket=/tmp/a:b -d 9");
    assert_int_equal(o.each[0].run.pipeline, 2);
    assert_int_equal(o.each[0].run.clients, 50);
    assert_string_equal(o.each[0].run.unix_path, "/tmp/a:b");
    assert_int_equal(o.each[1].run.pipeline, 8); // it wins over what holds for all
    assert_int_equal(o.each[1].run.clients, 3);
    assert_null(o.each[1].run.unix_path);
    assert_int_equal(o.each[0].run.data_bytes, 9);
    assert_int_equal(o.each[1].run.data_bytes, 9);
    ok("a=h1:1 --aa --for again:--pipeline=8");
    assert_int_equal(o.each[0].run.pipeline, 1);
    assert_int_equal(o.each[1].run.pipeline, 8);
    ok(TWO "--for b:--clients=3 --for b:--clients=4 --for b:--wire-ts");
    assert_int_equal(o.each[1].run.clients, 4); // the last one wins, as everywhere
    assert_int_equal(o.each[1].run.wire_every, 256);
    assert_int_equal(o.each[0].run.wire_every, 0);
}

static void has_shares(const double shares[COMPARISON_METRICS], const double percents[COMPARISON_METRICS])
{
    for (int m = 0; m < COMPARISON_METRICS; m++)
        if (fabs(shares[m] - percents[m] / 100) > 1e-12)
            fail_msg("%s is %g", comparison_metrics[m].text, shares[m]);
}

// In the order of enum comparison_metric: throughput, p50, p99, p99.9, capacity.
static void margins_and_floors(void **state)
{
    (void)state;
    ok(TWO "--margin throughput=2%,p50=4,p99=6.5%,p99.9=20%,capacity=7% --floor capacity=1.5%,p99=0");
    has_shares(o.conf.margins, (const double[COMPARISON_METRICS]){2, 4, 6.5, 20, 7});
    has_shares(o.conf.floors, (const double[COMPARISON_METRICS]){0, 0, 0, 0, 1.5});
    ok(TWO "--margin capacity=99.5%");
    has_shares(o.conf.margins, (const double[COMPARISON_METRICS]){1, 3, 5, 10, 99.5});
}

static void slo_makes_it_a_matter_of_capacity(void **state)
{
    (void)state;
    ok(TWO "--slo p99=1ms,p99.9=5ms");
    assert_int_equal(o.conf.slo.n, 2);
    assert_int_equal(o.conf.slo.limit[0].quantile, QUANTILE_P99);
    assert_int_equal(o.conf.slo.limit[0].ns, NS_PER_MS);
    assert_int_equal(o.conf.slo.limit[1].quantile, QUANTILE_P999);
    assert_int_equal(o.conf.slo.limit[1].ns, 5 * NS_PER_MS);
}

static void the_command_keeps_its_words(void **state)
{
    (void)state;
    ok("a=h1:1 -c 3 b=h2:2 SET k --aa --blocks c=h3:3");
    assert_int_equal(o.conf.targets, 2);
    assert_false(o.conf.aa);
    for (unsigned t = 0; t < 2; t++) {
        assert_int_equal(o.each[t].argc, 5);
        assert_string_equal(o.each[t].argv[0], "SET");
        assert_string_equal(o.each[t].argv[2], "--aa");
        assert_string_equal(o.each[t].argv[4], "c=h3:3");
        assert_int_equal(o.each[t].run.clients, 3);
    }
    ok(TWO "--for b:--clients=4 -- --aa --for b:--clients=5");
    assert_int_equal(o.each[1].argc, 3);
    assert_string_equal(o.each[1].argv[0], "--aa");
    assert_int_equal(o.each[1].run.clients, 4);
}

static void help_checks_nothing_else(void **state)
{
    (void)state;
    ok("--help --nonsense --for x");
    assert_true(o.help);
    assert_int_equal(o.conf.targets, 0);
    assert_int_equal(parse(TWO "GET --help"), 0); // an argument of the command
    assert_false(o.help);
}

// --- refusals ---

#define TWO_OR_MORE                                                                                          \
    "expected two targets or more before the command, e.g. redis=127.0.0.1:6379 "                            \
    "hkv=127.0.0.1:16379"
#define SHARES(option, given)                                                                                \
    option ": expected percentages for throughput, p50, p99, p99.9 or capacity such as "                     \
           "throughput=1%,p99=5%, got "                                                                      \
           "'" given "'"
#define FOR(given) "--for: expected a target's name and an option such as a:--rate=1000, got '" given "'"
#define BASELINE(given)                                                                                      \
    "--baseline: expected a history and a run such as runs.db:12 or runs.db:last, got '" given "'"
#define MEASURES_IN_SLOTS                                                                                    \
    "compare measures in slots: give --slot instead of -n, --duration and --until-precise"
#define PLAIN                                                                                                \
    "-l, -I, -x, --series, --hdr, --prefill-only and --cleanup are for a plain run: leave them out of "      \
    "compare"
#define OPEN                                                                                                 \
    "--slo finds the rate, and of a cluster needs connections that stay open: leave out --rate, --rps and "  \
    "-k 0"
#define ASSERT "--assert belongs to a plain run: compare has an exit code of its own"
#define ALONE                                                                                                \
    "--help, --version and --show-workload each stand alone, e.g. hkv-bench --version: leave them out of "   \
    "compare"

static void wrong_targets(void **state)
{
    (void)state;
    refused("", TWO_OR_MORE);
    refused("a=h:1", TWO_OR_MORE);
    refused("a=h:1 GET b=h:2", TWO_OR_MORE);
    refused(
        TWO "--slo p99=1ms --slo p99.9=5ms",
        "--slo: compare takes one promise, got 2: give --slo once, e.g. p99=1ms,p99.9=5ms where both are to "
        "hold");
    refused(TWO "--aa", "--aa compares one target with itself: give one, e.g. name=127.0.0.1:6379");
    refused(TWO "--baseline r:1",
            "--baseline compares one target with a kept result: give one, e.g. name=127.0.0.1:6379");
    refused("a=h:1 --aa --baseline r:1",
            "--aa and --baseline both stand for the other target: give one of them");
    refused("1=h:1 2=h:2 3=h:3 4=h:4 5=h:5 6=h:6 7=h:7 8=h:8 9=h:9", "compare takes up to 8 targets");
    refused("h:1 b=h:2 h:1", "two targets are called h:1: give them names, e.g. a=h:1");
    refused("baseline=h:1 --baseline r:1",
            "two targets are called baseline: give them names, e.g. a=baseline");
    refused("a=h:1 b=redis://h:x/",
            "the port of the -u URI is a number from 1 to 65535, got 'x' (put an IPv6 host in brackets)");
    refused("a=h:1 b=h:70000", "-p: expected an integer from 1 to 65535, got '70000'");
}

static void wrong_values_of_own_options(void **state)
{
    (void)state;
    static const struct {
        const char *line, *sentence;
    } known[] = {
        {"--blocks 1", "--blocks: expected an integer from 2 to 64, got '1'"},
        {"--budget 0", "--budget: expected a time from 1s to 24h, got '0'"},
        {"--slot 99ms", "--slot: expected a time from 100ms to 1h, got '99ms'"},
        {"--blocks", "--blocks: expected a value: N (see --help)"},
        {"--aa=1", "--aa: expected no value: leave out the = and what follows"},
        {"--margin p98=1%", SHARES("--margin", "p98=1%")},
        {"--margin p99", SHARES("--margin", "p99")},
        {"--margin p99=", SHARES("--margin", "p99=")},
        {"--margin p99=1%x", SHARES("--margin", "p99=1%x")},
        {"--margin p99=-1%", SHARES("--margin", "p99=-1%")},
        {"--margin p99=nan", SHARES("--margin", "p99=nan")},
        {"--margin p50=1%,p99=100%", SHARES("--margin", "p50=1%,p99=100%")},
        {"--floor capacity=1%;p99=2%", SHARES("--floor", "capacity=1%;p99=2%")},
        {"--for c:--clients=2", FOR("c:--clients=2")},
        {"--for b", FOR("b")},
        {"--for b:clients=2", FOR("b:clients=2")},
        {"--for b:--", FOR("b:--")},
        {"--for :--clients=2", FOR(":--clients=2")},
        {"--for b:--clients=0", "--clients: expected an integer from 1 to 1M, got '0'"},
        {"--for b:--json", "--json: expected a value: FILE (see --help)"},
        {"--for b:-P --for b:--clients=2", "-P: expected a value: N (see --help)"},
        {"--for b:--compat", "--compat changes the defaults of all targets: give it without --for"},
        {"--for b:--clinets=2", "unknown option --clinets: did you mean --clients?"},
        {"--slo p98=1ms", "--slo: expected up to 4 latency limits for p50, p90, p95, p99, p99.9 or p99.99 "
                          "such as p99=1ms,p99.9=5ms, or get.p99=1ms of one command of a mix, got 'p98=1ms'"},
    };
    for (size_t i = 0; i < LEN(known); i++) {
        char line[256];
        snprintf(line, sizeof line, TWO "%s", known[i].line);
        refused(line, known[i].sentence);
    }
    refused(TWO "--budget 3s --blocks 6",
            "--budget ends a comparison of as many blocks as it takes: leave it out with --blocks");
    refused("a=h:1 --baseline r:1 --budget 3s",
            "--budget ends a comparison of as many blocks as it takes: leave it out with --baseline");
    refused("a=h:1 --baseline runs.db", BASELINE("runs.db"));
    refused("a=h:1 --baseline runs.db:", BASELINE("runs.db:"));
    refused("a=h:1 --baseline :12", BASELINE(":12"));
    refused(
        "n=h:1 --baseline r:1 --for baseline:--clients=2",
        "--for: expected a target's name and an option such as n:--rate=1000, got 'baseline:--clients=2'");
}

// What belongs to a plain run is refused for all and for one target: it would do nothing, or end slots early.
static void what_does_not_go_with_slots(void **state)
{
    (void)state;
    static const struct {
        const char *option, *sentence;
    } known[] = {{"--requests=5", MEASURES_IN_SLOTS},
                 {"--duration=5s", MEASURES_IN_SLOTS},
                 {"--until-precise=5%", MEASURES_IN_SLOTS},
                 {"-l", PLAIN},
                 {"-I", PLAIN},
                 {"--series=x", PLAIN},
                 {"--hdr=x", PLAIN},
                 {"-v", ALONE},
                 {"--version", ALONE},
                 {"--assert=rps>1", ASSERT}};
    for (size_t i = 0; i < LEN(known); i++) {
        char line[256];
        snprintf(line, sizeof line, TWO "%s", known[i].option);
        refused(line, known[i].sentence);
        snprintf(line, sizeof line, TWO "--for b:%s", known[i].option);
        refused(line, known[i].sentence);
    }
    refused(TWO "--for b:--help", ALONE);
    refused(TWO "-x SET key", PLAIN);
    refused("a=h:1 --baseline r:1 --for a:--duration=5s", MEASURES_IN_SLOTS);
}

static void slo_finds_the_rate(void **state)
{
    (void)state;
    refused(TWO "--slo p99=1ms --rate 5", OPEN);
    refused(TWO "--slo p99=1ms --rps 5", OPEN);
    refused(TWO "--slo p99=1ms -k 0 --cluster", OPEN);
    refused(TWO "--slo p99=1ms --for b:--rate=5", OPEN);
    refused("a=h:1 --baseline r:1 --slo p99=1ms --rate 5", OPEN);
}

static void wrong_options_of_a_plain_run(void **state)
{
    (void)state;
    refused(TWO "--nonsense", "unknown option --nonsense: --help lists them all");
    refused(TWO "-c 0", "-c: expected an integer from 1 to 1M, got '0'");
    refused(TWO "--json", "--json: expected a value: FILE (see --help)");
    refused(TWO "--for a:--clients=3 --json", "--json: expected a value: FILE (see --help)");
    refused(TWO "--rate 5 --for b:--rps=6", "--rate and --rps are two names of one option: give one of them");
}

static int clean(void **state)
{
    (void)state;
    return unsetenv("REDISCLI_AUTH");
}

static int release(void **state)
{
    (void)state;
    compare_options_free(&o);
    compare_options_free(&o); // twice is no harm
    return 0;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, clean, release)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(targets_have_several_forms),
        TEST(a_target_knows_best_where_it_is),
        TEST(the_experiment_gets_plain_values),
        TEST(a_uri_is_read_and_its_password_hidden),
        TEST(passwords_leave_argv),
        TEST(one_target_is_compared_with_itself),
        TEST(a_baseline_stands_for_the_first_target),
        TEST(defaults),
        TEST(own_options),
        TEST(for_reaches_one_target_alone),
        TEST(margins_and_floors),
        TEST(slo_makes_it_a_matter_of_capacity),
        TEST(the_command_keeps_its_words),
        TEST(help_checks_nothing_else),
        TEST(wrong_targets),
        TEST(wrong_values_of_own_options),
        TEST(what_does_not_go_with_slots),
        TEST(slo_finds_the_rate),
        TEST(wrong_options_of_a_plain_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
