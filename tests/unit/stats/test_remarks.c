// SPDX-License-Identifier: MIT
#include "stats/remarks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define BLOCKS 5

static struct comparison_block blocks[BLOCKS];
static struct comparison c;
static char list[REMARKS_MAX][REMARK_TEXT];

// Ten slots each of two servers that are alike, of which nothing need be said.
static int alike(void **state)
{
    (void)state;
    c = (struct comparison){.test = "get",
                            .targets = 2,
                            .names = {"a", "b"},
                            .n = BLOCKS,
                            .blocks = blocks,
                            .terms = {{.keys = -1}, {.keys = -1}}};
    for (unsigned k = 0; k < BLOCKS; k++) {
        blocks[k] = (struct comparison_block){.n = 4};
        for (unsigned i = 0; i < 4; i++)
            blocks[k].slots[i] = (struct comparison_slot){.target = i % 2,
                                                          .limited_by = LIMIT_SERVER,
                                                          .answered = 1000,
                                                          .sent = 1000,
                                                          .counted = 1000,
                                                          .hits = 1000,
                                                          .value[COMPARISON_THROUGHPUT] = 1000,
                                                          .server_cpu_s = -1};
    }
    return 0;
}

static void nothing(void)
{
    if (remarks_of(&c, list) != 0)
        fail_msg("%s", list[0]);
}

static void only(const char *says)
{
    assert_int_equal(remarks_of(&c, list), 1);
    assert_string_equal(list[0], says);
}

static struct comparison_slot *of(unsigned target, unsigned nth)
{
    return &blocks[nth / 2].slots[2 * (nth % 2) + target];
}

static void doubt(unsigned target, const char *name, unsigned slots, const char *text)
{
    unsigned rule = (unsigned)doubt_rule(slice_of(name));
    snprintf(c.doubts[target][rule], DOUBT_TEXT, "%s", text);
    for (unsigned i = 0; i < slots; i++)
        of(target, i)->doubts |= 1u << rule;
}

static void of_servers_that_are_alike_nothing_is_said(void **state)
{
    (void)state;
    nothing();
}

static void a_client_at_its_end_in_more_than_a_tenth_of_the_slots(void **state)
{
    (void)state;
    of(1, 0)->limited_by = LIMIT_CLIENT;
    nothing();
    of(1, 1)->limited_by = LIMIT_CLIENT;
    only(
        "b: the client was the bottleneck in 2 of 10 slots, so it may be faster than shown: use --threads or "
        "--cpus");
    strcpy(c.load.engine, "null"); // where there is no server that could be faster
    nothing();
}

static void errors_cost_less_than_work(void **state)
{
    (void)state;
    of(1, 0)->errors = 100;
    only("error replies: a 0%, b 1%; an error costs less than the work it refuses");
}

static void other_hits_are_other_work(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 10; i++) {
        of(1, i)->hits = 500;
        of(1, i)->misses = 500;
    }
    only("hits: a 100.0%, b 50.0%; they did not do the same work");
}

static void what_one_of_them_let_go_or_left_unanswered(void **state)
{
    (void)state;
    of(0, 3)->evicted = 7;
    only("evicted keys: a 7, b 0; the datasets differ: raise maxmemory, or use fewer keys (-r)");
    of(0, 3)->evicted = 0;
    of(1, 2)->unfinished = 3;
    only("unanswered requests: a 0, b 3");
}

static void what_a_server_did_beside_the_load(void **state)
{
    (void)state;
    of(0, 0)->aof = true;
    only("a had AOF enabled, so its figures include writing a log to disk: set appendonly alike on all "
         "servers, "
         "or turn it off (CONFIG SET appendonly no)");
    of(0, 0)->aof = false;
    of(1, 9)->saved = true;
    only("b saved a snapshot during the run, and a fork and disk writes slow a server down: turn snapshots "
         "off "
         "(CONFIG SET save \"\")");
}

static void how_they_are_set_up(void **state)
{
    (void)state;
    c.terms[1].tls = true;
    only("b was measured with TLS and a without; the ratio includes its cost");
    c.terms[1].tls = false;
    c.terms[0].cluster = true;
    only("a is a cluster and b a single server");
    c.terms[0].cluster = false;
    strcpy(c.terms[0].eviction, "noeviction");
    nothing(); // of the other it is not known
    strcpy(c.terms[1].eviction, "allkeys-lru");
    only("eviction policies differ: a noeviction, b allkeys-lru");
    c.terms[1].eviction[0] = 0;
    c.terms[0].keys = 1000;
    c.terms[1].keys = 1010;
    nothing(); // within 1 %
    c.terms[1].keys = 1011;
    only("keys held: a 1,000, b 1,011; the datasets differ: fill both alike, e.g. with --prefill --fresh "
         "flush");
}

static void a_duet_is_no_solo(void **state)
{
    (void)state;
    c.duet_cpus = 1;
    only("duet: both were measured at the same time, with client threads on 1 CPU each; neither figure is "
         "what "
         "that server does alone");
    c.duet_cpus = 2;
    c.duet_shared = 4;
    assert_int_equal(remarks_of(&c, list), 2);
    assert_non_null(strstr(list[0], "on 2 CPUs each"));
    assert_string_equal(list[1], "duet: both servers may run on the same 4 CPUs and slow each other down");
}

static void doubts_are_told_with_the_slots_that_had_them(void **state)
{
    (void)state;
    doubt(1, "delayed-ack", 1, "replies wait");
    nothing(); // one of ten
    doubt(1, "delayed-ack", 3, "replies wait");
    only("b, 3 of 10 slots: replies wait");
    doubt(1, "errors", 10, "told of both sides at once");
    only("b, 3 of 10 slots: replies wait");
}

static void a_loss_is_told_however_seldom(void **state)
{
    (void)state;
    doubt(0, "lost-connections", 1, "one was lost");
    only("a, 1 of 10 slots: one was lost");
}

static void what_one_side_has_alone_may_be_the_difference(void **state)
{
    (void)state;
    char names[REMARKS_QUALIFIED];
    assert_false(remarks_qualify(&c, 1, names));
    assert_string_equal(names, "");
    doubt(1, "delayed-ack", 3, "replies wait");
    assert_true(remarks_qualify(&c, 1, names));
    assert_string_equal(names, "delayed-ack of b");
    doubt(0, "delayed-ack", 3, "replies wait");
    assert_false(remarks_qualify(&c, 1, names));
}

#define TEST(f) cmocka_unit_test_setup(f, alike)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(of_servers_that_are_alike_nothing_is_said),
        TEST(a_client_at_its_end_in_more_than_a_tenth_of_the_slots),
        TEST(errors_cost_less_than_work),
        TEST(other_hits_are_other_work),
        TEST(what_one_of_them_let_go_or_left_unanswered),
        TEST(what_a_server_did_beside_the_load),
        TEST(how_they_are_set_up),
        TEST(a_duet_is_no_solo),
        TEST(doubts_are_told_with_the_slots_that_had_them),
        TEST(a_loss_is_told_however_seldom),
        TEST(what_one_side_has_alone_may_be_the_difference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
