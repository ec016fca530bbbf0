// SPDX-License-Identifier: MIT
#include "load/keyed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

// The command's words and the keys among them, in order, each separated by spaces.
static void has(const char *command, const char *keys)
{
    struct slice argv[32] = {0};
    char found[256] = "";
    size_t argc = 0;
    for (const char *at = command; *at; argc++) {
        size_t n = strcspn(at, " ");
        argv[argc] = (struct slice){at, n};
        at += n + (at[n] == ' ');
    }
    struct keyed k = keyed_of(argv, argc);
    for (size_t i = keyed_first(&k); i; i = keyed_next(&k, i)) {
        size_t len = strlen(found);
        assert_true(i < argc);
        snprintf(found + len, sizeof found - len, "%s%.*s", len ? " " : "", (int)argv[i].len, argv[i].at);
    }
    assert_string_equal(found, keys);
}

static void most_commands_have_one_key_in_front(void **state)
{
    (void)state;
    has("GET k", "k");
    has("set k v EX 10", "k");
    has("HSET k f v", "k");
    has("NEVERHEARDOF k l", "k");
    has("GET", "");
}

static void some_have_none(void **state)
{
    (void)state;
    has("PING", "");
    has("ping x", "");
    has("CONFIG GET save", "");
    has("EVAL x 0 a", "");
}

static void some_have_many(void **state)
{
    (void)state;
    has("MGET a b c", "a b c");
    has("MSET a 1 b 2", "a b");
    has("DEL a b", "a b");
    has("LMOVE a b LEFT RIGHT", "a b");
    has("RPOPLPUSH a b", "a b");
    has("RENAME a b", "a b");
    has("BLPOP a b 1", "a b");
    has("BITOP AND d a b", "d a b");
    has("SUNIONSTORE d a b", "d a b");
}

static void some_say_how_many(void **state)
{
    (void)state;
    has("ZUNIONSTORE d 2 a b WEIGHTS 1 2", "d a b");
    has("ZUNION 2 a b WITHSCORES", "a b");
    has("EVAL script 2 a b x y", "a b");
    has("FCALL f 1 a x", "a");
    has("LMPOP 1 a LEFT", "a");
    has("BLMPOP 0 2 a b LEFT", "a b");
    has("ZUNIONSTORE d 9 a", "d a");
    has("ZUNIONSTORE d x a", "d");
    has("ZUNIONSTORE d", "d");
    has("XREAD COUNT 1 STREAMS a b 0 0", "a b");
    has("XREADGROUP GROUP g c STREAMS a >", "a");
    has("XREAD COUNT 1", "");
    has("OBJECT ENCODING a", "a");
}

static void a_command_that_is_cut_short_has_the_keys_that_are_there(void **state)
{
    (void)state;
    has("MSET a", "");
    has("MSET a 1 b", "a");
    has("MGET", "");
    has("LMOVE a", "a");
    has("OBJECT", "");
    has("BITOP AND", "");
    has("BLPOP a", "");
    has("EVAL script", "");
    has("EVAL script 3 a", "a");
    has("LMPOP 0 a LEFT", "");
    has("ZUNION 2x a b", "");
    has("XREAD STREAMS a", "");
    has("XREAD streams a b c 0 0 0", "a b c");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(most_commands_have_one_key_in_front),
        cmocka_unit_test(some_have_none),
        cmocka_unit_test(some_have_many),
        cmocka_unit_test(some_say_how_many),
        cmocka_unit_test(a_command_that_is_cut_short_has_the_keys_that_are_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
