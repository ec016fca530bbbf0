// SPDX-License-Identifier: MIT
// Replies to CLUSTER SHARDS, of both protocols and with their fields in any order, as redis-server 7 and
// Valkey 8 give them.
#include "cluster/by_shards.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct topology t;
static char reply[8192];

// Words to a reply: "*2", "%1", ":7" and "_" are lines as they stand, "nil" is the null of RESP2, "''" is an
// empty text, all else a text. Its length.
static size_t spell(const char *words)
{
    size_t len = 0;
    for (const char *w = words + strspn(words, " "); *w; w += strspn(w, " ")) {
        int n = (int)strcspn(w, " ");
        bool line = strchr("*%~:_+-", *w), empty = strncmp(w, "''", 2) == 0;
        if (!line && strncmp(w, "nil ", 4) != 0)
            len += (size_t)snprintf(reply + len, sizeof reply - len, "$%d\r\n", empty ? 0 : n);
        len += (size_t)snprintf(reply + len, sizeof reply - len, "%.*s\r\n", line || !empty ? n : 0,
                                strncmp(w, "nil ", 4) == 0 ? "$-1" : w);
        w += n;
    }
    return len;
}

// From a copy that ends where its allocation ends, so that a read beyond it is seen.
static int parse_bytes(size_t len, bool tls)
{
    char *copy = malloc(len ? len : 1);
    memcpy(copy, reply, len);
    int rc = by_shards(&t, (struct slice){copy, len}, "asked", tls);
    free(copy);
    return rc;
}

static int parse(const char *words)
{
    return parse_bytes(spell(words), false);
}

#define NODE(id, port, role, health)                                                                         \
    "*14 id " id " port :" port " ip 10.0.0.9 endpoint 127.0.0.1 role " role                                 \
    " replication-offset :1 health " health " "

// As redis-server 7.0 after a failover: the primary that failed owns nothing.
static const char three[] =
    "*4 "
    "*4 slots *4 :0 :5460 :16001 :16382 nodes *2 " NODE("a", "7001", "master", "online")
        NODE("d", "7004", "replica", "online") "*4 slots *0 nodes *1 " NODE(
            "x", "7009", "master",
            "fail") "*4 slots *2 :5461 :10922 nodes *1 " NODE("b", "7002", "master",
                                                              "online") "*4 slots *2 :10923 :16000 nodes "
                                                                        "*3 " NODE("e", "7005", "replica",
                                                                                   "loading")
                                                                            NODE("f", "7006", "replica",
                                                                                 "fail")
                                                                                NODE("c", "7003", "master",
                                                                                     "online");

static void each_slot_has_its_primary(void **state)
{
    (void)state;
    assert_int_equal(parse(three), 0);
    assert_int_equal(t.n, 3);
    assert_int_equal(t.owner[0], 0);
    assert_int_equal(t.owner[5460], 0);
    assert_int_equal(t.owner[5461], 1);
    assert_int_equal(t.owner[16000], 2);
    assert_int_equal(t.owner[16001], 0);
    assert_int_equal(t.owner[16383], TOPOLOGY_NOBODY);
    assert_int_equal(t.primaries[0].slots, 5461 + 382);
    assert_int_equal(topology_unowned(&t), 1);
    assert_int_equal(topology_find(&t, "127.0.0.1", 7003), 2);
    assert_int_equal(topology_find(&t, "127.0.0.1", 7009), TOPOLOGY_NOBODY);
    assert_string_equal(t.primaries[2].is.id, "c");
    topology_reset(&t);
}

// One that loads or has failed is not read from.
static void replicas_are_those_that_are_online(void **state)
{
    (void)state;
    assert_int_equal(parse(three), 0);
    assert_int_equal(t.nreplicas, 1);
    assert_int_equal(t.replicas[0].is.port, 7004);
    assert_string_equal(t.replicas[0].is.id, "d");
    assert_int_equal(t.replicas[0].of, 0);
    topology_reset(&t);
}

