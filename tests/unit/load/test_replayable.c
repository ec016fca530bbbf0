// SPDX-License-Identifier: MIT
#include "load/replayable.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static enum replayable of(const char *a, const char *b, const char *c)
{
    struct slice argv[] = {slice_of(a), slice_of(b ? b : ""), slice_of(c ? c : "")};
    return replayable_of(argv, 1u + (b != NULL) + (c != NULL));
}

static void what_clients_ask_for_is_sent(void **state)
{
    (void)state;
    assert_int_equal(of("GET", "a", NULL), REPLAYABLE_YES);
    assert_int_equal(of("set", "flushall", "shutdown"), REPLAYABLE_YES);
    assert_int_equal(of("CONFIG", "GET", "*"), REPLAYABLE_YES);
    assert_int_equal(of("CONFIG", NULL, NULL), REPLAYABLE_YES);
    assert_int_equal(of("CLUSTER", "SLOTS", NULL), REPLAYABLE_YES);
    assert_int_equal(of("SCRIPT", "LOAD", "return 1"), REPLAYABLE_YES);
    assert_int_equal(of("EVAL", "return 1", "0"), REPLAYABLE_YES);
    assert_int_equal(of("XREAD", "STREAMS", "BLOCK"), REPLAYABLE_YES);
    assert_int_equal(of("MY.OWN", NULL, NULL), REPLAYABLE_YES);
}

static void what_administers_is_not(void **state)
{
    (void)state;
    static const char *const all[][2] = {
        {"FLUSHALL", NULL},     {"flushdb", "ASYNC"},    {"Shutdown", "NOSAVE"}, {"CONFIG", "SET"},
        {"config", "rewrite"},  {"CONFIG", "RESETSTAT"}, {"DEBUG", "SLEEP"},     {"REPLICAOF", "NO"},
        {"SLAVEOF", "NO"},      {"CLUSTER", "RESET"},    {"ACL", "SETUSER"},     {"MODULE", "LOAD"},
        {"SCRIPT", "FLUSH"},    {"FUNCTION", "FLUSH"},   {"SAVE", NULL},         {"BGSAVE", NULL},
        {"BGREWRITEAOF", NULL}, {"SWAPDB", "0"},         {"FAILOVER", NULL},     {"MIGRATE", "h"},
        {"CLIENT", "KILL"},     {"CLIENT", "PAUSE"},     {"SLOWLOG", "RESET"},   {"LATENCY", "RESET"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        assert_int_equal(of(all[i][0], all[i][1], NULL), REPLAYABLE_ADMIN);
}

static void what_belongs_to_its_connection_is_not(void **state)
{
    (void)state;
    static const char *const all[] = {"MULTI",     "exec",       "DISCARD", "WATCH",      "SELECT",  "AUTH",
                                      "SUBSCRIBE", "PSUBSCRIBE", "MONITOR", "HELLO",      "CLIENT",  "QUIT",
                                      "RESET",     "PSYNC",      "ASKING",  "SSUBSCRIBE", "READONLY"};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        assert_int_equal(of(all[i], "1", NULL), REPLAYABLE_STATE);
}

static void what_may_wait_is_not(void **state)
{
    (void)state;
    static const char *const all[] = {"BLPOP",    "brpop",    "BLMOVE", "BRPOPLPUSH", "BLMPOP",
                                      "BZPOPMIN", "BZPOPMAX", "BZMPOP", "WAIT",       "WAITAOF"};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        assert_int_equal(of(all[i], "1", "0"), REPLAYABLE_BLOCKING);
    assert_int_equal(of("xread", "Block", "0"), REPLAYABLE_BLOCKING);
    assert_int_equal(of("XREADGROUP", "BLOCK", "0"), REPLAYABLE_BLOCKING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_clients_ask_for_is_sent),
        cmocka_unit_test(what_administers_is_not),
        cmocka_unit_test(what_belongs_to_its_connection_is_not),
        cmocka_unit_test(what_may_wait_is_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
