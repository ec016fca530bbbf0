// SPDX-License-Identifier: MIT
#include "cli/trial_options.h"

#include "line.h"

#include "base/clock.h"
#include "option/opt.h"

struct own {
    uint64_t idle_ns;
    bool help;
};

#define FIELD(f) .offset = offsetof(struct own, f), .size = sizeof(((struct own *)0)->f)

static const struct opt rows[] = {
    {"Own", 0, "idle", OPT_DURATION, 0, OPT_OURS, FIELD(idle_ns), .hi = 60 * NS_PER_S, .initial = "2s",
     .metavar = "TIME", .help = "a pause"},
    {"Own", 0, "help", OPT_FLAG, 0, OPT_OURS, FIELD(help), .help = "help"},
};
static const struct opt_table table = {.rows = rows, .n = LEN(rows)};

static struct own own;
static struct trial_options t;

static int read_line(const char *line)
{
    trial_options_free(&t);
    err = (struct err){0};
    t = (struct trial_options){.name = "try", .table = &table, .into = &own};
    return trial_options_parse(&t, split(line), argv_of, &err);
}

static void taken(const char *line)
{
    if (read_line(line) < 0)
        fail_msg("%s: %s", line, err.text);
}

static void not_taken(const char *line, const char *sentence)
{
    if (read_line(line) == 0)
        fail_msg("%s was taken", line);
    assert_int_equal(err.code, ERR_USAGE);
    assert_string_equal(err.text, sentence);
}

static int free_all(void **state)
{
    (void)state;
    trial_options_free(&t);
    t = (struct trial_options){0};
    return 0;
}

static void its_own_options_stand_among_those_of_a_run(void **state)
{
    (void)state;
    taken("try -p 7000 --idle 5s -c 8");
    assert_int_equal(own.idle_ns, 5 * NS_PER_S);
    assert_int_equal(t.o.run.port, 7000);
    assert_int_equal(t.o.run.clients, 8);
    taken("try");
    assert_int_equal(own.idle_ns, 2 * NS_PER_S);
    assert_int_equal(t.o.run.clients, 50);
}

static void without_tests_it_is_get(void **state)
{
    (void)state;
    taken("try");
    assert_string_equal(trial_options_workload(&t).tests, "get");
    taken("try -t set,incr");
    assert_string_equal(trial_options_workload(&t).tests, "set,incr");
    taken("try INCR x");
    struct workload w = trial_options_workload(&t);
    assert_null(w.tests);
    assert_int_equal(w.command.n, 2);
    assert_true(slice_is(w.command.at[0], "INCR") && slice_is(w.command.at[1], "x"));
}

static void what_was_given(void **state)
{
    (void)state;
    taken("try -c 8 --value-size 1-5");
    assert_true(options_given(&t.o, "-c"));
    assert_true(options_given(&t.o, "--clients"));
    assert_true(options_given(&t.o, "--value-size"));
    assert_false(options_given(&t.o, "-d"));
}

static void help_stands_above_what_is_wrong(void **state)
{
    (void)state;
    taken("try --help -n nonsense");
    assert_true(own.help);
}

#define OWN_TIME                                                                                             \
    "try measures for a time of its own: give --trial instead of -n, --duration and --until-precise"
#define PLAIN                                                                                                \
    "-l, -I, -x, --series, --hdr, --prometheus-file, --otlp and --wire-ts are for a plain run: leave them "  \
    "out of try"

static void what_only_a_plain_run_has(void **state)
{
    (void)state;
    static const char *const timed[] = {"-n 5", "--duration 5s", "--until-precise 5%"};
    static const char *const plain[] = {"-l",      "-I",       "--series f",
                                        "--hdr f", "--otlp f", "--prometheus-file f"};
    char line[64];
    for (size_t i = 0; i < LEN(timed); i++) {
        snprintf(line, sizeof line, "try %s", timed[i]);
        not_taken(line, OWN_TIME);
    }
    for (size_t i = 0; i < LEN(plain); i++) {
        snprintf(line, sizeof line, "try %s", plain[i]);
        not_taken(line, PLAIN);
    }
    not_taken("try -x SET key", PLAIN);
    not_taken("try --version", "--version stands alone, e.g. hkv-bench --version: leave it out of try");
    not_taken("try --prefill-only",
              "--prefill-only and --cleanup are for a plain run: leave them out of try");
    not_taken("try --part f",
              "--part, --part-of, --start-at and --measure-ranks are for a plain run: leave them out of try");
    not_taken("try -t get --assert get.p99<1ms", "--assert belongs to a plain run and to sweep: in try give "
                                                 "the limits to --slo, which each trial is held "
                                                 "against");
    not_taken("try -t gett", "unknown test 'gett': did you mean get?");
    not_taken("try --insecure", "--insecure: only with --tls or a rediss:// URI: give that too");
    not_taken("try --idle 2h", "--idle: expected a time from 0 to 1m, got '2h'");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, clean, free_all)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(its_own_options_stand_among_those_of_a_run),
        TEST(without_tests_it_is_get),
        TEST(what_was_given),
        TEST(help_stands_above_what_is_wrong),
        TEST(what_only_a_plain_run_has),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
