// SPDX-License-Identifier: MIT
#include "cli/connect_options.h"

#include "line.h"

static void connections_are_all_that_is_asked_for(void **state)
{
    (void)state;
    ok("hkv-bench --connect-only -c 7");
    assert_true(o.run.connect_only);
    assert_false(o.run.keepalive);
    assert_int_equal(o.argc, 1); // the load has a name
    assert_string_equal(o.argv[0], "CONNECT");
    ok("hkv-bench --connect-only --rate 100 -k 0");
    assert_true(o.run.rate == 100);
    ok("hkv-bench");
    assert_false(o.run.connect_only);
    assert_int_equal(o.argc, 0);
}

static void whoever_asks_nothing_has_no_use_for(void **state)
{
    static const char *const all[][2] = {
        {"-t get", "-t"},
        {"--queue list", "--queue and --pubsub"},
        {"--pubsub", "--queue and --pubsub"},
        {"--replay -", "--replay"},
        {"PING", "the command at the end"},
        {"--mix get", "--mix and --command"},
        {"--command PING", "--mix and --command"},
        {"--prefill", "--prefill and --prefill-only"},
        {"--prefill-only", "--prefill and --prefill-only"},
        {"--cleanup", "--cleanup"},
        {"--cluster --slots 0-9", "--slots"},
        {"--cluster --read-from any", "--read-from"},
        {"-P 2", "-P"},
        {"--reconnect-every 5", "--reconnect-every"},
        {"--retry 1", "--retry"},
        {"--timeout 1s", "--timeout (--grace ends what has no end)"},
        {"--verify", "--verify"},
        {"-3 --tracking on", "--tracking"},
        {"-I", "-I"},
        {"--engine null", "--engine null"},
    };
    char line[96], sentence[160];
    (void)state;
    for (size_t i = 0; i < LEN(all); i++) {
        snprintf(line, sizeof line, "hkv-bench --connect-only %s", all[i][0]);
        snprintf(sentence, sizeof sentence, "--connect-only opens connections and asks nothing: leave out %s",
                 all[i][1]);
        refused(line, sentence);
    }
}

static void connections_are_renewed_between_batches(void **state)
{
    (void)state;
    ok("hkv-bench --reconnect-every 10 -P 5");
    ok("hkv-bench --reconnect-every 5 -P 5");
    ok("hkv-bench --reconnect-every 7 -P 5 --pipeline-mode window");
    refused("hkv-bench --reconnect-every 7 -P 5",
            "--reconnect-every: expected a multiple of -P, whose 5 requests leave together, got 7 (or give "
            "--pipeline-mode window)");
    refused("hkv-bench --reconnect-every 3 -P 5",
            "--reconnect-every: expected a multiple of -P, whose 5 requests leave together, got 3 (or give "
            "--pipeline-mode window)");
    refused("hkv-bench --reconnect-every 5 -k 0",
            "-k 0 opens a new connection for each batch, --reconnect-every after several: leave out one of "
            "them");
}

// Of one server each request has a connection of its own; of a cluster nobody knows beforehand to which node.
static void an_open_loop_of_a_cluster_keeps_its_connections(void **state)
{
#define STUCK                                                                                                \
    "an open loop (--rate, --rps) of a cluster needs connections that stay open: leave out -k 0, or give "   \
    "--reconnect-every"
    (void)state;
    refused("hkv-bench --cluster -k 0 --rate 100", STUCK);
    refused("hkv-bench --cluster -k 0 --rps 100", STUCK);
    ok("hkv-bench --cluster -k 0");
    ok("hkv-bench --cluster --connect-only --rate 100");
    ok("hkv-bench -k 0 --rate 100");
    ok("hkv-bench --cluster --rate 100");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, clean, release)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(connections_are_all_that_is_asked_for),
        TEST(whoever_asks_nothing_has_no_use_for),
        TEST(connections_are_renewed_between_batches),
        TEST(an_open_loop_of_a_cluster_keeps_its_connections),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
