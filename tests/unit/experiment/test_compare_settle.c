// SPDX-License-Identifier: MIT
#include "experiment/compare_settle.h"

#include "null.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct compare_conf conf;
static struct err err;

// Two servers, of whose comparison nothing else is said.
static void two(void)
{
    conf = (struct compare_conf){.targets = 2,
                                 .each = {{"a", null_workload("get")}, {"b", null_workload("get")}}};
    err = (struct err){0};
}

static void settled(void)
{
    if (compare_settle(&conf, &err) < 0)
        fail_msg("%s", err.text);
}

static void refused(const char *says)
{
    assert_int_equal(compare_settle(&conf, &err), -1);
    assert_int_equal(err.code, ERR_USAGE);
    if (!strstr(err.text, says))
        fail_msg("'%s' and not '%s'", err.text, says);
}

static void promise(const char *words)
{
    assert_int_equal(slo_parse(&conf.slo, words, &err), 0);
}

static void blocks_come_as_they_are_needed(void **state)
{
    (void)state;
    two();
    settled();
    assert_int_equal(conf.blocks, 0);
    assert_int_equal(conf.slot_ns, 0); // the pilots say
    two();
    conf.slot_ns = NS_PER_S;
    settled();
    assert_int_equal(conf.slot_ns, NS_PER_S);
}

static void so_many_blocks_have_slots_of_5_s(void **state)
{
    (void)state;
    two();
    conf.blocks = 6;
    settled();
    assert_int_equal(conf.blocks, 6);
    assert_int_equal(conf.slot_ns, 5 * NS_PER_S);
    two();
    conf.blocks = 6;
    conf.slot_ns = 200 * NS_PER_MS;
    settled();
    assert_int_equal(conf.slot_ns, 200 * NS_PER_MS);
}

static void a_kept_result_is_met_in_12_blocks(void **state)
{
    (void)state;
    two();
    conf.first = 1;
    settled();
    assert_int_equal(conf.blocks, 12);
    assert_int_equal(conf.slot_ns, 5 * NS_PER_S);
    two();
    conf.first = 1;
    conf.blocks = 7;
    settled();
    assert_int_equal(conf.blocks, 7);
}

static void only_servers_of_the_users_can_be_restarted(void **state)
{
    (void)state;
    two();
    conf.restart_command = "true";
    settled();
    two();
    conf.restart_command = "true";
    conf.first = 1;
    refused("--restart starts all servers anew, and a kept result has none");
    two();
    conf.restart_command = "true";
    conf.each[0].workload.embedded = true;
    refused("--restart: no command starts the embedded server");
}

static void a_duet_has_two_voices(void **state)
{
    (void)state;
    two();
    conf.duet = true;
    conf.each[0].workload.run.cpus = (struct cpus){.n = 2, .at = {0, 1}};
    settled();
    conf.targets = 3;
    refused("--duet measures two targets at the same time");
    conf.targets = 2;
    conf.first = 1;
    refused("--duet measures two targets at the same time");
    conf.first = 0;
    promise("p99=1ms");
    refused("--duet measures two targets at the same time");
    conf.slo.n = 0;
    conf.each[0].workload.run.cpus.n = 1;
    refused("--duet needs two CPUs for the clients");
}

static void a_search_has_slots_that_its_six_trials_fit_in(void **state)
{
    (void)state;
    two();
    promise("p99=1ms");
    settled();
    assert_int_equal(conf.slot_ns, 1200 * NS_PER_MS);
    two();
    promise("p50=1ms,p99=100ms"); // six trials of five times 100 ms
    settled();
    assert_int_equal(conf.slot_ns, 3 * NS_PER_S);
    two();
    promise("p99=100ms");
    conf.slot_ns = 3 * NS_PER_S;
    settled();
    conf.slot_ns--;
    refused("--slot: expected at least 3s, because a slot is shared among six trials");
    promise("p50=1ms,p99=1m");
    refused("--slot: expected at least 1800s, because a slot is shared among six trials"); // no exponent
    two();
    promise("p99=1ms");
    conf.slot_ns = 600 * NS_PER_MS;
    settled();
    conf.slot_ns--;
    refused("give --slot 600ms or more");
}

static void a_search_finds_the_rate_itself(void **state)
{
    (void)state;
    two();
    promise("p99=1ms");
    conf.each[1].workload.run.rate = 5;
    refused("--slo finds the rate, and of a cluster needs connections that stay open");
    conf.each[1].workload.run.rate = 0;
    conf.each[0].workload.run.keepalive = false; // a new connection for each request, once it is due
    settled();
    conf.each[0].workload.run.cluster = true;
    refused("--slo finds the rate, and of a cluster needs connections that stay open");
    conf.first = 1; // the first is a kept result, of which nothing is asked
    settled();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_come_as_they_are_needed),
        cmocka_unit_test(so_many_blocks_have_slots_of_5_s),
        cmocka_unit_test(a_kept_result_is_met_in_12_blocks),
        cmocka_unit_test(only_servers_of_the_users_can_be_restarted),
        cmocka_unit_test(a_duet_has_two_voices),
        cmocka_unit_test(a_search_has_slots_that_its_six_trials_fit_in),
        cmocka_unit_test(a_search_finds_the_rate_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
