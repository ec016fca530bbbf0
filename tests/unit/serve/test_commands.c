// SPDX-License-Identifier: MIT
#include "serve/commands.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

struct one {
    struct service service;
    struct asker asker;
};

static int open_one(void **state)
{
    static struct one o;
    o = (struct one){.service.now_ms = 1000};
    *state = &o;
    return 0;
}

static int close_one(void **state)
{
    struct one *o = *state;
    service_reset(&o->service);
    buf_free(&o->asker.out);
    return 0;
}

// Runs an inline line; its reply must be exactly this.
static void answers(struct one *o, const char *line, const char *reply)
{
    struct command c;
    struct slice in = slice_of(line);
    assert_int_equal(command_parse(&c, in.at, in.len), in.len);
    commands_run(&o->service, &o->asker, &c);
    struct slice out = buf_unread(&o->asker.out);
    if (!slice_is(out, reply))
        fail_msg("%s answered \"%.*s\", not \"%s\"", line, (int)out.len, out.at, reply);
    buf_take(&o->asker.out, out.len);
}

static void strings(void **state)
{
    answers(*state, "GET a\n", "$-1\r\n");
    answers(*state, "SET a 1\n", "+OK\r\n");
    answers(*state, "get a\n", "$1\r\n1\r\n");
    answers(*state, "MSET b 2 c 3\n", "+OK\r\n");
    answers(*state, "MGET a x c\n", "*3\r\n$1\r\n1\r\n$-1\r\n$1\r\n3\r\n");
    answers(*state, "INCR a\n", ":2\r\n");
    answers(*state, "INCR new\n", ":1\r\n");
    answers(*state, "SET s abc\n", "+OK\r\n");
    answers(*state, "INCR s\n", "-ERR value is not an integer or out of range\r\n");
    answers(*state, "MSET a 1 b\n", "-ERR wrong number of arguments for 'mset' command\r\n");
}

static void hello(void **state)
{
    struct one *o = *state;
    answers(o, "HELLO 4\n", "-NOPROTO unsupported protocol version\r\n");
    answers(o, "HELLO 3 AUTH nobody x\n",
            "-WRONGPASS invalid username-password pair or user is disabled.\r\n");
    answers(o, "HELLO 3 AUTH default\n", "-ERR Syntax error in HELLO\r\n");
    answers(o, "GET a\n", "$-1\r\n");
    struct command c;
    static const char line[] = "HELLO 3 AUTH default x SETNAME load\n";
    assert_int_equal(command_parse(&c, line, sizeof line - 1), sizeof line - 1);
    commands_run(&o->service, &o->asker, &c);
    struct slice out = buf_unread(&o->asker.out);
    assert_memory_equal(out.at, "%5\r\n$6\r\nserver\r\n", 16);
    assert_memory_equal(out.at + out.len - 15, "$5\r\nproto\r\n:3\r\n", 15);
    buf_take(&o->asker.out, out.len);
    answers(o, "GET a\n", "_\r\n");
    answers(o, "MGET a\n", "*1\r\n_\r\n");
}

// A reply longer than the bound comes in parts, as there is room, and is one call.
static void long_replies_come_in_parts(void **state)
{
    struct one *o = *state;
    enum { VALUE = 400000, KEYS = 10 };
    static char value[VALUE];
    static const char line[] = "MGET v v v v v v v v v v\n", head[] = "*10\r\n";
    static struct command c;
    size_t parts = 0, bytes = 0, called = 0;
    memset(value, 'v', VALUE);
    assert_int_equal(store_set(&o->service.dbs[0], slice_of("v"), (struct slice){value, VALUE}), 0);
    assert_int_equal(command_parse(&c, line, sizeof line - 1), sizeof line - 1);
    do {
        commands_run(&o->service, &o->asker, &c);
        struct slice out = buf_unread(&o->asker.out);
        assert_in_range(out.len, 1, REPLIES_MAX + VALUE + 64);
        if (parts++ == 0)
            assert_memory_equal(out.at, head, sizeof head - 1);
        bytes += out.len;
        buf_take(&o->asker.out, out.len);
    } while (o->asker.resume);
    assert_in_range(parts, 3, KEYS);
    assert_int_equal(bytes, sizeof head - 1 + KEYS * (strlen("$400000\r\n\r\n") + VALUE));
    for (size_t i = 0; i < COMMANDS_MAX; i++)
        called += o->service.calls[i].all;
    assert_int_equal(called, 1);
    assert_int_equal(o->service.commands, 1);
}

