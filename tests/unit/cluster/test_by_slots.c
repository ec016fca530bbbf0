// SPDX-License-Identifier: MIT
#include "cluster/by_slots.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define NODE(host, port) "*3\r\n" host ":" port "\r\n$2\r\nid\r\n"
#define HERE "$9\r\n127.0.0.1\r\n"
#define RANGE(first, last, nodes) "*" nodes "\r\n:" first "\r\n:" last "\r\n"

static struct topology t;

// From a copy that ends where its allocation ends, so that a read beyond it is seen.
static int parse(struct slice in)
{
    char *copy = malloc(in.len ? in.len : 1);
    memcpy(copy, in.at, in.len);
    int rc = by_slots(&t, (struct slice){copy, in.len}, "asked");
    free(copy);
    return rc;
}

static const char three[] = "*4\r\n" RANGE("0", "5460", "4") NODE(HERE, "7001") NODE(HERE, "7004")
    RANGE("5461", "10922", "3") NODE(HERE, "7002") RANGE("10923", "16000", "3") NODE(HERE, "7003")
        RANGE("16001", "16382", "3") NODE(HERE, "7001");

static void each_slot_has_its_primary(void **state)
{
    (void)state;
    assert_int_equal(parse(slice_of(three)), 0);
    assert_int_equal(t.n, 3);
    assert_int_equal(t.owner[0], 0);
    assert_int_equal(t.owner[5460], 0);
    assert_int_equal(t.owner[5461], 1);
    assert_int_equal(t.owner[16000], 2);
    assert_int_equal(t.owner[16001], 0);
    assert_int_equal(t.owner[16383], TOPOLOGY_NOBODY);
    assert_int_equal(t.primaries[0].slots, 5461 + 382);
    assert_int_equal(t.primaries[1].slots, 5462);
    assert_int_equal(topology_unowned(&t), 1);
    assert_int_equal(topology_find(&t, "127.0.0.1", 7003), 2);
    assert_int_equal(topology_find(&t, "127.0.0.1", 7004), TOPOLOGY_NOBODY); // a replica
    assert_int_equal(t.nreplicas, 1);
    assert_int_equal(t.replicas[0].is.port, 7004);
    assert_int_equal(t.replicas[0].of, 0);
    assert_string_equal(t.primaries[1].is.id, "id");
    assert_string_equal(t.replicas[0].is.id, "id");
    topology_reset(&t);
}

static void who_does_not_know_its_address_is_where_it_was_asked(void **state)
{
    (void)state;
    static const char *const unknown[] = {"$0\r\n\r\n", "$-1\r\n", "_\r\n", "$1\r\n?\r\n"};
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        char text[128];
        snprintf(text, sizeof text, "*1\r\n*3\r\n:0\r\n:16383\r\n*4\r\n%s%s", unknown[i],
                 ":6379\r\n$2\r\nid\r\n%1\r\n+hostname\r\n*1\r\n$1\r\nx\r\n");
        assert_int_equal(parse(slice_of(text)), 0);
        assert_int_equal(t.n, 1);
        assert_string_equal(t.primaries[0].is.host, "asked");
        assert_int_equal(t.primaries[0].slots, SLOTS);
        topology_reset(&t);
    }
}

static void a_replica_of_many_ranges_is_one(void **state)
{
    (void)state;
    static const char two[] = "*2\r\n" RANGE("0", "1", "4") NODE(HERE, "7001") NODE("$2\r\nb1\r\n", "7004")
        RANGE("5", "6", "5") NODE(HERE, "7001") NODE("$2\r\nb1\r\n", "7004") NODE("$0\r\n\r\n", "7005");
    assert_int_equal(parse(slice_of(two)), 0);
    assert_int_equal(t.n, 1);
    assert_int_equal(t.nreplicas, 2);
    assert_string_equal(t.replicas[0].is.host, "b1");
    assert_string_equal(t.replicas[1].is.host, "127.0.0.1"); // as its primary's, whom it does not know better
    topology_reset(&t);
}

static void a_cluster_without_slots_has_no_primaries(void **state)
{
    (void)state;
    assert_int_equal(parse(slice_of("*0\r\n")), 0);
    assert_int_equal(t.n, 0);
    assert_int_equal(topology_unowned(&t), SLOTS);
}

