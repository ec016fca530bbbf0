// SPDX-License-Identifier: MIT
#include "serve/reply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct asker a;

static void said(const char *bytes, size_t n)
{
    struct slice out = buf_unread(&a.out);
    if (out.len != n || memcmp(out.at, bytes, n) != 0)
        fail_msg("\"%.*s\"", (int)out.len, out.at);
    buf_take(&a.out, out.len);
    assert_false(a.quit);
}

#define SAID(bytes) said(bytes, sizeof(bytes) - 1)

static void each_type_has_its_form(void **state)
{
    (void)state;
    reply_line(&a, "+OK");
    SAID("+OK\r\n");
    reply_error(&a, "ERR it is full");
    SAID("-ERR it is full\r\n");
    reply_integer(&a, 0);
    SAID(":0\r\n");
    reply_integer(&a, -7);
    SAID(":-7\r\n");
    reply_integer(&a, INT64_MIN);
    SAID(":-9223372036854775808\r\n");
    reply_head(&a, '*', 12);
    SAID("*12\r\n");
    reply_bulk(&a, slice_of(""));
    SAID("$0\r\n\r\n");
}

// Bytes that end a line, or nothing at all, are bytes like others.
static void a_value_is_any_bytes(void **state)
{
    (void)state;
    reply_bulk(&a, (struct slice){"a\r\n\0b", 5});
    SAID("$5\r\na\r\n\0b\r\n");
}

static void what_is_not_there_depends_on_the_protocol(void **state)
{
    (void)state;
    a.resp3 = false;
    reply_null(&a);
    SAID("$-1\r\n");
    a.resp3 = true;
    reply_null(&a);
    SAID("_\r\n");
    a.resp3 = false;
}

static void replies_stand_behind_one_another(void **state)
{
    (void)state;
    reply_head(&a, '*', 2);
    reply_integer(&a, 1);
    reply_line(&a, "+x");
    SAID("*2\r\n:1\r\n+x\r\n");
}

static void a_large_value_is_whole(void **state)
{
    (void)state;
    static char bytes[300000];
    memset(bytes, 'x', sizeof bytes);
    reply_bulk(&a, (struct slice){bytes, sizeof bytes});
    struct slice out = buf_unread(&a.out);
    assert_int_equal(out.len, 9 + sizeof bytes + 2);
    assert_memory_equal(out.at, "$300000\r\nxxx", 12);
    assert_memory_equal(out.at + out.len - 4, "xx\r\n", 4);
    buf_take(&a.out, out.len);
}

static int free_all(void **state)
{
    (void)state;
    buf_free(&a.out);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_type_has_its_form),
        cmocka_unit_test(a_value_is_any_bytes),
        cmocka_unit_test(what_is_not_there_depends_on_the_protocol),
        cmocka_unit_test(replies_stand_behind_one_another),
        cmocka_unit_test(a_large_value_is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, free_all);
}