static void set_options(void **state)
{
    answers(*state, "SET a 1 XX\n", "$-1\r\n");
    answers(*state, "SET a 1 nx\n", "+OK\r\n");
    answers(*state, "SET a 2 NX EX 5\n", "$-1\r\n");
    answers(*state, "SET a 2 PX 1500\n", "+OK\r\n");
    answers(*state, "TTL a\n", ":2\r\n");
    answers(*state, "SET a 2 NX XX\n", "-ERR syntax error\r\n");
    answers(*state, "SET a 2 EX\n", "-ERR syntax error\r\n");
    answers(*state, "SET a 2 EX 5 PX 5\n", "-ERR syntax error\r\n");
    answers(*state, "SET a 2 EX 0\n", "-ERR invalid expire time in 'set' command\r\n");
    answers(*state, "SET a 2 EX x\n", "-ERR value is not an integer or out of range\r\n");
}

static void expiry(void **state)
{
    struct one *o = *state;
    answers(o, "SET a 1 EX 10\n", "+OK\r\n");
    answers(o, "TTL a\n", ":10\r\n");
    answers(o, "INCR a\n", ":2\r\n"); // keeps its end
    answers(o, "TTL a\n", ":10\r\n");
    o->service.now_ms += 9999;
    answers(o, "EXISTS a a\n", ":2\r\n");
    o->service.now_ms += 1;
    answers(o, "EXISTS a\n", ":0\r\n");
    answers(o, "TTL a\n", ":-2\r\n");
    answers(o, "SET a 1\n", "+OK\r\n");
    answers(o, "TTL a\n", ":-1\r\n");
    answers(o, "EXPIRE a 3\n", ":1\r\n");
    answers(o, "TTL a\n", ":3\r\n");
    answers(o, "EXPIRE a 0\n", ":1\r\n");
    answers(o, "EXPIRE a 5\n", ":0\r\n");
}

static void databases(void **state)
{
    answers(*state, "SET a 1\n", "+OK\r\n");
    answers(*state, "SELECT 1\n", "+OK\r\n");
    answers(*state, "DBSIZE\n", ":0\r\n");
    answers(*state, "SELECT 16\n", "-ERR DB index is out of range\r\n");
    answers(*state, "SET b 1\n", "+OK\r\n");
    answers(*state, "DEL a b\n", ":1\r\n");
    answers(*state, "SELECT 0\n", "+OK\r\n");
    answers(*state, "DBSIZE\n", ":1\r\n");
    answers(*state, "FLUSHALL\n", "+OK\r\n");
    answers(*state, "DBSIZE\n", ":0\r\n");
}

static void the_rest(void **state)
{
    struct one *o = *state;
    answers(o, "PING\n", "+PONG\r\n");
    answers(o, "PING hi\n", "$2\r\nhi\r\n");
    answers(o, "ECHO hi\n", "$2\r\nhi\r\n");
    answers(o, "CONFIG GET a*\n", "*2\r\n$10\r\nappendonly\r\n$2\r\nno\r\n");
    answers(o, "CONFIG GET none\n", "*0\r\n");
    answers(o, "COMMAND DOCS\n", "*0\r\n");
    answers(o, "NOSUCH\n", "-ERR unknown command 'NOSUCH'\r\n");
    answers(o, "GET\n", "-ERR wrong number of arguments for 'get' command\r\n");
    answers(o, "\n", "");
    assert_false(o->asker.quit);
    answers(o, "QUIT\n", "+OK\r\n");
    assert_true(o->asker.quit);
}

static void counts(void **state)
{
    struct one *o = *state;
    struct command c;
    answers(o, "SET a x\n", "+OK\r\n");
    answers(o, "INCR a\n", "-ERR value is not an integer or out of range\r\n");
    answers(o, "INCR\n", "-ERR wrong number of arguments for 'incr' command\r\n");
    command_parse(&c, "INFO\n", 5);
    commands_run(&o->service, &o->asker, &c);
    struct slice out = buf_unread(&o->asker.out);
    assert_non_null(
        slice_find(out, "cmdstat_set:calls=1,usec=0,usec_per_call=0.00,rejected_calls=0,failed_calls=0\r\n"));
    assert_non_null(slice_find(
        out, "cmdstat_incr:calls=1,usec=0,usec_per_call=0.00,rejected_calls=1,failed_calls=1\r\n"));
    assert_non_null(slice_find(out, "total_commands_processed:4\r\n"));
    assert_non_null(slice_find(out, "db0:keys=1\r\n"));
    buf_take(&o->asker.out, out.len);
    answers(o, "CONFIG RESETSTAT\n", "+OK\r\n");
    command_parse(&c, "INFO\n", 5);
    commands_run(&o->service, &o->asker, &c);
    assert_null(slice_find(buf_unread(&o->asker.out), "cmdstat_set"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_one, close_one)

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(strings),     TEST(hello),  TEST(long_replies_come_in_parts),
                                       TEST(set_options), TEST(expiry), TEST(databases),
                                       TEST(the_rest),    TEST(counts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
