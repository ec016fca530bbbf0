// SPDX-License-Identifier: MIT
#include "cli/options.h"

#include "base/clock.h"

#include "line.h"

static void cluster_options(void **state)
{
    (void)state;
    ok("hkv-bench --cluster -h a,b:7001");
    assert_true(o.run.cluster);
    assert_false(o.run.tag_all);
    assert_string_equal(o.run.host, "a,b:7001");
    assert_int_equal(o.run.refresh_ns, 60 * NS_PER_S);
    ok("hkv-bench --cluster-mode --topology-refresh 0");
    assert_true(o.run.cluster);
    assert_int_equal(o.run.refresh_ns, 0);
    ok("redis-benchmark --cluster --dbnum 3");
    assert_true(o.run.tag_all);
    assert_int_equal(o.run.dbnum, 0);
    ok("hkv-bench --cluster --addr-map 10.0.0.1:6379=h:7001,10.0.0.2=h2");
    assert_int_equal(o.run.addr_map->n, 2);
    ok("hkv-bench --cluster --slots 100-199 --read-from any");
    assert_int_equal(o.run.first_slot, 100);
    assert_int_equal(o.run.slots, 100);
    assert_int_equal(o.run.read_from, READ_FROM_ANY);
    ok("hkv-bench --cluster --slots 16383 --rfr yes");
    assert_int_equal(o.run.slots, 1);
    assert_int_equal(o.run.read_from, READ_FROM_REPLICA);
    static const char *const ranges[] = {"5-4", "-1", "0-16384", "x", "1-", "1-2-3"};
    for (size_t i = 0; i < LEN(ranges); i++) {
        char line[64], sentence[160];
        snprintf(line, sizeof line, "hkv-bench --cluster --slots=%s", ranges[i]);
        snprintf(sentence, sizeof sentence,
                 "--slots: expected slots between 0 and 16383 such as 0-5460, got '%s'", ranges[i]);
        refused(line, sentence);
    }
    refused("hkv-bench --slots 1-2", "--slots needs --cluster");
    refused("hkv-bench --read-from any", "--read-from needs --cluster");
    refused("hkv-bench --cluster --read-from any --rfr yes",
            "--read-from and --rfr are two names of one option: give one of them");
    refused("hkv-bench --addr-map a=b", "--addr-map needs --cluster");
    refused("hkv-bench --cluster --addr-map a:1=b",
            "--addr-map: expected FROM=TO such as 172.17.0.2:6379=127.0.0.1:7001, got 'a:1=b'");
    refused("hkv-bench --cluster --embedded",
            "--cluster: the embedded server is no cluster: leave out --embedded");
    refused("hkv-bench --cluster -s /x",
            "--cluster: nodes of a cluster are reached by TCP: give -h and -p instead of -s");
    refused("hkv-bench --cluster --dbnum 1", "--cluster: a cluster has database 0 alone: leave out --dbnum");
}

// Each needs all keys at one server; a command of a mix that adds keys is one that does.
static void what_a_cluster_is_not_asked(void **state)
{
    (void)state;
    ok("hkv-bench --cluster -r 100 --verify -t set --read-from any"); // it knows the keys of all of them
    refused("hkv-bench --cluster -r 20M --verify -t set --read-from any",
            "--verify remembers each key of -r, and with --read-from when it was written: expected up to "
            "10000000 "
            "of them, got 20000000");
#define NOT(option, why) option " and --cluster do not go together (" why "): leave out one of them"
    refused("hkv-bench --cluster -r 100 --space 2:10 SET __key__ __key:2__",
            NOT("--space", "only keys of -r are shared out among nodes"));
    refused("hkv-bench --cluster -r 100 --prefill --fill X -t get",
            NOT("--fill", "a cluster is filled by --prefill with SET alone"));
    refused("hkv-bench --cluster -r 100 --insert-share 5% -t set",
            NOT("--insert-share", "keys are added to one server"));
    refused("hkv-bench --cluster -r 100 --mix set:1,get:1 --of set:--insert-share=5%",
            NOT("--insert-share", "keys are added to one server"));
    static const char *const turns[] = {"--mix set:1,get:1 --in-turn", "--mix set:1,get:1 --transaction",
                                        "SET __key__ x ; 3 GET __key__"};
    for (size_t i = 0; i < LEN(turns); i++) {
        char line[128];
        snprintf(line, sizeof line, "hkv-bench -r 100 --cluster %s", turns[i]);
        refused(line, NOT("commands in turn (--in-turn, --transaction, ';')",
                          "they need one server for all their keys"));
    }
    ok("hkv-bench --cluster -r 100 --mix set:1,get:9");
    ok("hkv-bench -r 100 --insert-share 5% -t set");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(cluster_options, release),
        cmocka_unit_test_teardown(what_a_cluster_is_not_asked, release),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
