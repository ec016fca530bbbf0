// SPDX-License-Identifier: MIT
// What of a plan writes and removes keys beside its load.
#include "planned.h"

static void fills_what_it_reads(void **state)
{
    (void)state;
    struct run_conf conf = usual();
    struct plan p = planned(&conf, "GET");
    assert_int_equal(p.upkeep.n, 0); // nobody asked for it
    plan_reset(&p);
    conf.prefill = true;
    p = planned(&conf, "GET");
    asks(&p.upkeep.at->request, "*3\r\n$3\r\nSET\r\n$16\r\nkey:000000000000\r\n$3\r\nVXK\r\n");
    asks(&p.asks->request, "*2\r\n$3\r\nGET\r\n$16\r\nkey:000000000000\r\n");
    plan_reset(&p);
    p = planned(&conf, "MGET (10 keys)");
    asks(&p.upkeep.at->request, "*3\r\n$3\r\nSET\r\n$16\r\nkey:000000000000\r\n$3\r\nVXK\r\n");
    plan_reset(&p);
    p = commanded(&conf, (const char *const[]){"GetRange", "my:__rand_3rd__", "0", "1", NULL});
    asks(&p.upkeep.at->request, "*3\r\n$3\r\nSET\r\n$15\r\nmy:000000000000\r\n$3\r\nVXK\r\n");
    plan_reset(&p);
}

static void fills_nothing_else(void **state)
{
    (void)state;
    static const char *const writes[] = {"SET", "INCR", "LPOP", "LRANGE_100 (first 100 elements)",
                                         "PING_MBULK"};
    struct run_conf conf = usual();
    conf.prefill = true;
    for (size_t i = 0; i < sizeof writes / sizeof *writes; i++) {
        struct plan p = planned(&conf, writes[i]);
        assert_int_equal(p.upkeep.n, 0);
        plan_reset(&p);
    }
    struct plan p = commanded(&conf, (const char *const[]){"GET", "fixed", NULL});
    assert_int_equal(p.upkeep.n, 0);
    plan_reset(&p);
    p = commanded(&conf, (const char *const[]){"HGET", "h:__rand_int__", "f", NULL});
    assert_int_equal(p.upkeep.n, 0); // no hash is made by a SET
    plan_reset(&p);
}

// Mixes: each name of keys once, of all commands that read them.
static struct plan mixed(const struct run_conf *conf, const char *const (*commands)[COMMAND_WORDS],
                         unsigned n)
{
    static struct slice argv[4][COMMAND_WORDS];
    static struct mix_words words;
    struct slice name = slice_of("mix");
    struct plan p;
    struct err err;
    words = (struct mix_words){.n = n, .title = "MIX"};
    for (unsigned i = 0; i < n; i++) {
        size_t k = 0;
        for (; commands[i][k]; k++)
            argv[i][k] = slice_of(commands[i][k]);
        words.at[i] = (struct mix_word){.words = {.at = argv[i], .n = k}, .weight = 1};
    }
    struct words all = {.at = &name, .n = 1, .mix = &words};
    assert_int_equal(plan_command(&p, conf, &nowhere, all, &err), 0);
    return p;
}

static void fills_all_names_that_a_mix_reads(void **state)
{
    (void)state;
    static const char *const commands[][COMMAND_WORDS] = {{"GET", "a:__rand_int__"},
                                                          {"MGET", "b:__rand_1st__", "a:__rand_int__"},
                                                          {"SET", "c:__rand_int__", "x"},
                                                          {"GET", "d:__rand_int__:__rand_int__"}};
    struct run_conf conf = usual();
    conf.prefill = true;
    struct plan p = mixed(&conf, commands, 4);
    assert_int_equal(p.upkeep.n, 2);
    asks(&p.upkeep.at[0].request, "*3\r\n$3\r\nSET\r\n$14\r\na:000000000000\r\n$3\r\nVXK\r\n");
    asks(&p.upkeep.at[1].request, "*3\r\n$3\r\nSET\r\n$14\r\nb:000000000000\r\n$3\r\nVXK\r\n");
    assert_true(p.asks[0].filled && p.asks[1].filled && !p.asks[2].filled && !p.asks[3].filled);
    assert_true(p.asks[3].uncounted);
    assert_int_equal(plan_upkeep_requests(&p), 200000);
    plan_reset(&p);
}

static void removes_what_it_writes_alone(void **state)
{
    (void)state;
    static const char *const commands[][COMMAND_WORDS] = {
        {"GET", "a:__rand_int__"}, {"LPUSH", "list", "x"}, {"SET", "c:__rand_int__", "x"}, {"PING"}};
    struct run_conf conf = usual();
    conf.upkeep = UPKEEP_CLEAN;
    struct plan p = mixed(&conf, commands, 4);
    assert_string_equal(p.test, "cleanup");
    assert_int_equal(p.upkeep.n, 2);
    asks(&p.upkeep.at[0].request, "*2\r\n$3\r\nDEL\r\n$4\r\nlist\r\n");
    asks(&p.upkeep.at[1].request, "*2\r\n$3\r\nDEL\r\n$14\r\nc:000000000000\r\n");
    assert_true(p.upkeep.at[0].once && !p.upkeep.at[1].once);
    assert_int_equal(plan_upkeep_requests(&p), 100001);
    assert_false(plan_reads(&p));
    plan_reset(&p);
    conf.prefill = true; // which wrote what GET reads
    p = mixed(&conf, commands, 4);
    assert_int_equal(p.upkeep.n, 3);
    asks(&p.upkeep.at[0].request, "*2\r\n$3\r\nDEL\r\n$14\r\na:000000000000\r\n");
    plan_reset(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fills_what_it_reads),
        cmocka_unit_test(fills_nothing_else),
        cmocka_unit_test(fills_all_names_that_a_mix_reads),
        cmocka_unit_test(removes_what_it_writes_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