static void what_is_cut_or_wrong_is_refused(void **state)
{
    (void)state;
    for (size_t cut = 0; cut + 1 < sizeof three; cut++)
        assert_int_equal(parse((struct slice){three, cut}), -EPROTO);
    static const char *const wrong[] = {
        "-ERR This instance has cluster support disabled\r\n",
        "+OK\r\n",
        "*1\r\n:1\r\n",
        "*1\r\n" RANGE("0", "16384", "3") NODE(HERE, "7001"),
        "*1\r\n" RANGE("5", "4", "3") NODE(HERE, "7001"),
        "*1\r\n" RANGE("-1", "4", "3") NODE(HERE, "7001"),
        "*1\r\n" RANGE("0", "1", "3") NODE(HERE, "65536"),
        "*1\r\n" RANGE("0", "1", "3") NODE(HERE, "0"),
        "*1\r\n*2\r\n:0\r\n:1\r\n",
        "*1\r\n*4\r\n:0\r\n:1\r\n*2\r\n$1\r\na\r\n:1\r\n"
        "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(parse(slice_of(wrong[i])), -EPROTO);
}

// The last range that claims a slot has it, and each primary counts what it has left.
static void of_two_that_claim_a_slot_the_last_has_it(void **state)
{
    (void)state;
    static const char both[] =
        "*2\r\n" RANGE("0", "9", "3") NODE(HERE, "7001") RANGE("5", "14", "3") NODE(HERE, "7002");
    assert_int_equal(parse(slice_of(both)), 0);
    assert_int_equal(t.owner[4], 0);
    assert_int_equal(t.owner[5], 1);
    assert_int_equal(t.primaries[0].slots, 5);
    assert_int_equal(t.primaries[1].slots, 10);
    assert_int_equal(topology_unowned(&t), SLOTS - 15);
    assert_int_equal(topology_find(&t, "127.0.0.1", 7002), 1);
    assert_int_equal(topology_find(&t, "127.0.0.2", 7002), TOPOLOGY_NOBODY);
    assert_int_equal(topology_find(&t, "", 0), TOPOLOGY_NOBODY);
    topology_reset(&t);
    assert_int_equal(topology_unowned(&t), SLOTS);
    topology_reset(&t); // once more does no harm
}

static int parse_host(size_t len)
{
    char text[1024], host[TOPOLOGY_HOST + 2];
    memset(host, 'h', sizeof host);
    snprintf(text, sizeof text, "*1\r\n*3\r\n:0\r\n:1\r\n*2\r\n$%zu\r\n%.*s\r\n:1\r\n", len, (int)len, host);
    return parse(slice_of(text));
}

static void names_have_room(void **state)
{
    (void)state;
    assert_int_equal(parse_host(TOPOLOGY_HOST - 1), 0);
    assert_int_equal(strlen(t.primaries[0].is.host), TOPOLOGY_HOST - 1);
    assert_string_equal(t.primaries[0].is.id, ""); // it told none
    topology_reset(&t);
    assert_int_equal(parse_host(TOPOLOGY_HOST), -EPROTO);
    char text[256]; // an id that is too long is cut: nobody is found by it
    snprintf(text, sizeof text, "*1\r\n*3\r\n:0\r\n:1\r\n*3\r\n$1\r\na\r\n:1\r\n$%d\r\n%0*d\r\n", TOPOLOGY_ID,
             TOPOLOGY_ID, 0);
    assert_int_equal(parse(slice_of(text)), 0);
    assert_int_equal(strlen(t.primaries[0].is.id), TOPOLOGY_ID - 1);
    topology_reset(&t);
    snprintf(text, sizeof text, "*1\r\n*3\r\n:0\r\n:1\r\n*3\r\n$1\r\na\r\n:1\r\n$60\r\n%060d\r\n", 0);
    assert_int_equal(parse(slice_of(text)), 0);
    assert_int_equal(strlen(t.primaries[0].is.id), TOPOLOGY_ID - 1);
    topology_reset(&t);
}

// Numbers that are no count of anything are refused, and none of them is waited or allocated for.
static void counts_that_cannot_be_are_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "*9223372036854775807\r\n",
        "*99999999999999999999\r\n",
        "*1\r\n*9223372036854775807\r\n:0\r\n:1\r\n*2\r\n$1\r\na\r\n:1\r\n",
        "*1\r\n*3\r\n:0\r\n:1\r\n*2\r\n$9223372036854775807\r\na\r\n:1\r\n",
        "*1\r\n*3\r\n:0\r\n:1\r\n*9223372036854775807\r\n$1\r\na\r\n:1\r\n$1\r\ni\r\n",
        "*\r\n",
        "*1\n",
        "*1\r\n%9223372036854775807\r\n",
        "*1\r\n*3\r\n:0\r\n:1\r\n%4611686018427387904\r\n$1\r\na\r\n:1\r\n",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(parse(slice_of(wrong[i])), -EPROTO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_slot_has_its_primary),
        cmocka_unit_test(who_does_not_know_its_address_is_where_it_was_asked),
        cmocka_unit_test(a_replica_of_many_ranges_is_one),
        cmocka_unit_test(a_cluster_without_slots_has_no_primaries),
        cmocka_unit_test(what_is_cut_or_wrong_is_refused),
        cmocka_unit_test(of_two_that_claim_a_slot_the_last_has_it),
        cmocka_unit_test(names_have_room),
        cmocka_unit_test(counts_that_cannot_be_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
