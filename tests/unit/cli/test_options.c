// SPDX-License-Identifier: MIT
#include "cli/options.h"

#include "base/clock.h"

#include "line.h"

#include <sched.h>

static void defaults(void **state)
{
    (void)state;
    ok("hkv-bench");
    assert_int_equal(o.persona, PERSONA_HKV);
    assert_string_equal(o.run.host, "127.0.0.1");
    assert_int_equal(o.run.port, 6379);
    assert_null(o.run.unix_path);
    assert_null(o.run.user);
    assert_null(o.run.password);
    assert_int_equal(o.run.dbnum, 0);
    assert_int_equal(o.run.requests, 0); // by time, long enough to be believed
    assert_int_equal(o.run.duration_ns, 5 * NS_PER_S);
    assert_int_equal(o.run.warmup_ns, 0);
    assert_true(o.run.rate == 0);
    assert_int_equal(o.run.clients, 50);
    assert_int_equal(o.run.threads, 0);
    assert_int_equal(o.run.pipeline, 1);
    assert_int_equal(o.run.pipeline_mode, PIPELINE_BATCH);
    assert_true(o.run.keepalive);
    assert_false(o.run.prefill);
    assert_true(o.run.probe);
    assert_int_equal(o.run.grace_ns, 5 * NS_PER_S);
    assert_int_equal(o.run.keyspace, 100000);
    assert_string_equal(o.run.keys.text, "uniform");
    assert_true(o.run.seed != 0);
    assert_int_equal(o.run.data_bytes, 3);
    assert_int_equal(o.run.digits, 3);
    assert_null(o.tests);
    assert_null(o.uri);
    assert_null(o.json);
    assert_int_equal(o.format, FORMAT_TEXT);
    assert_false(o.loop || o.idle || o.stdin_last || o.embedded || o.ignored_e || o.help || o.version);
    assert_int_equal(o.argc, 0);
}

static void server_options(void **state)
{
    (void)state;
    ok("hkv-bench -h db1 -p 7000 -s /tmp/s --user joe -a pw --dbnum 9");
    assert_string_equal(o.run.host, "db1");
    assert_int_equal(o.run.port, 7000);
    assert_string_equal(o.run.unix_path, "/tmp/s");
    assert_string_equal(o.run.user, "joe");
    assert_string_equal(o.run.password, "pw");
    assert_int_equal(o.run.dbnum, 9);
    ok("hkv-bench --host=db2 --port=7001 --socket=/tmp/t --password=pw2");
    assert_string_equal(o.run.host, "db2");
    assert_int_equal(o.run.port, 7001);
    assert_string_equal(o.run.unix_path, "/tmp/t");
    assert_string_equal(o.run.password, "pw2");
    ok("hkv-bench -h [::1]");
    assert_string_equal(o.run.host, "::1");
    ok("hkv-bench --embedded");
    assert_true(o.embedded);
}

static void load_options(void **state)
{
    (void)state;
    ok("hkv-bench -n 1M -c 10k -P 16 --pipeline-mode window --threads 4 -k 0 --warmup 500ms");
    assert_int_equal(o.run.requests, 1000000);
    assert_int_equal(o.run.clients, 10000);
    assert_int_equal(o.run.pipeline, 16);
    assert_int_equal(o.run.pipeline_mode, PIPELINE_WINDOW);
    assert_int_equal(o.run.threads, 4);
    assert_false(o.run.keepalive);
    assert_int_equal(o.run.warmup_ns, 500 * NS_PER_MS);
    ok("hkv-bench --requests 5 --clients 6 --pipeline=7");
    assert_int_equal(o.run.requests, 5);
    assert_int_equal(o.run.clients, 6);
    assert_int_equal(o.run.pipeline, 7);
    ok("hkv-bench --rps 2.5k --duration 30 --warmup 2");
    assert_true(o.run.rate == 2500);
    assert_int_equal(o.run.duration_ns, 30 * NS_PER_S);
    assert_int_equal(o.run.warmup_ns, 2 * NS_PER_S);
    assert_int_equal(o.run.requests, 0); // by time, then
    ok("hkv-bench --duration 0 -n 7");
    assert_int_equal(o.run.requests, 7);
    assert_int_equal(o.run.duration_ns, 0);
    ok("hkv-bench --until-precise 5%");
    assert_int_equal(o.run.duration_ns, 120 * NS_PER_S);
}

static void others_end_by_default_where_they_always_did(void **state)
{
    (void)state;
    const char *const lines[] = {"redis-benchmark", "valkey-benchmark", "hkv-bench --compat"};
    for (size_t i = 0; i < LEN(lines); i++) {
        ok(lines[i]);
        assert_int_equal(o.run.requests, 100000);
        assert_int_equal(o.run.duration_ns, 0);
    }
}

