// SPDX-License-Identifier: MIT
#include "run/node.h"

#include "planned.h"

#include <stdio.h>

#define NODES 5 // three primaries, and a replica of each of the first two

static struct run_conf conf;
static struct map_node map_nodes[NODES];
static struct map map;
static struct target target;
static struct plan plan;
static struct nodes nodes;

static struct addr addr_of(const char *text)
{
    struct addr a = {0};
    snprintf(a.text, sizeof a.text, "%s", text);
    return a;
}

// Slots 0-9999 are a's, 10000-15999 b's, the rest c's; d reads for a and e for b.
static void set_up(enum read_from from)
{
    static const char *const names[] = {"a:1", "b:2", "c:3", "d:4", "e:5"};
    conf = usual();
    conf.cluster = true;
    conf.read_from = from;
    map = (struct map){.nodes = map_nodes, .n = NODES, .primaries = 3};
    for (unsigned i = 0; i < NODES; i++)
        map_nodes[i] = (struct map_node){
            .addr = addr_of(names[i]), .replica = i > 2, .of = (uint16_t)(i > 2 ? i - 3 : i)};
    for (unsigned slot = 0; slot < SLOTS; slot++)
        map.owner[slot] = slot < 10000 ? 0 : slot < 16000 ? 1 : 2;
    target = (struct target){.engine = &engine_null, .cluster = &map};
    plan = planned(&conf, "GET");
    plan.target = &target;
    assert_int_equal(nodes_open(&nodes, &plan, 4), 0);
}

static int tear_down(void **state)
{
    (void)state;
    nodes_close(&nodes);
    plan_reset(&plan);
    return 0;
}

static struct node *named(const char *text)
{
    struct addr a = addr_of(text);
    return nodes_find(&nodes, &a);
}

static void each_slot_has_its_owner(void **state)
{
    (void)state;
    set_up(READ_FROM_PRIMARY);
    assert_int_equal(nodes.n, NODES);
    assert_int_equal(named("a:1")->slots, 10000);
    assert_int_equal(named("b:2")->slots, 6000);
    assert_int_equal(named("c:3")->slots, 384);
    assert_int_equal(named("d:4")->slots, 0);
    assert_ptr_equal(&nodes.at[nodes.owner[9999]], named("a:1"));
    assert_ptr_equal(&nodes.at[nodes.owner[10000]], named("b:2"));
    assert_true(named("d:4")->replica && !named("a:1")->replica);
}

static void a_slot_that_moves_is_counted_once(void **state)
{
    (void)state;
    set_up(READ_FROM_PRIMARY);
    nodes_give(&nodes, 5, named("c:3"));
    assert_int_equal(named("a:1")->slots, 9999);
    assert_int_equal(named("c:3")->slots, 385);
    nodes_give(&nodes, 5, NULL); // nobody serves it
    assert_int_equal(named("c:3")->slots, 384);
    assert_int_equal(nodes.owner[5], TOPOLOGY_NOBODY);
    nodes_give(&nodes, 5, named("a:1"));
    assert_int_equal(named("a:1")->slots, 10000);
}

static void a_node_that_nobody_knew_joins(void **state)
{
    (void)state;
    set_up(READ_FROM_PRIMARY);
    struct addr more = addr_of("f:6");
    struct node *f = nodes_find(&nodes, &more);
    assert_non_null(f);
    assert_int_equal(nodes.n, NODES + 1);
    assert_ptr_equal(nodes_find(&nodes, &more), f);
    unsigned joined = 1;
    for (char name[16]; joined < 200; joined++) { // as many as there is room for
        snprintf(name, sizeof name, "g%u:7", joined);
        more = addr_of(name);
        if (!nodes_find(&nodes, &more))
            break;
    }
    assert_int_equal(nodes.n, nodes.max);
    assert_in_range(joined, 10, 199);
}

static void a_newer_map_takes_the_place(void **state)
{
    (void)state;
    set_up(READ_FROM_PRIMARY);
    struct map_node only[] = {{.addr = addr_of("c:3")}, {.addr = addr_of("z:9")}};
    static struct map next;
    next = (struct map){.nodes = only, .n = 2, .primaries = 2};
    for (unsigned slot = 0; slot < SLOTS; slot++)
        next.owner[slot] = slot % 2;
    nodes_adopt(&nodes, &next);
    assert_int_equal(named("a:1")->slots, 0); // gone, and still known
    assert_int_equal(named("c:3")->slots, SLOTS / 2);
    assert_int_equal(named("z:9")->slots, SLOTS / 2);
    assert_int_equal(named("a:1")->weight, 0);
}

static void the_load_goes_by_slots(void **state)
{
    (void)state;
    set_up(READ_FROM_PRIMARY);
    assert_int_equal(named("a:1")->weight * 6, named("b:2")->weight * 10);
    assert_int_equal(named("d:4")->weight, 0);
    conf.first_slot = 9990; // --slots 9990-10009
    conf.slots = 20;
    nodes_weigh(&nodes);
    assert_int_equal(named("a:1")->weight, named("b:2")->weight);
    assert_int_equal(named("c:3")->weight, 0);
}