// Shards come as the server happens to have them.
static void primaries_are_in_the_order_of_their_slots(void **state)
{
    (void)state;
    assert_int_equal(
        parse("*2 %2 slots *2 :8 :9 nodes *2 %3 role master port :2 endpoint b %3 role replica port :3 "
              "endpoint r %2 slots *2 :0 :7 nodes *1 %3 role master port :1 endpoint a"),
        0);
    assert_string_equal(t.primaries[0].is.host, "a");
    assert_int_equal(t.owner[8], 1);
    assert_int_equal(t.replicas[0].of, 1);
    topology_reset(&t);
}

static void as_resp3_has_it(void **state)
{
    (void)state;
    assert_int_equal(
        parse("*1 %2 nodes *2 %5 role replica port :7 health online endpoint b what-comes-next %1 x "
              "*2 :1 _ %4 health online endpoint a role master port :6 slots *2 :0 :16383"),
        0);
    assert_int_equal(topology_unowned(&t), 0);
    assert_int_equal(t.n, 1);
    assert_string_equal(t.primaries[0].is.host, "a");
    assert_int_equal(t.primaries[0].is.port, 6);
    assert_string_equal(t.primaries[0].is.id, "");
    assert_int_equal(t.nreplicas, 1);
    assert_string_equal(t.replicas[0].is.host, "b");
    topology_reset(&t);
}

