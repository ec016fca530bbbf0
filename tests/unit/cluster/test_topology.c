// SPDX-License-Identifier: MIT
#include "cluster/topology.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static struct topology t;

static struct topology_node told(const char *host, uint16_t port)
{
    struct topology_node out;
    assert_int_equal(topology_told(&out, slice_of(host), port, slice_of("id")), 0);
    return out;
}

static void slots_have_one_owner(void **state)
{
    (void)state;
    struct topology_node a = told("a", 1), b = told("b", 1);
    topology_begin(&t);
    assert_int_equal(topology_unowned(&t), SLOTS);
    assert_int_equal(topology_primary(&t, &a), 0);
    assert_int_equal(topology_primary(&t, &b), 1);
    assert_int_equal(topology_primary(&t, &a), 0);
    topology_own(&t, 0, 9, 0);
    topology_own(&t, 5, SLOTS - 1, 1);
    topology_own(&t, 5, 5, 1); // which it has
    assert_int_equal(t.owner[4], 0);
    assert_int_equal(t.owner[5], 1);
    assert_int_equal(t.primaries[0].slots, 5);
    assert_int_equal(t.primaries[1].slots, SLOTS - 5);
    assert_int_equal(topology_unowned(&t), 0);
    topology_reset(&t);
    topology_reset(&t); // once more does no harm
}

static void primaries_are_sorted_by_their_first_slots(void **state)
{
    (void)state;
    static const char *const names[] = {"c", "gone", "a", "b"};
    topology_begin(&t);
    for (uint16_t i = 0; i < 4; i++) {
        struct topology_node who = told(names[i], (uint16_t)(i + 1));
        assert_int_equal(topology_primary(&t, &who), i);
        who.host[0] = 'r';
        assert_int_equal(topology_replica(&t, i, &who), 0);
    }
    topology_own(&t, 500, 600, 0);
    topology_own(&t, 0, 9, 2);
    topology_own(&t, 400, 499, 3);
    topology_own(&t, 1000, 1001, 2);
    assert_int_equal(topology_sort(&t), 0);
    static const char *const sorted[] = {"a", "b", "c", "gone"};
    static const unsigned slots[] = {12, 100, 101, 0}, of[] = {2, 3, 0, 1};
    for (unsigned i = 0; i < 4; i++) {
        assert_string_equal(t.primaries[i].is.host, sorted[i]);
        assert_int_equal(t.primaries[i].slots, slots[i]);
        assert_int_equal(t.replicas[i].of, of[i]);
    }
    assert_int_equal(t.owner[1001], 0);
    assert_int_equal(t.owner[450], 1);
    assert_int_equal(t.owner[600], 2);
    assert_int_equal(t.owner[601], TOPOLOGY_NOBODY);
    topology_reset(&t);
    topology_begin(&t);
    assert_int_equal(topology_sort(&t), 0); // nobody
    topology_reset(&t);
}

static void there_is_room_for_so_many(void **state)
{
    (void)state;
    topology_begin(&t);
    for (unsigned i = 0; i < TOPOLOGY_PRIMARIES_MAX + 2; i++) {
        struct topology_node who = told("a", (uint16_t)(i + 1));
        assert_int_equal(topology_primary(&t, &who), i < TOPOLOGY_PRIMARIES_MAX ? i : TOPOLOGY_NOBODY);
        assert_int_equal(topology_replica(&t, 0, &who), 0);
    }
    assert_int_equal(t.n, TOPOLOGY_PRIMARIES_MAX);
    assert_int_equal(t.nreplicas, TOPOLOGY_PRIMARIES_MAX);
    topology_reset(&t);
}

static void what_can_be_told(void **state)
{
    (void)state;
    struct topology_node out;
    char text[TOPOLOGY_HOST + 1];
    memset(text, 'h', sizeof text);
    assert_int_equal(topology_told(&out, (struct slice){text, TOPOLOGY_HOST}, 1, slice_of("")), -EPROTO);
    assert_int_equal(
        topology_told(&out, (struct slice){text, TOPOLOGY_HOST - 1}, 1, (struct slice){text, 100}), 0);
    assert_int_equal(strlen(out.host), TOPOLOGY_HOST - 1);
    assert_int_equal(strlen(out.id), TOPOLOGY_ID - 1); // cut: nobody is found by it
    static const int64_t wrong[] = {0, -1, 65536, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(topology_told(&out, slice_of("a"), wrong[i], slice_of("")), -EPROTO);
    assert_int_equal(topology_told(&out, slice_of("a"), 65535, slice_of("")), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slots_have_one_owner),
        cmocka_unit_test(primaries_are_sorted_by_their_first_slots),
        cmocka_unit_test(there_is_room_for_so_many),
        cmocka_unit_test(what_can_be_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
