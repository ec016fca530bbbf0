// SPDX-License-Identifier: MIT
#include "run/checked.h"

#include "planned.h"

static struct run_conf verifying(void)
{
    struct run_conf conf = usual();
    conf.verify = conf.values_vary = true;
    conf.contents.kind = CONTENTS_SELF;
    conf.value_sizes = (struct sizes){.lo = 64, .hi = 64};
    conf.data_bytes = 64;
    return conf;
}

static void what_reads_nothing_that_can_be_checked_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *words[COMMAND_WORDS];
        bool refused;
    } all[] = {
        {{"GET", "k:__rand_int__", NULL}, false},
        {{"GETEX", "k:__rand_int__", NULL}, false},
        {{"MGET", "k:__rand_int__", "k:__rand_int__", NULL}, false},
        {{"SET", "k:__rand_int__", "__data__", NULL}, false}, // it reads nothing
        {{"PING", NULL}, false},
        {{"HGETALL", "k:__rand_int__", NULL}, true},
        {{"LRANGE", "k", "0", "9", NULL}, true},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct run_conf conf = verifying();
        struct slice argv[COMMAND_WORDS];
        struct plan p;
        struct err err = {0};
        size_t n = 0;
        for (; all[i].words[n]; n++)
            argv[n] = slice_of(all[i].words[n]);
        int rc = plan_command(&p, &conf, &nowhere, (struct words){.at = argv, .n = n}, &err);
        assert_int_equal(rc < 0, all[i].refused);
        assert_int_equal(err.code, all[i].refused ? ERR_USAGE : 0);
        if (rc == 0)
            plan_reset(&p);
        else
            assert_non_null(strstr(err.text, "--verify checks what GET, GETEX, GETDEL and MGET read"));
        conf.verify = false;
        assert_int_equal(plan_command(&p, &conf, &nowhere, (struct words){.at = argv, .n = n}, &err), 0);
        plan_reset(&p);
    }
}

// Of the catalogue all tests go on: the report of one says that nothing was checked.
static void a_test_of_the_catalogue_is_not_refused(void **state)
{
    (void)state;
    struct run_conf conf = verifying();
    struct plan p = planned(&conf, "LPOP");
    assert_int_equal(p.asks[0].check, CHECK_NONE);
    plan_reset(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_reads_nothing_that_can_be_checked_is_refused),
        cmocka_unit_test(a_test_of_the_catalogue_is_not_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
