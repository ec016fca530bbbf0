// SPDX-License-Identifier: MIT
#include "run/by_node.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct node node_of(const char *addr, unsigned slots, unsigned weight, uint64_t ok)
{
    struct node n = {.slots = slots, .weight = weight, .counts.ok = ok, .latency = hist_new(2)};
    assert_non_null(n.latency);
    snprintf(n.addr.text, sizeof n.addr.text, "%s", addr);
    hist_record(n.latency, 1000, ok);
    return n;
}

static void free_nodes(struct node *nodes, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        hist_free(nodes[i].latency);
}

static void nodes_are_summed_by_their_address(void **state)
{
    (void)state;
    struct node of_a[] = {node_of("one:1", 10000, 3, 30), node_of("two:2", 6384, 1, 10)};
    struct node of_b[] = {node_of("two:2", 6384, 1, 7), node_of("one:1", 10000, 3, 20)};
    uint16_t owner[1] = {0};
    struct worker workers[] = {{.nodes = {.at = of_a, .n = 2, .owner = owner}},
                               {.nodes = {.at = of_b, .n = 2, .owner = owner}}};
    struct summary s = {0};
    of_b[1].counts.moved = 4;
    of_a[0].replica = of_b[1].replica = true;
    assert_int_equal(by_node(&s, workers, 2), 0);
    assert_int_equal(s.nodes.n, 2);
    assert_string_equal(s.nodes.at[0].addr, "one:1");
    assert_int_equal(s.nodes.at[0].counts.ok, 50);
    assert_int_equal(s.nodes.at[0].counts.moved, 4);
    assert_int_equal(s.nodes.at[0].slots, 10000);
    assert_true(s.nodes.at[0].replica && !s.nodes.at[1].replica);
    assert_true(s.nodes.at[0].due == 0.75 && s.nodes.at[1].due == 0.25);
    assert_int_equal(hist_count(s.nodes.at[0].latency), 50);
    assert_int_equal(s.nodes.at[1].counts.ok, 17);
    node_shares_free(&s.nodes);
    free_nodes(of_a, 2);
    free_nodes(of_b, 2);
}

// A node that has no slots and was never asked is no part of the load; one that was asked before it lost its
// slots is.
static void only_those_that_took_part(void **state)
{
    (void)state;
    struct node nodes[] = {node_of("idle:1", 0, 0, 0), node_of("old:2", 0, 0, 5), node_of("new:3", 1, 0, 0),
                           node_of("moved:4", 0, 0, 0), node_of("mute:5", 0, 0, 0)};
    uint16_t owner[1] = {0};
    struct worker w = {.nodes = {.at = nodes, .n = 5, .owner = owner}};
    struct summary s = {0};
    nodes[3].counts.moved = 1;
    nodes[4].counts.abandoned = 1;
    assert_int_equal(by_node(&s, &w, 1), 0);
    assert_int_equal(s.nodes.n, 4);
    assert_string_equal(s.nodes.at[0].addr, "old:2");
    assert_true(s.nodes.at[0].due == 0); // of no weight at all
    node_shares_free(&s.nodes);
    free_nodes(nodes, 5);
}

static void one_server_has_no_nodes(void **state)
{
    (void)state;
    struct node only = node_of("one:1", 0, 0, 5);
    struct worker w = {.nodes = {.at = &only, .n = 1}};
    struct summary s = {0};
    assert_int_equal(by_node(&s, &w, 1), 0);
    assert_int_equal(s.nodes.n, 0);
    free_nodes(&only, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nodes_are_summed_by_their_address),
        cmocka_unit_test(only_those_that_took_part),
        cmocka_unit_test(one_server_has_no_nodes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
