// SPDX-License-Identifier: MIT
#include "resp/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

struct expected {
    const char *bytes;
    char type;
    int64_t number;
    const char *text;
    bool null, push, invalidation;
    uint32_t nulls;
};

static const struct expected replies[] = {
    {"+OK\r\n", '+', 0, "OK", .null = false},
    {"+\r\n", '+', 0, "", .null = false},
    {"+PONG\r\n", '+', 0, "PONG", .null = false},
    {"-ERR unknown command 'x'\r\n", '-', 0, "ERR unknown command 'x'", .null = false},
    {":0\r\n", ':', 0, "0", .null = false},
    {":-42\r\n", ':', -42, "-42", .null = false},
    {":9223372036854775807\r\n", ':', INT64_MAX, "9223372036854775807", .null = false},
    {":-9223372036854775808\r\n", ':', INT64_MIN, "-9223372036854775808", .null = false},
    {"$3\r\nabc\r\n", '$', 3, "", .null = false},
    {"$0\r\n\r\n", '$', 0, "", .null = false},
    {"$4\r\n\r\n\r\n\r\n", '$', 4, "", .null = false},
    {"$0000000012\r\n+OK\r\n-ERR\r\n\0\r\n", '$', 12, "", .null = false},
    {"$-1\r\n", '$', -1, "", .null = true},
    {"*-1\r\n", '*', -1, "", .null = true},
    {"*0\r\n", '*', 0, "", .null = false},
    {"*2\r\n$1\r\na\r\n:5\r\n", '*', 2, "", .null = false},
    {"*3\r\n$-1\r\n_\r\n*-1\r\n", '*', 3, "", .nulls = 3},
    {"*2\r\n*2\r\n+a\r\n$-1\r\n*1\r\n*0\r\n", '*', 2, "", .nulls = 1},
    {"_\r\n", '_', 0, "", .null = true},
    {"#t\r\n", '#', 0, "t", .null = false},
    {"#f\r\n", '#', 0, "f", .null = false},
    {",1.5e3\r\n", ',', 0, "1.5e3", .null = false},
    {",inf\r\n", ',', 0, "inf", .null = false},
    {"(3492890328409238509324850943850943825024385\r\n", '(', 0,
     "3492890328409238509324850943850943825024385", .null = false},
    {"!9\r\nOOM no no\r\n", '!', 9, "OOM no no", .null = false},
    {"=7\r\ntxt:abc\r\n", '=', 7, "", .null = false},
    {"%2\r\n+a\r\n:1\r\n+b\r\n:2\r\n", '%', 4, "", .null = false},
    {"%0\r\n", '%', 0, "", .null = false},
    {"~2\r\n:1\r\n:2\r\n", '~', 2, "", .null = false},
    {">2\r\n+message\r\n$2\r\nhi\r\n", '>', 2, "", .push = true},
    {">2\r\n$10\r\ninvalidate\r\n*1\r\n$3\r\nfoo\r\n", '>', 1, "", .push = true, .invalidation = true},
    {">2\r\n$10\r\ninvalidate\r\n*3\r\n$1\r\na\r\n$10\r\ninvalidate\r\n$0\r\n\r\n", '>', 3, "", .push = true,
     .invalidation = true},
    {">2\r\n$10\r\ninvalidate\r\n_\r\n", '>', 0, "", .push = true, .invalidation = true, .nulls = 1},
    {">2\r\n$7\r\nmessage\r\n$10\r\ninvalidate\r\n", '>', 2, "", .push = true},
    {">2\r\n+message\r\n$10\r\ninvalidate\r\n", '>', 2, "", .push = true},
    {">2\r\n*1\r\n$10\r\ninvalidate\r\n*1\r\n:1\r\n", '>', 2, "", .push = true},
    {"*2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\na\r\n", '*', 2, "", .push = false},
    {"|1\r\n$10\r\ninvalidate\r\n$1\r\na\r\n>1\r\n$10\r\ninvalidate\r\n", '>', 0, "", .push = true,
     .invalidation = true},
    {"|1\r\n+a\r\n+b\r\n!3\r\nBAD\r\n", '!', 3, "BAD", .null = false},
    {"|1\r\n+ttl\r\n:3600\r\n$1\r\nx\r\n", '$', 1, "", .null = false},
    {"|1\r\n+a\r\n$-1\r\n*1\r\n|1\r\n+b\r\n_\r\n:7\r\n", '*', 1, "", .nulls = 0},
    {"|0\r\n+OK\r\n", '+', 0, "OK", .null = false},
};
#define REPLIES (sizeof replies / sizeof *replies)