// Who has no replica reads for itself.
static void reads_go_to_replicas(void **state)
{
    (void)state;
    set_up(READ_FROM_REPLICA);
    assert_ptr_equal(nodes_reader(&nodes, named("a:1")), named("d:4"));
    assert_ptr_equal(nodes_reader(&nodes, named("a:1")), named("d:4"));
    assert_ptr_equal(nodes_reader(&nodes, named("c:3")), named("c:3"));
    nodes.reading = 1;
    nodes_weigh(&nodes);
    assert_int_equal(named("a:1")->weight, 0);
    assert_int_equal(named("d:4")->weight * 6, named("e:5")->weight * 10);
}

static void or_to_all_of_a_shard_in_turn(void **state)
{
    (void)state;
    set_up(READ_FROM_ANY);
    struct node *first = nodes_reader(&nodes, named("a:1")), *second = nodes_reader(&nodes, named("a:1"));
    assert_true((first == named("a:1") && second == named("d:4")) ||
                (first == named("d:4") && second == named("a:1")));
    assert_ptr_equal(nodes_reader(&nodes, named("a:1")), first);
    nodes.reading = 1;
    nodes_weigh(&nodes);
    assert_int_equal(named("a:1")->weight, named("d:4")->weight);
    assert_int_equal(named("a:1")->weight * 2 * 384, named("c:3")->weight * 10000);
}

// Of a mix the reads alone go to them.
static void of_a_mix_what_only_reads_goes_to_replicas(void **state)
{
    (void)state;
    set_up(READ_FROM_REPLICA);
    nodes.reading = 0.75;
    nodes_weigh(&nodes);
    assert_int_equal(named("a:1")->weight * 3, named("d:4")->weight);
    assert_int_equal((named("a:1")->weight + named("d:4")->weight) * 384, named("c:3")->weight * 10000);
    assert_ptr_equal(nodes_asked(&nodes, 5, true), named("d:4"));
    assert_ptr_equal(nodes_asked(&nodes, 5, false), named("a:1"));
    assert_ptr_equal(nodes_asked(&nodes, 16100, true), named("c:3"));
    nodes.reading = 0; // now nobody but primaries is asked
    assert_ptr_equal(nodes_asked(&nodes, 5, true), named("a:1"));
}

// But not to a primary that is known to be gone, unless it is all that there is.
static void a_primary_that_failed_is_not_read_from(void **state)
{
    (void)state;
    set_up(READ_FROM_ANY);
    map_nodes[0].failed = map_nodes[2].failed = true;
    nodes_adopt(&nodes, &map);
    assert_ptr_equal(nodes_reader(&nodes, named("a:1")), named("d:4"));
    assert_ptr_equal(nodes_reader(&nodes, named("a:1")), named("d:4"));
    assert_ptr_equal(nodes_reader(&nodes, named("c:3")), named("c:3"));
    assert_int_equal(named("a:1")->slots, 10000); // whose it stays to write
}

static void tickets_come_back(void **state)
{
    (void)state;
    set_up(READ_FROM_PRIMARY);
    struct ticket *a = nodes_ticket(&nodes), *b = nodes_ticket(&nodes);
    struct node *node = named("a:1");
    assert_true(a && b && a != b);
    node_queue_push(&node->fresh, a);
    node_queue_push(&node->fresh, b);
    assert_int_equal(node->fresh.n, 2);
    assert_ptr_equal(node_queue_pop(&node->fresh), a);
    node_queue_push(&node->again, a);
    nodes_reset(&nodes); // nothing waits any more
    assert_int_equal(node->fresh.n, 0);
    assert_int_equal(node->again.n, 0);
    struct ticket *c = nodes_ticket(&nodes);
    assert_true(c == a || c == b); // no more than were ever under way
    nodes_done(&nodes, c);
}

static void one_server_has_neither_map_nor_slots(void **state)
{
    (void)state;
    conf = usual();
    plan = planned(&conf, "GET");
    assert_int_equal(nodes_open(&nodes, &plan, 4), 0);
    assert_int_equal(nodes.n, 1);
    assert_null(nodes.owner);
    assert_null(nodes.at[0].latency);
}

#define TEST(f) cmocka_unit_test_teardown(f, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_slot_has_its_owner),
        TEST(a_slot_that_moves_is_counted_once),
        TEST(a_node_that_nobody_knew_joins),
        TEST(a_newer_map_takes_the_place),
        TEST(the_load_goes_by_slots),
        TEST(reads_go_to_replicas),
        TEST(or_to_all_of_a_shard_in_turn),
        TEST(of_a_mix_what_only_reads_goes_to_replicas),
        TEST(a_primary_that_failed_is_not_read_from),
        TEST(tickets_come_back),
        TEST(one_server_has_neither_map_nor_slots),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
