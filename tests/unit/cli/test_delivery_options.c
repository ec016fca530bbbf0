// SPDX-License-Identifier: MIT
#include "cli/delivery_options.h"

#include "line.h"

static void which_load_it_is(void **state)
{
    static const struct {
        const char *line;
        enum delivery_kind kind;
        const char *name;
    } all[] = {{"hkv-bench --queue list", DELIVERY_LIST, "queue"},
               {"hkv-bench --queue blmove", DELIVERY_MOVE, "queue"},
               {"hkv-bench --queue stream", DELIVERY_STREAM, "queue"},
               {"hkv-bench --pubsub", DELIVERY_CHANNEL, "pubsub"},
               {"hkv-bench --pubsub=sharded", DELIVERY_SHARDED, "pubsub"},
               {"hkv-bench", DELIVERY_NONE, NULL},
               {"hkv-bench --replay -", DELIVERY_NONE, "replay"}};
    (void)state;
    for (size_t i = 0; i < LEN(all); i++) {
        ok(all[i].line);
        assert_int_equal(o.run.delivery, all[i].kind);
        const char *name = delivery_options_name(&o);
        assert_int_equal(!name, !all[i].name);
        if (name)
            assert_string_equal(name, all[i].name);
    }
}

static void how_many_take_them(void **state)
{
    (void)state;
    ok("hkv-bench --queue list --consumers 8 --queues 8");
    assert_int_equal(o.run.consumers, 8);
    assert_int_equal(o.run.queues, 8);
    refused("hkv-bench --queue list --consumers 7 --queues 8",
            "--consumers: expected one for each of the 8 queues at least, got 7");
    ok("hkv-bench --pubsub --consumers 1 --queues 8"); // a channel may have no subscriber of its own
    refused("hkv-bench --consumers 5", "--consumers needs --queue or --pubsub: add one of them");
    refused("hkv-bench --queues 5", "--queues needs --queue or --pubsub: add one of them");
    refused("hkv-bench --queue list --pubsub", "--queue and --pubsub are two loads: give one of them");
}

static void what_such_a_load_has_no_use_for(void **state)
{
    static const char *const all[][2] = {
        {"-t get", "-t"},
        {"--cluster", "--cluster"},
        {"--prefill", "--prefill"},
        {"--prefill-only", "--prefill-only"},
        {"--cleanup", "--cleanup (its queues are removed at the end)"},
        {"--verify", "--verify (each message is followed as it is)"},
        {"--retry 1", "--retry"},
        {"--engine null", "--engine null"},
        {"--value-size 1-5", "--value-size"},
        {"--value-data random", "--value-data"},
    };
    char line[96], sentence[160];
    (void)state;
    for (size_t i = 0; i < 2 * LEN(all); i++) {
        const char *const *one = all[i / 2], *name = i % 2 ? "--pubsub" : "--queue";
        snprintf(line, sizeof line, "hkv-bench %s %s", i % 2 ? "--pubsub" : "--queue list", one[0]);
        snprintf(sentence, sizeof sentence, "%s sets what is sent: leave out %s", name, one[1]);
        refused(line, sentence);
    }
}

// Which of its figures can be asserted is known by its name.
static void its_figures_have_its_name(void **state)
{
    (void)state;
    ok("hkv-bench --queue list --assert queue.rps>0");
    ok("hkv-bench --pubsub --assert rps>0");
    assert_int_equal(parse("hkv-bench --queue list --assert get.rps>0"), -1);
    assert_int_equal(err.code, ERR_USAGE);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, clean, release)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(which_load_it_is),
        TEST(how_many_take_them),
        TEST(what_such_a_load_has_no_use_for),
        TEST(its_figures_have_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
