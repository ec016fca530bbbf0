// SPDX-License-Identifier: MIT
#include "load/trace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

// A line that says what is wanted of it.
struct line {
    const char *text;
    enum trace_line what;
    uint64_t at_ns;
    unsigned db;
    bool script;
    size_t argc;
    struct slice argv[4];
};

#define W(text)                                                                                              \
    {                                                                                                        \
        text, sizeof(text) - 1                                                                               \
    }

static void check(const struct line *want)
{
    struct trace t = {0};
    size_t len = strlen(want->text);
    char *line = malloc(len + 1); // as long as it is: whoever reads on is found out
    memcpy(line, want->text, len);
    assert_int_equal(trace_parse(&t, line, len), want->what);
    if (want->what == TRACE_COMMAND) {
        assert_int_equal(t.at_ns, want->at_ns);
        assert_int_equal(t.db, want->db);
        assert_int_equal(t.script, want->script);
        assert_int_equal(t.argc, want->argc);
        for (size_t i = 0; i < want->argc; i++) {
            assert_int_equal(t.argv[i].len, want->argv[i].len);
            assert_memory_equal(t.argv[i].at, want->argv[i].at, want->argv[i].len);
        }
    }
    trace_free(&t);
    free(line);
}

static void check_all(const struct line *lines, size_t n)
{
    for (size_t i = 0; i < n; i++)
        check(&lines[i]);
}

#define CHECK_ALL(lines) check_all(lines, sizeof(lines) / sizeof *(lines))

static void lines_of_monitor(void **state)
{
    (void)state;
    static const struct line lines[] = {
        {"1339518083.107412 [0 127.0.0.1:60866] \"keys\" \"*\"",
         TRACE_COMMAND,
         1339518083107412000,
         0,
         false,
         2,
         {W("keys"), W("*")}},
        {"+1.000001 [15 [::1]:6379] \"GET\" \"a\"\r",
         TRACE_COMMAND,
         1000001000,
         15,
         false,
         2,
         {W("GET"), W("a")}},
        {"2.5 [3 unix:/tmp/a b] \"PING\"", TRACE_COMMAND, 2500000000, 3, false, 1, {W("PING")}},
        {"2.5 [0 unix:/tmp/a] b] \"PING\"", TRACE_COMMAND, 2500000000, 0, false, 1, {W("PING")}},
        {"7 [0 lua] \"set\" \"k\" \"v\"", TRACE_COMMAND, 7000000000, 0, true, 3, {W("set"), W("k"), W("v")}},
        {"1.0 [0 x:1] \"SET\" \"\" \"] \\\"[\"",
         TRACE_COMMAND,
         1000000000,
         0,
         false,
         3,
         {W("SET"), W(""), W("] \"[")}},
        {"1.0 [0 x:1] \"A\" \"\\\\ \\\" \\n\\r\\t\\a\\b\\x00\\xfF\\x7f\"",
         TRACE_COMMAND,
         1000000000,
         0,
         false,
         2,
         {W("A"), W("\\ \" \n\r\t\a\b\0\xff\x7f")}},
    };
    CHECK_ALL(lines);
}

static void lines_of_csv(void **state)
{
    (void)state;
    static const struct line lines[] = {
        {"12.000125,SET,key,\"a \"\"value\"\"\"",
         TRACE_COMMAND,
         12000125000,
         0,
         false,
         3,
         {W("SET"), W("key"), W("a \"value\"")}},
        {"0,PING", TRACE_COMMAND, 0, 0, false, 1, {W("PING")}},
        {"0.0000000019,SET,,\"\"", TRACE_COMMAND, 1, 0, false, 3, {W("SET"), W(""), W("")}},
        {"3,SET,a b,\"1,2\"\r", TRACE_COMMAND, 3000000000, 0, false, 3, {W("SET"), W("a b"), W("1,2")}},
    };
    CHECK_ALL(lines);
}

static void lines_of_nothing(void **state)
{
    (void)state;
    static const struct line lines[] = {
        {.text = "", .what = TRACE_BLANK},         {.text = "\r", .what = TRACE_BLANK},
        {.text = "OK", .what = TRACE_BLANK},       {.text = "+OK\r", .what = TRACE_BLANK},
        {.text = "# a note", .what = TRACE_BLANK}, {.text = "time,command,key", .what = TRACE_BLANK},
    };
    CHECK_ALL(lines);
}

static void lines_that_are_neither(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "hello",
        "1",
        "1.",
        "1.5",
        "1,",
        "1,,x",
        "-1,GET,a",
        "1.x,GET",
        "99999999999,GET,a",
        "1,\"GET",
        "1,\"GET\"x,a",
        "1,G\"ET,a",
        "1.0 [0 x]",
        "1.0 [0 x] ",
        "1.0 [0 x] GET",
        "1.0 [x y] \"GET\"",
        "1.0 [99999999999 y] \"GET\"",
        "1.0 0 x] \"GET\"",
        "1.0 [0 x] \"GET",
        "1.0 [0 x] \"GET\\",
        "1.0 [0 x] \"GET\\q\"",
        "1.0 [0 x] \"\\x0\"",
        "1.0 [0 x] \"\\x0g\"",
        "1.0 [0 x] \"GET\"\"a\"",
        "1.0 [0 x] \"GET\" ",
        "1.0 [0 x] \"GET\"  \"a\"",
        "1.0 [0 x] \"\" \"a\"",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        check(&(struct line){.text = lines[i], .what = TRACE_MALFORMED});
}

static void many_arguments(void **state)
{
    (void)state;
    enum { N = 5000 };
    char *line = malloc(16 + 4 * N), *at = line;
    struct trace t = {0};
    at += sprintf(at, "1,MSET");
    for (int i = 0; i < N; i++)
        at += sprintf(at, ",%02d", i % 100);
    assert_int_equal(trace_parse(&t, line, (size_t)(at - line)), TRACE_COMMAND);
    assert_int_equal(t.argc, N + 1);
    assert_true(slice_is(t.argv[N], "99"));
    trace_free(&t);
    free(line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_of_monitor), cmocka_unit_test(lines_of_csv),
        cmocka_unit_test(lines_of_nothing), cmocka_unit_test(lines_that_are_neither),
        cmocka_unit_test(many_arguments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
