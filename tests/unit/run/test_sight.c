// SPDX-License-Identifier: MIT
// What a worker of two kinds and three nodes shows of itself.
#include "run/sight.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#define KINDS 2
#define NODES 3

static struct worker w;
static struct mixed_kind kinds[KINDS];
static struct node nodes[NODES];
static uint16_t owner[1];
static struct sight *s;

static int open_worker(void **state)
{
    (void)state;
    w = (struct worker){.mixing = true, .mixed = {.n = KINDS, .kinds = kinds}};
    w.nodes = (struct nodes){.at = nodes, .n = NODES, .owner = owner};
    w.nap.spun_ns = 77;
    for (int i = 0; i < KINDS; i++)
        kinds[i] = (struct mixed_kind){.latency = hist_new(3)};
    for (int i = 0; i < NODES; i++) {
        nodes[i] = (struct node){.latency = hist_new(3)};
        snprintf(nodes[i].addr.text, sizeof nodes[i].addr.text, "10.0.0.%d:7000", i);
    }
    s = sight_new();
    return s ? 0 : -1;
}

static int close_worker(void **state)
{
    (void)state;
    sight_free(s);
    for (int i = 0; i < KINDS; i++)
        hist_free(kinds[i].latency);
    for (int i = 0; i < NODES; i++)
        hist_free(nodes[i].latency);
    return 0;
}

static void answer(struct hist *latency, struct counts *counts, uint64_t ns, uint64_t n)
{
    hist_record(latency, ns, n);
    counts->ok += n;
}

// How many latencies nobody has taken yet.
static uint64_t untaken(const struct sight_part *p)
{
    struct hist *h = hist_new(3);
    hist_add_cells(h, (struct slice){p->cells.at, p->cells.len});
    uint64_t n = hist_count(h);
    hist_free(h);
    return n;
}

static void each_kind_and_each_node_has_its_figures(void **state)
{
    (void)state;
    answer(kinds[0].latency, &kinds[0].counts, 80000, 10);
    answer(kinds[1].latency, &kinds[1].counts, 90000, 5);
    kinds[1].counts.errors = 2;
    answer(nodes[2].latency, &nodes[2].counts, 70000, 15);
    tally_add(&w.rec.tally, slice_of("OOM"));
    sight_take(s, &w);
    assert_int_equal(s->spun_ns, 77);
    assert_string_equal(s->tally.kinds[0].prefix, "OOM");
    assert_int_equal(s->ncommands, KINDS);
    assert_int_equal(s->nnodes, NODES);
    assert_int_equal(s->commands[0].ok, 10);
    assert_int_equal(s->commands[1].errors, 2);
    assert_string_equal(s->nodes[1].name, "10.0.0.1:7000");
    assert_int_equal(s->nodes[1].ok, 0);
    assert_int_equal(s->nodes[2].ok, 15);
    assert_int_equal(untaken(&s->commands[0]), 10);
    assert_int_equal(untaken(&s->nodes[1]), 0);
    assert_int_equal(untaken(&s->nodes[2]), 15);
}

// Latencies are handed over once; what nobody took waits for the next look.
static void latencies_are_those_since_the_last_look(void **state)
{
    (void)state;
    answer(kinds[0].latency, &kinds[0].counts, 80000, 10);
    sight_take(s, &w);
    answer(kinds[0].latency, &kinds[0].counts, 80000, 7);
    sight_take(s, &w);
    assert_int_equal(untaken(&s->commands[0]), 17);
    s->commands[0].cells.len = 0; // taken
    sight_take(s, &w);
    assert_int_equal(untaken(&s->commands[0]), 0);
    answer(kinds[0].latency, &kinds[0].counts, 80000, 3);
    sight_take(s, &w);
    assert_int_equal(untaken(&s->commands[0]), 3);
    assert_int_equal(s->commands[0].ok, 20); // counts are of the whole phase
}

static void another_phase_begins_from_nothing(void **state)
{
    (void)state;
    answer(kinds[0].latency, &kinds[0].counts, 80000, 10);
    sight_take(s, &w);
    sight_reset(s);
    assert_int_equal(s->spun_ns, 0);
    assert_int_equal(s->commands[0].ok, 0);
    assert_int_equal(untaken(&s->commands[0]), 0);
    hist_reset(kinds[0].latency);
    kinds[0].counts.ok = 0;
    answer(kinds[0].latency, &kinds[0].counts, 80000, 4);
    sight_take(s, &w);
    assert_int_equal(untaken(&s->commands[0]), 4);
}

static void one_kind_and_one_server_have_no_parts(void **state)
{
    (void)state;
    w.mixing = false;
    w.nodes.owner = NULL;
    sight_take(s, &w);
    assert_int_equal(s->ncommands, 0);
    assert_int_equal(s->nnodes, 0);
    sight_free(NULL);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_worker, close_worker)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_kind_and_each_node_has_its_figures),
        TEST(latencies_are_those_since_the_last_look),
        TEST(another_phase_begins_from_nothing),
        TEST(one_kind_and_one_server_have_no_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