static size_t length(const struct expected *e) // one has a NUL inside
{
    return strncmp(e->bytes, "$0000000012", 11) == 0 ? 27 : strlen(e->bytes);
}

static void same(const struct resp_reply *r, const struct expected *e)
{
    if (r->type != e->type || r->number != e->number || r->null != e->null || r->push != e->push ||
        r->invalidation != e->invalidation || r->nulls != e->nulls || !slice_is(r->text, e->text))
        fail_msg("%s: type %c, number %lld, null %d, push %d, nulls %u, text \"%.*s\"", e->bytes, r->type,
                 (long long)r->number, r->null, r->push, r->nulls, (int)r->text.len, r->text.at);
}

static void whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < REPLIES; i++) {
        struct resp_parser p = {0};
        struct resp_reply r;
        assert_int_equal(parse_reply(&p, replies[i].bytes, length(&replies[i]), &r), length(&replies[i]));
        same(&r, &replies[i]);
        assert_false(p.midway);
    }
}

// Cut at every byte, each part in an allocation of its own, so that a read beyond it is seen.
static void split_anywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < REPLIES; i++) {
        size_t len = length(&replies[i]);
        for (size_t cut = 1; cut < len; cut++) {
            struct resp_parser p = {0};
            struct resp_reply r;
            char *first = malloc(cut), *second = malloc(len - cut);
            memcpy(first, replies[i].bytes, cut);
            memcpy(second, replies[i].bytes + cut, len - cut);
            assert_int_equal(parse_reply(&p, first, cut, &r), RESP_MORE);
            free(first);
            assert_int_equal(parse_reply(&p, second, len - cut, &r), len - cut);
            same(&r, &replies[i]);
            free(second);
        }
    }
}

static void byte_by_byte(void **state)
{
    (void)state;
    struct resp_parser p = {0};
    for (size_t i = 0; i < REPLIES; i++) {
        struct resp_reply r;
        size_t len = length(&replies[i]);
        for (size_t at = 0; at + 1 < len; at++)
            assert_int_equal(parse_reply(&p, replies[i].bytes + at, 1, &r), RESP_MORE);
        assert_int_equal(parse_reply(&p, replies[i].bytes + len - 1, 1, &r), 1);
        same(&r, &replies[i]);
    }
}

static void one_after_the_other(void **state)
{
    (void)state;
    static const char stream[] = "$1\r\na\r\n+OK\r\n>1\r\n+x\r\n:7\r\n$-1\r\n";
    static const char types[] = "$+>:$";
    struct resp_parser p = {0};
    struct resp_reply r;
    size_t at = 0;
    for (size_t i = 0; types[i]; i++) {
        ssize_t n = parse_reply(&p, stream + at, sizeof stream - 1 - at, &r);
        assert_true(n > 0);
        assert_int_equal(r.type, types[i]);
        at += (size_t)n;
    }
    assert_int_equal(at, sizeof stream - 1);
    assert_int_equal(parse_reply(&p, stream + at, 0, &r), RESP_MORE);
}

static void counts_attributes(void **state)
{
    (void)state;
    static const char stream[] = "|1\r\n+a\r\n:1\r\n+OK\r\n+OK\r\n*2\r\n|1\r\n+b\r\n:1\r\n:7\r\n|0\r\n:8\r\n";
    struct resp_parser p = {0};
    struct resp_reply r;
    for (size_t at = 0; at < sizeof stream - 1;)
        at += (size_t)parse_reply(&p, stream + at, sizeof stream - 1 - at, &r);
    assert_int_equal(p.attributed, 3);
    assert_int_equal(r.number, 2);
}

static void refuses(void **state)
{
    (void)state;
    static const char *const wrong[] = {"HTTP/1.1 400 Bad Request\r\n",
                                        "\r\n",
                                        "\n",
                                        "+OK\n",
                                        "$x\r\n",
                                        "$\r\n",
                                        "$-2\r\n",
                                        "*-2\r\n",
                                        ":\r\n",
                                        ":1x\r\n",
                                        ":9223372036854775808\r\n",
                                        ":--1\r\n",
                                        "$3\r\nabcd\r\n",
                                        "$3\r\nabc\rx",
                                        "$3\r\nabcx\n",
                                        "#x\r\n",
                                        "_x\r\n",
                                        "*1\r\n>1\r\n+a\r\n",
                                        "$4294967297\r\n",
                                        "*2147483649\r\n",
                                        "$99999999999999999999\r\n",
                                        "%1073741825\r\n",
                                        "%6666666666666666667\r\n",
                                        "|6666666666666666667\r\n",
                                        "\0\r\n"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct resp_parser p = {0};
        struct resp_reply r = {0};
        size_t len = i + 1 == sizeof wrong / sizeof *wrong ? 3 : strlen(wrong[i]);
        if (parse_reply(&p, wrong[i], len, &r) != RESP_BAD)
            fail_msg("%s was taken", wrong[i]);
        assert_true(r.text.at >= wrong[i] && r.text.at + r.text.len <= wrong[i] + len);
    }
}