static void cpus(void **state)
{
    (void)state;
    cpu_set_t one;
    unsigned cpu = 0;
    while (!cpus_allowed(cpu))
        cpu++;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
    char line[64];
    snprintf(line, sizeof line, "hkv-bench --cpus %u,%u", cpu, cpu);
    ok(line);
    assert_int_equal(o.run.cpus.n, 2);
    assert_int_equal(o.run.cpus.at[1], cpu);
    refused("hkv-bench --until-precise 0x5%",
            "--until-precise: expected a percentage such as 5% or p99.9=10%, of p50, p90, p95, p99, p99.9 or "
            "p99.99, got '0x5%'");
    refused("hkv-bench --cpus 1,", "--cpus: expected CPU numbers such as 1,3-5, got '1,'");
    snprintf(line, sizeof line, "hkv-bench --cpus %u", cpu + 1);
    assert_int_equal(parse(line), -1);
    assert_int_equal(err.code, ERR_USAGE);
}

static void key_options(void **state)
{
    (void)state;
    ok("hkv-bench -t set,get -r 999999999999 --sequential --prefill -d 1GiB --seed 42");
    assert_string_equal(o.tests, "set,get");
    assert_int_equal(o.run.keyspace, 999999999999);
    assert_string_equal(o.run.keys.text, "seq");
    assert_true(o.run.prefill);
    assert_int_equal(o.run.data_bytes, 1 << 30);
    assert_int_equal(o.run.seed, 42);
    ok("hkv-bench --tests=ping --size 64KiB -r 0");
    assert_string_equal(o.tests, "ping");
    assert_int_equal(o.run.data_bytes, 65536);
    assert_int_equal(o.run.keyspace, 0);
}

static void other_options(void **state)
{
    (void)state;
    ok("hkv-bench --precision 0 --grace 250ms --no-probe -l -I --json - -e");
    assert_int_equal(o.run.digits, 1); // 0 means 1
    assert_int_equal(o.run.grace_ns, 250 * NS_PER_MS);
    assert_false(o.run.probe);
    assert_true(o.loop);
    assert_true(o.idle);
    assert_string_equal(o.json, "-");
    assert_true(o.ignored_e);
    ok("hkv-bench --precision 4 -x SET key");
    assert_int_equal(o.run.digits, 4);
    assert_true(o.stdin_last);
}

static void command(void **state)
{
    (void)state;
    ok("hkv-bench -n 5 SET key:__rand_int__ -x");
    assert_int_equal(o.argc, 3);
    assert_string_equal(o.argv[0], "SET");
    assert_string_equal(o.argv[2], "-x");
    assert_false(o.stdin_last);
    ok("hkv-bench -c 2 -- -weird");
    assert_int_equal(o.argc, 1);
    assert_string_equal(o.argv[0], "-weird");
    refused("hkv-bench -t get SET __key__ x",
            "-t and a command at the end both say what is sent: leave out one of them");
    ok("hkv-bench --compat -t get SET __key__ x"); // as the old tool does
    assert_string_equal(o.tests, "get");           // both: the caller says which
}

static void formats(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        enum format format;
    } known[] = {
        {"hkv-bench --format text", FORMAT_TEXT},
        {"hkv-bench --format classic", FORMAT_CLASSIC},
        {"hkv-bench --format quiet", FORMAT_QUIET},
        {"hkv-bench --format csv", FORMAT_CSV},
        {"hkv-bench -q", FORMAT_QUIET},
        {"hkv-bench --quiet", FORMAT_QUIET},
        {"hkv-bench --csv", FORMAT_CSV},
        {"hkv-bench --csv -q", FORMAT_CSV},
        {"hkv-bench -q --csv", FORMAT_CSV},
        {"hkv-bench -q --format quiet", FORMAT_QUIET},
        {"redis-benchmark", FORMAT_CLASSIC},
        {"redis-benchmark -q", FORMAT_QUIET},
        {"redis-benchmark --format text", FORMAT_TEXT},
        {"hkv-bench --compat --csv", FORMAT_CSV},
    };
    for (size_t i = 0; i < LEN(known); i++) {
        ok(known[i].line);
        if (o.format != known[i].format)
            fail_msg("%s gave format %d", known[i].line, (int)o.format);
    }
}

