// SPDX-License-Identifier: MIT
#include "cli/replay_options.h"

#include "line.h"

static void how_fast_a_trace_is_sent(void **state)
{
    (void)state;
    static const struct {
        const char *word;
        double speed;
    } all[] = {{"max", 0},   {"1", 1},       {"2x", 2},        {"0.5x", 0.5},
               {"0.5", 0.5}, {"1e-6", 1e-6}, {"1000000", 1e6}, {"1e6x", 1e6}};
    char line[80];
    for (size_t i = 0; i < LEN(all); i++) {
        snprintf(line, sizeof line, "hkv-bench --replay /dev/null --replay-speed %s", all[i].word);
        ok(line);
        assert_true(o.run.replay.speed == all[i].speed);
    }
    ok("hkv-bench --replay /dev/null");
    assert_true(o.run.replay.speed == 1); // its own times
    assert_string_equal(o.run.replay.path, "/dev/null");
}

static void what_is_no_speed(void **state)
{
    static const char *const wrong[] = {"0", "0x",  "-1",  "+1",   "1e-7", "1000001", "1e7x", "inf", "nan",
                                        "x", "2xx", "MAX", "0x10", "0x2x", ".5",      "maxx", "1e",  "2X"};
    char line[80], sentence[120];
    (void)state;
    for (size_t i = 0; i < LEN(wrong); i++) {
        snprintf(line, sizeof line, "hkv-bench --replay - --replay-speed=%s", wrong[i]);
        snprintf(sentence, sizeof sentence,
                 "--replay-speed: expected a factor such as 2x or 0.5x, or max, got '%s'", wrong[i]);
        refused(line, sentence);
    }
}

static void what_needs_a_trace(void **state)
{
    (void)state;
    refused("hkv-bench --replay-speed 1", "--replay-speed needs a trace: add --replay FILE");
    refused("hkv-bench --replay-allow-admin", "--replay-allow-admin needs a trace: add --replay FILE");
    ok("hkv-bench --replay - --replay-allow-admin");
    assert_true(o.run.replay.admin);
}

// A trace says all of that itself, or has no part in it.
static void what_a_trace_leaves_no_room_for(void **state)
{
    static const char *const all[][2] = {
        {"-t get", "-t"},
        {"--queue list", "--queue"},
        {"--pubsub", "--pubsub"},
        {"--cluster", "--cluster"},
        {"--prefill", "--prefill"},
        {"--prefill-only", "--prefill-only"},
        {"--cleanup", "--cleanup"},
        {"--verify", "--verify"},
        {"--retry 1", "--retry"},
        {"--warmup 1s", "--warmup"},
        {"--rate 5", "--rate (--replay-speed scales the trace's own times)"},
        {"--rps 5", "--rate (--replay-speed scales the trace's own times)"}, // another name of it
        {"-P 2", "-P (give more connections with -c)"},
        {"--until-precise 5%", "--until-precise"},
    };
    char line[96], sentence[160];
    (void)state;
    for (size_t i = 0; i < LEN(all); i++) {
        snprintf(line, sizeof line, "hkv-bench --replay - %s", all[i][0]);
        snprintf(sentence, sizeof sentence, "--replay sends what the trace says: leave out %s", all[i][1]);
        refused(line, sentence);
    }
}

static void a_trace_that_cannot_be_read_or_not_again(void **state)
{
    (void)state;
    refused("hkv-bench --replay /nowhere/trace",
            "--replay: cannot read /nowhere/trace: No such file or directory");
    refused("hkv-bench --replay - -l", "-l repeats a trace, and standard input comes once: give a file");
    ok("hkv-bench --replay /dev/null -l");
    ok("hkv-bench --replay -");
}

static void a_subcommand_has_no_trace(void **state)
{
    (void)state;
    ok("hkv-bench -n 5");
    assert_int_equal(replay_options_none(&o, "sweep", &err), 0);
    ok("hkv-bench --replay -");
    assert_int_equal(replay_options_none(&o, "sweep", &err), -1);
    assert_int_equal(err.code, ERR_USAGE);
    assert_string_equal(err.text, "--replay is for a plain run: leave it out of sweep");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, clean, release)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(how_fast_a_trace_is_sent),
        TEST(what_is_no_speed),
        TEST(what_needs_a_trace),
        TEST(what_a_trace_leaves_no_room_for),
        TEST(a_trace_that_cannot_be_read_or_not_again),
        TEST(a_subcommand_has_no_trace),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