static void where_a_node_is_reached(void **state)
{
    static const struct {
        const char *fields, *host;
    } table[] = {
        {"%4 port :1 role master ip 10.0.0.9 endpoint host.test", "host.test"},
        {"%4 port :1 role master ip 10.0.0.9 endpoint ''", "asked"}, // unknown-endpoint
        {"%4 port :1 role master ip 10.0.0.9 endpoint nil ", "asked"},
        {"%4 port :1 role master ip 10.0.0.9 endpoint _", "asked"},
        {"%4 port :1 role master ip 10.0.0.9 endpoint ?", "10.0.0.9"}, // it should have a name, and has none
        {"%4 port :1 role master ip '' endpoint ?", "asked"},
        {"%5 port :1 role primary ip 10.0.0.9 hostname h endpoint 10.0.0.9", "10.0.0.9"},
        {"%2 port :1 role master", "asked"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        char words[256];
        snprintf(words, sizeof words, "*1 %%2 slots *2 :0 :1 nodes *1 %s", table[i].fields);
        assert_int_equal(parse(words), 0);
        assert_string_equal(t.primaries[0].is.host, table[i].host);
        topology_reset(&t);
    }
}

static void the_port_is_that_of_how_we_speak(void **state)
{
    static const char both[] = "*1 %2 slots *2 :0 :1 nodes *3 "
                               "%4 port :1 tls-port :2 role master endpoint a "
                               "%4 port :3 tls-port :4 role replica endpoint b "
                               "%3 port :5 role replica endpoint c";
    static const char plain[] = "*1 %2 slots *2 :0 :1 nodes *1 %3 port :1 role master endpoint a";
    static const char tls[] = "*1 %2 slots *2 :0 :1 nodes *1 %3 tls-port :1 role master endpoint a";
    (void)state;
    assert_int_equal(parse(both), 0);
    assert_int_equal(t.primaries[0].is.port, 1);
    assert_int_equal(t.nreplicas, 2);
    topology_reset(&t);
    assert_int_equal(parse_bytes(spell(both), true), 0);
    assert_int_equal(t.primaries[0].is.port, 2);
    assert_int_equal(t.nreplicas, 1); // the other one does not speak TLS
    assert_int_equal(t.replicas[0].is.port, 4);
    topology_reset(&t);
    assert_int_equal(parse_bytes(spell(plain), true), -EPROTO);
    assert_int_equal(parse(tls), -EPROTO);
}

// While one takes the place of another a shard may have two primaries.
static void of_several_primaries_the_one_that_is_online_owns(void **state)
{
    static const struct {
        const char *first, *second;
        int port; // of the owner; 0: it does not say
        bool failed;
    } table[] = {
        {"health fail role master", "health online role master", 2, false},
        {"health online role master", "health fail role master", 1, false},
        {"health online role master", "health online role master", 0, false},
        {"health fail role master", "health fail role master", 0, false},
        {"health fail role master", "health online role replica", 1, true},
        {"health online role replica", "health online role slave", 0, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        char words[256];
        snprintf(words, sizeof words, "*1 %%2 slots *2 :0 :1 nodes *2 %%3 port :1 %s %%3 port :2 %s",
                 table[i].first, table[i].second);
        assert_int_equal(parse(words), table[i].port ? 0 : -EPROTO);
        if (!table[i].port)
            continue;
        assert_int_equal(t.n, 1);
        assert_int_equal(t.primaries[0].is.port, table[i].port);
        assert_int_equal(t.primaries[0].failed, table[i].failed);
        topology_reset(&t);
    }
}

static void a_cluster_without_slots_has_no_primaries(void **state)
{
    (void)state;
    static const char *const none[] = {"*0", "*1 %2 slots *0 nodes *0", "*1 %2 slots *0 nodes *1 %0"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        assert_int_equal(parse(none[i]), 0);
        assert_int_equal(t.n, 0);
        assert_int_equal(topology_unowned(&t), SLOTS);
        topology_reset(&t);
    }
}

static void what_is_cut_or_wrong_is_refused(void **state)
{
    (void)state;
    for (size_t len = spell(three), cut = 0; cut < len; cut++)
        assert_int_equal(parse_bytes(cut, false), -EPROTO);
#define SHARD(slots) "*1 %2 slots " slots " nodes *1 %3 port :1 role master endpoint a"
    static const char *const wrong[] = {
        "-ERR",
        "+OK",
        "*1 :1",
        "*1 *3 :0 :16383 *2 127.0.0.1 :7001", // that is SLOTS
        SHARD("*2 :0 :16384"),
        SHARD("*2 :-1 :4"),
        SHARD("*2 :5 :4"),
        SHARD("*3 :1 :2 :3"),
        SHARD("*2 a b"),
        SHARD("nil "),
        SHARD("*9223372036854775807"),
        SHARD("*4611686018427387902 :0 :1"),
        SHARD("%9223372036854775807"),
        "*1 %1 slots *2 :0 :1",
        "*1 %1 nodes *0",
        "*1 *3 slots *0 nodes",
        "*1 %2 slots *2 :0 :1 nodes *0",
        "*1 %2 slots *2 :0 :1 nodes *1 %2 port :65536 role master",
        "*1 %2 slots *2 :0 :1 nodes *1 %2 port :0 role master",
        "*1 %2 slots *2 :0 :1 nodes *1 %2 port seven role master",
        "*1 %2 slots *2 :0 :1 nodes *1 *3 port :1 role",
        "*1 %2 slots *2 :0 :1 nodes *1 %1 port :1",
        "*1 %2 slots *0 nodes *1 *1 *1 *1 *1 *1 *1 *1 *1 *1 *1 :1",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (parse(wrong[i]) != -EPROTO)
            fail_msg("taken: %s", wrong[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_slot_has_its_primary),
        cmocka_unit_test(replicas_are_those_that_are_online),
        cmocka_unit_test(primaries_are_in_the_order_of_their_slots),
        cmocka_unit_test(as_resp3_has_it),
        cmocka_unit_test(where_a_node_is_reached),
        cmocka_unit_test(the_port_is_that_of_how_we_speak),
        cmocka_unit_test(of_several_primaries_the_one_that_is_online_owns),
        cmocka_unit_test(a_cluster_without_slots_has_no_primaries),
        cmocka_unit_test(what_is_cut_or_wrong_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
