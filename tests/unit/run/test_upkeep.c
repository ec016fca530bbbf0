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

// --- what a workload says ---

static struct mix_word word(struct slice *argv, const char *const *words)
{
    size_t n = 0;
    for (; words[n]; n++)
        argv[n] = slice_of(words[n]);
    return (struct mix_word){.words = {.at = argv, .n = n}, .weight = 1};
}

static void fills_by_commands_of_its_own(void **state)
{
    (void)state;
    static struct slice argv[2][COMMAND_WORDS];
    struct mix_words fills = {.n = 2};
    struct run_conf conf = usual();
    fills.at[0] = word(argv[0], (const char *const[]){"HSET", "__key__", "f", "__data__", NULL});
    fills.at[1] = word(argv[1], (const char *const[]){"BGSAVE", NULL});
    conf.fills = &fills;
    struct plan p = planned(&conf, "GET");
    assert_int_equal(p.upkeep.n, 0); // nobody asked for it
    plan_reset(&p);
    conf.prefill = true;
    p = planned(&conf, "GET");
    assert_int_equal(p.upkeep.n, 2);
    asks(&p.upkeep.at[0].request, "*4\r\n$4\r\nHSET\r\n$16\r\nkey:000000000000\r\n$1\r\nf\r\n$3\r\nVXK\r\n");
    asks(&p.upkeep.at[1].request, "*1\r\n$6\r\nBGSAVE\r\n");
    assert_true(p.asks->filled && !p.upkeep.at[0].once && p.upkeep.at[1].once);
    assert_int_equal(plan_upkeep_requests(&p), 100001);
    plan_reset(&p);
    conf.upkeep = UPKEEP_CLEAN; // what was filled is removed
    p = planned(&conf, "GET");
    assert_int_equal(p.upkeep.n, 1);
    asks(&p.upkeep.at->request, "*2\r\n$3\r\nDEL\r\n$16\r\nkey:000000000000\r\n");
    plan_reset(&p);
}

static void commands_with_keys_of_their_own(void **state)
{
    (void)state;
    static struct slice argv[2][COMMAND_WORDS];
    struct mix_words mix = {.n = 2, .title = "MIX"};
    struct slice name = slice_of("mix");
    struct run_conf conf = usual(), own = conf;
    struct err err;
    struct plan p;
    conf.prefill = true;
    own.keyspace = 200000;
    own.values_vary = true;
    own.value_sizes = (struct sizes){.lo = 10, .hi = 5000};
    mix.at[0] = word(argv[0], (const char *const[]){"GET", "__key__", NULL});
    mix.at[1] = word(argv[1], (const char *const[]){"GETSET", "__key__", "__data__", NULL});
    mix.at[1].own = &own;
    assert_int_equal(plan_command(&p, &conf, &nowhere, (struct words){&name, 1, &mix}, &err), 0);
    assert_true(p.asks[0].keyspace == 100000 && p.asks[1].keyspace == 200000 && p.value_most == 5000);
    assert_int_equal(p.upkeep.n, 1); // GETSET reads no strings that a SET would have to write
    assert_int_equal(plan_upkeep_requests(&p), 100000);
    assert_true(p.asks[1].request.recipe && p.asks[1].request.recipe->values.sizes.hi == 5000);
    plan_reset(&p);
    argv[1][0] = slice_of("GET"); // of one name as many keys as any draws from
    assert_int_equal(plan_command(&p, &conf, &nowhere, (struct words){&name, 1, &mix}, &err), 0);
    assert_int_equal(p.upkeep.n, 1);
    assert_int_equal(plan_upkeep_requests(&p), 200000);
    plan_reset(&p);
}

static void whole_rounds_for_each_worker(void **state)
{
    (void)state;
    static struct slice argv[2][COMMAND_WORDS];
    struct mix_words mix = {.n = 2, .in_turn = true, .title = "MIX"};
    struct slice name = slice_of("mix");
    struct run_conf conf = usual();
    struct err err;
    struct plan p;
    uint64_t all = 0;
    mix.at[0] = word(argv[0], (const char *const[]){"SET", "k", "x", NULL});
    mix.at[1] = word(argv[1], (const char *const[]){"GET", "k", NULL});
    mix.at[1].weight = 3;
    conf.requests = 4 * 13;
    conf.clients = 7;
    conf.threads = 3;
    assert_int_equal(plan_command(&p, &conf, &nowhere, (struct words){&name, 1, &mix}, &err), 0);
    for (unsigned part = 0; part < 3; part++) {
        struct share s = plan_load(&p, part);
        assert_int_equal(s.requests % 4, 0);
        all += s.requests;
    }
    assert_int_equal(all, 4 * 13);
    plan_reset(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fills_what_it_reads),
        cmocka_unit_test(fills_nothing_else),
        cmocka_unit_test(fills_all_names_that_a_mix_reads),
        cmocka_unit_test(removes_what_it_writes_alone),
        cmocka_unit_test(fills_by_commands_of_its_own),
        cmocka_unit_test(commands_with_keys_of_their_own),
        cmocka_unit_test(whole_rounds_for_each_worker),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