static void refusals(void **state)
{
    (void)state;
    static const struct {
        const char *line, *sentence;
    } known[] = {
        {"hkv-bench -c 0", "-c: expected an integer from 1 to 1M, got '0'"},
        {"hkv-bench -n -5", "-n: expected an integer from 1 to 1000G, got '-5'"},
        {"hkv-bench -p 65536", "-p: expected an integer from 1 to 65535, got '65536'"},
        {"hkv-bench -P 1000001", "-P: expected an integer from 1 to 1M, got '1000001'"},
        {"hkv-bench --threads 501", "--threads: expected an integer from 0 to 500, got '501'"},
        {"hkv-bench -r 1000G", "-r: expected an integer from 0 to 999999999999, got '1000G'"},
        {"hkv-bench -d 0", "-d: expected a size from 1 to 1GiB, got '0'"},
        {"hkv-bench -d 1073741825", "-d: expected a size from 1 to 1GiB, got '1073741825'"},
        {"hkv-bench --precision 5", "--precision: expected an integer from 0 to 4, got '5'"},
        {"hkv-bench --grace 0", "--grace: expected a time from 1ms to 1h, got '0'"},
        {"hkv-bench --pipeline-mode x", "--pipeline-mode: expected one of batch or window, got 'x'"},
        {"hkv-bench --pipline 5", "unknown option --pipline: did you mean --pipeline?"},
        {"hkv-bench -n 5 --duration 3", "-n and --duration both say when a test ends: give one of them"},
        {"valkey-benchmark -n 5 --duration 3",
         "-n and --duration both say when a test ends: give one of them"},
        {"hkv-bench --format text -q", "--format and -q ask for two different reports: give one of them"},
        {"hkv-bench --csv --format quiet",
         "--format and --csv ask for two different reports: give one of them"},
        {"hkv-bench --prefill -r 0", "--prefill needs keys to write: give -r a number above 0"},
        {"hkv-bench --sequential -r 0", "--sequential needs keys to count through: give -r a number above 0"},
        {"hkv-bench -k 0 --reconnect-every 5", "-k 0 opens a new connection for each batch, "
                                               "--reconnect-every after several: leave out one of them"},
        {"hkv-bench -P 4 --reconnect-every 10",
         "--reconnect-every: expected a multiple of -P, whose 4 requests leave together, got 10 (or give "
         "--pipeline-mode window)"},
        {"hkv-bench --rps 5 -k 0 --cluster", "an open loop (--rate, --rps) of a cluster needs connections "
                                             "that stay open: leave out -k 0, or give "
                                             "--reconnect-every"},
        {"hkv-bench --rps 5 --rate 6", "--rate and --rps are two names of one option: give one of them"},
        {"hkv-bench -x",
         "-x needs a command that takes standard input as its last argument, e.g. -x SET key"},
        {"hkv-bench --user joe", "a user needs a password: give -a PASSWORD or --askpass, or set the "
                                 "environment variable HKV_BENCH_AUTH or REDISCLI_AUTH"},
        {"hkv-bench -u redis://joe@h",
         "a user needs a password: give -a PASSWORD or --askpass, or set the environment variable "
         "HKV_BENCH_AUTH or REDISCLI_AUTH"},
        {"hkv-bench --embedded -p 7000",
         "--embedded measures a server of its own: leave out -h, -p, -s and -u, or "
         "leave out --embedded"},
    };
    for (size_t i = 0; i < LEN(known); i++)
        refused(known[i].line, known[i].sentence);
}

static void personas(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        enum persona persona;
        uint64_t keyspace;
    } known[] = {
        {"/usr/local/bin/hkv-bench", PERSONA_HKV, 100000}, {"redis-benchmark", PERSONA_REDIS, 0},
        {"/usr/bin/redis-benchmark", PERSONA_REDIS, 0},    {"./valkey-benchmark", PERSONA_VALKEY, 0},
        {"hkv-bench --compat", PERSONA_REDIS, 0},          {"valkey-benchmark --compat", PERSONA_VALKEY, 0},
        {"hkv-bench -- --compat", PERSONA_HKV, 100000}, // the user's own command
        {"hkv-bench -t --compat", PERSONA_HKV, 100000}, // a value
        {"redis-benchmark-old", PERSONA_HKV, 100000},      {"redis-benchmark -r 10", PERSONA_REDIS, 10},
    };
    for (size_t i = 0; i < LEN(known); i++) {
        ok(known[i].line);
        if (o.persona != known[i].persona || o.run.keyspace != known[i].keyspace)
            fail_msg("%s gave persona %d", known[i].line, (int)o.persona);
    }
}