static void nesting_has_a_limit(void **state)
{
    (void)state;
    char deep[4 * (RESP_DEPTH_MAX + 1) + 5];
    for (int over = 0; over < 2; over++) {
        struct resp_parser p = {0};
        struct resp_reply r;
        size_t n = 0;
        for (int i = 0; i < RESP_DEPTH_MAX + over; i++, n += 4)
            memcpy(deep + n, "*1\r\n", 4);
        memcpy(deep + n, ":1\r\n", 4);
        assert_int_equal(parse_reply(&p, deep, n + 4, &r), over ? RESP_BAD : (ssize_t)n + 4);
    }
}

static void lines_have_a_limit(void **state)
{
    (void)state;
    char *line = malloc(RESP_LINE_MAX + 4);
    memset(line, 'x', RESP_LINE_MAX + 4);
    line[0] = '+';
    struct resp_parser p = {0};
    struct resp_reply r;
    assert_int_equal(parse_reply(&p, line, RESP_LINE_MAX + 4, &r), RESP_BAD);
    p = (struct resp_parser){0};
    memcpy(line + RESP_LINE_MAX - 1, "\r\n", 2);
    assert_int_equal(parse_reply(&p, line, RESP_LINE_MAX + 1, &r), RESP_LINE_MAX + 1);
    assert_int_equal(r.text.len, RESP_LINE_MAX - 2);
    free(line);
}

// Of a long line or error that came in pieces the beginning is kept.
static void long_texts_are_cut(void **state)
{
    (void)state;
    char text[400], head[16];
    memset(text, 'e', sizeof text);
    for (int bulk = 0; bulk < 2; bulk++) {
        struct resp_parser p = {0};
        struct resp_reply r;
        snprintf(head, sizeof head, bulk ? "!%zu\r\n" : "-", sizeof text);
        assert_int_equal(parse_reply(&p, head, strlen(head), &r), RESP_MORE);
        assert_int_equal(parse_reply(&p, text, 150, &r), RESP_MORE);
        assert_int_equal(parse_reply(&p, text, sizeof text - 150, &r), RESP_MORE);
        assert_int_equal(parse_reply(&p, "\r\n", 2, &r), 2);
        assert_true(parse_is_error(&r));
        assert_int_equal(r.text.len, RESP_TEXT_MAX - !bulk); // the type of a line takes its place
        assert_memory_equal(r.text.at, text, r.text.len);
    }
}

static void values_can_be_passed_over(void **state)
{
    (void)state;
    struct resp_parser p = {0};
    struct resp_reply r;
    assert_int_equal(parse_skippable(&p), 0);
    assert_int_equal(parse_reply(&p, "*2\r\n$1000\r\nab", 13, &r), RESP_MORE);
    assert_int_equal(parse_skippable(&p), 998);
    parse_skip(&p, 900);
    assert_int_equal(parse_skippable(&p), 98);
    parse_skip(&p, 98);
    assert_int_equal(parse_skippable(&p), 0);
    assert_int_equal(parse_reply(&p, "\r\n:1\r\n", 6, &r), 6);
    assert_int_equal(r.number, 2);
    assert_int_equal(parse_reply(&p, "!1000\r\nab", 9, &r), RESP_MORE);
    assert_int_equal(parse_skippable(&p), 0); // somebody looks at an error's text
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole),
        cmocka_unit_test(split_anywhere),
        cmocka_unit_test(byte_by_byte),
        cmocka_unit_test(one_after_the_other),
        cmocka_unit_test(counts_attributes),
        cmocka_unit_test(refuses),
        cmocka_unit_test(nesting_has_a_limit),
        cmocka_unit_test(lines_have_a_limit),
        cmocka_unit_test(long_texts_are_cut),
        cmocka_unit_test(values_can_be_passed_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
