// SPDX-License-Identifier: MIT
#include "load/command_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct command_facts of(const char *name)
{
    return command_table_of(slice_of(name));
}

static void a_hit_is_by_how_a_command_reads(void **state)
{
    (void)state;
    assert_int_equal(of("get").reads, READS_ONE);
    assert_int_equal(of("LRANGE").reads, READS_ONE);
    assert_int_equal(of("MGET").reads, READS_MANY);
    assert_int_equal(of("HMGET").reads, READS_MANY);
    assert_int_equal(of("SET").reads, READS_NOTHING);
    assert_int_equal(of("PING").reads, READS_NOTHING);
}

static void a_replica_answers_what_changes_nothing(void **state)
{
    (void)state;
    static const char *const yes[] = {"GET", "mget", "LRANGE", "ZRANGEBYSCORE", "EVAL_RO", "XREAD"};
    static const char *const no[] = {"GETDEL", "GETEX", "SPOP", "SET", "PING", "EVAL", "NOSUCH"};
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        assert_true(of(yes[i]).only_reads);
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        assert_false(of(no[i]).only_reads);
}

// What reads only may be asked again whatever it is.
static void what_may_be_asked_again(void **state)
{
    (void)state;
    static const char *const yes[] = {"GET", "SET", "setex", "DEL", "HSET", "SADD", "ZREM", "PING", "GETDEL"};
    static const char *const no[] = {"INCR", "APPEND",  "LPUSH", "RPUSH", "LPOP",
                                     "SPOP", "ZPOPMIN", "XADD",  "EVAL",  "NOSUCH"};
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        assert_true(of(yes[i]).idempotent);
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        assert_false(of(no[i]).idempotent);
}

static void what_changes_no_value(void **state)
{
    (void)state;
    static const char *const yes[] = {"GET", "MGET", "DEL", "unlink", "EXPIRE", "PERSIST", "GETDEL", "GETEX"};
    static const char *const no[] = {"SET", "APPEND", "SETRANGE", "INCR", "GETSET", "NOSUCH"};
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        assert_true(of(yes[i]).keeps_values);
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        assert_false(of(no[i]).keeps_values);
}

static void prefill_writes_strings(void **state)
{
    (void)state;
    assert_true(of("MGET").reads_strings);
    assert_true(of("strlen").reads_strings);
    assert_false(of("HGET").reads_strings);
    assert_false(of("SET").reads_strings);
}

static void a_cure_names_tests_that_fill(void **state)
{
    (void)state;
    static const struct {
        const char *name, *cure;
    } all[] = {{"GET", "-t set,get"},          {"get", "-t set,get"},     {"MGET", "-t set,mget"},
               {"LPOP", "-t lpush,lpop"},      {"RPOP", "-t rpush,rpop"}, {"SPOP", "-t sadd,spop"},
               {"ZPOPMIN", "-t zadd,zpopmin"}, {"LRANGE", "-t lpush"}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        assert_non_null(slice_find(slice_of(of(all[i].name).cure), all[i].cure));
    assert_string_equal(of("GETRANGE").cure, "");
    assert_string_equal(of("HGET").cure, "");
}

static void of_an_unknown_command_nothing_is_taken_for_granted(void **state)
{
    (void)state;
    struct command_facts f = of("GE");
    assert_true(f.reads == READS_NOTHING && !f.only_reads && !f.idempotent && !f.reads_strings);
    assert_string_equal(f.cure, "");
    f = command_table_of((struct slice){"GETS", 3}); // by its length, not by its end
    assert_int_equal(f.reads, READS_ONE);
}

static void values_pass_by_four_commands(void **state)
{
    (void)state;
    static const char *const gives[] = {"GET", "getex", "GETDEL"};
    static const char *const neither[] = {"GETSET", "GETRANGE", "MGET", "HGET", "SETEX", "SETNX", "NOSUCH"};
    for (size_t i = 0; i < sizeof gives / sizeof *gives; i++)
        assert_true(of(gives[i]).gives_value && !of(gives[i]).takes_value);
    for (size_t i = 0; i < sizeof neither / sizeof *neither; i++)
        assert_true(!of(neither[i]).gives_value && !of(neither[i]).takes_value);
    assert_true(of("Set").takes_value && !of("Set").gives_value);
}

static void keys_lie_where_the_row_says(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        enum command_keys keys;
    } all[] = {{"GET", COMMAND_KEYS_FIRST},
               {"NOSUCH", COMMAND_KEYS_FIRST},
               {"PING", COMMAND_KEYS_NONE},
               {"mget", COMMAND_KEYS_ALL},
               {"MSET", COMMAND_KEYS_PAIRS},
               {"BLPOP", COMMAND_KEYS_BUT_LAST},
               {"LMOVE", COMMAND_KEYS_TWO},
               {"OBJECT", COMMAND_KEYS_SECOND},
               {"BITOP", COMMAND_KEYS_FROM_SECOND},
               {"ZUNION", COMMAND_KEYS_COUNTED},
               {"EVAL_RO", COMMAND_KEYS_COUNTED_LATE},
               {"ZUNIONSTORE", COMMAND_KEYS_STORED},
               {"XREADGROUP", COMMAND_KEYS_STREAMS}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        assert_int_equal(of(all[i].name).keys, all[i].keys);
}

// One bit of a row is no part of another.
static void a_place_of_keys_changes_no_other_fact(void **state)
{
    (void)state;
    assert_true(of("DEL").idempotent && of("DEL").keeps_values && !of("DEL").only_reads);
    assert_true(of("SDIFF").only_reads && of("XREAD").only_reads && of("LCS").only_reads);
    assert_true(!of("XREADGROUP").idempotent && !of("EVAL").only_reads && !of("SUBSCRIBE").keeps_values);
    assert_true(of("ECHO").idempotent && !of("CONFIG").idempotent && !of("RANDOMKEY").only_reads);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hit_is_by_how_a_command_reads),
        cmocka_unit_test(a_replica_answers_what_changes_nothing),
        cmocka_unit_test(what_may_be_asked_again),
        cmocka_unit_test(what_changes_no_value),
        cmocka_unit_test(prefill_writes_strings),
        cmocka_unit_test(a_cure_names_tests_that_fill),
        cmocka_unit_test(of_an_unknown_command_nothing_is_taken_for_granted),
        cmocka_unit_test(values_pass_by_four_commands),
        cmocka_unit_test(keys_lie_where_the_row_says),
        cmocka_unit_test(a_place_of_keys_changes_no_other_fact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