static void compat_moves_numbers_inside(void **state)
{
    (void)state;
    ok("redis-benchmark -n 0 -c -3 -P 0 -d abc -r -1 --threads 900 --precision 9 --user joe");
    assert_int_equal(o.run.requests, 1);
    assert_int_equal(o.run.clients, 1);
    assert_int_equal(o.run.pipeline, 1);
    assert_int_equal(o.run.data_bytes, 1);
    assert_int_equal(o.run.keyspace, 0);
    assert_int_equal(o.run.threads, 500);
    assert_int_equal(o.run.digits, 4);
    assert_null(o.run.user);       // useless without a password
    ok("hkv-bench -c 0 --compat"); // wherever it stands
    assert_int_equal(o.run.clients, 1);
    ok("valkey-benchmark --sequential"); // without -r, as there
    assert_string_equal(o.run.keys.text, "seq");
    refused("redis-benchmark -p 70000", "-p: expected an integer from 1 to 65535, got '70000'");
    refused("redis-benchmark --clutser", "unknown option --clutser: did you mean --cluster?");
}

static void uris(void **state)
{
    (void)state;
    ok("hkv-bench -u redis://joe:p%40ss@[::1]:7000/5");
    assert_string_equal(o.run.user, "joe");
    assert_string_equal(o.run.password, "p@ss");
    assert_string_equal(o.run.host, "::1");
    assert_int_equal(o.run.port, 7000);
    assert_int_equal(o.run.dbnum, 5);
    ok("hkv-bench -u valkey://:pw@db1");
    assert_null(o.run.user);
    assert_string_equal(o.run.password, "pw");
    assert_string_equal(o.run.host, "db1");
    assert_int_equal(o.run.port, 6379);
    ok("hkv-bench -h db2 -p 1 --dbnum 2 --user ann -a mine -u redis://joe:pw@db1:7000/5"); // beside it they
                                                                                           // win
    assert_string_equal(o.run.user, "ann");
    assert_string_equal(o.run.password, "mine");
    assert_string_equal(o.run.host, "db2");
    assert_int_equal(o.run.port, 1);
    assert_int_equal(o.run.dbnum, 2);
    ok("redis-benchmark -u redis://secret@db1"); // a lone word is the password there
    assert_null(o.run.user);
    assert_string_equal(o.run.password, "secret");
}

static void passwords_leave_argv(void **state)
{
    (void)state;
    ok("hkv-bench -a first --password second --password=third -u redis://joe:pw@h:1/2 AUTH -a kept");
    assert_string_equal(argv_of[2], "xxxxx");
    assert_string_equal(argv_of[4], "xxxxxx");
    assert_string_equal(argv_of[5], "--password=xxxxx");
    assert_string_equal(argv_of[7], "redis://xxxxxx@h:1/2");
    assert_string_equal(argv_of[10], "kept"); // the user's own command is sent as it stands
    assert_string_equal(o.run.password, "third");
    assert_string_equal(o.run.user, "joe");
    assert_string_equal(o.uri, "redis://xxxxxx@h:1/2");
    assert_int_equal(parse("hkv-bench -a secret --nonsense"), -1);
    assert_string_equal(argv_of[2], "xxxxxx");
    ok("hkv-bench -a secret --help");
    assert_string_equal(argv_of[2], "xxxxxx");
}

static void seeds(void **state)
{
    (void)state;
    ok("hkv-bench --seed 18446744073709551615");
    assert_true(o.run.seed == UINT64_MAX);
    ok("hkv-bench --seed 0");
    uint64_t first = o.run.seed;
    assert_true(first != 0);
    ok("hkv-bench --seed 0");
    assert_true(o.run.seed != first);
}

static void help_and_version_check_nothing(void **state)
{
    (void)state;
    ok("hkv-bench --nonsense -c 0 --help");
    assert_true(o.help);
    ok("valkey-benchmark --help");
    assert_int_equal(o.persona, PERSONA_VALKEY);
    ok("hkv-bench -v");
    assert_true(o.version);
    ok("hkv-bench --version");
    assert_true(o.version);
    ok("hkv-bench GET --help"); // an argument of the command
    assert_false(o.help);
}

static void free_twice(void **state)
{
    (void)state;
    ok("hkv-bench -a pw -h [::1] -u redis://joe:pw@h");
    options_free(&o);
    options_free(&o);
    assert_null(o.owned[0]);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, clean, release)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(defaults),      TEST(server_options),
        TEST(load_options),  TEST(others_end_by_default_where_they_always_did),
        TEST(cpus),          TEST(key_options),
        TEST(other_options), TEST(command),
        TEST(formats),       TEST(refusals),
        TEST(personas),      TEST(compat_moves_numbers_inside),
        TEST(uris),          TEST(passwords_leave_argv),
        TEST(seeds),         TEST(help_and_version_check_nothing),
        TEST(free_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
