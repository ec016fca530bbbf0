// SPDX-License-Identifier: MIT
#include "run/scan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const char reply[] = "*2\r\n$20\r\n18446744073709551615\r\n*1\r\n$1\r\nk\r\n";

static void a_cursor_however_it_is_cut(void **state)
{
    (void)state;
    for (size_t cut = 0; cut < sizeof reply - 1; cut++) {
        struct scan s = {0};
        scan_part(&s, (struct slice){reply, cut});
        scan_reply(&s, (struct slice){reply + cut, sizeof reply - 1 - cut}, true);
        assert_true(s.cursor == UINT64_MAX && s.n == 0);
    }
}

static void byte_by_byte(void **state)
{
    (void)state;
    struct scan s = {0};
    for (size_t i = 0; i + 1 < sizeof reply - 1; i++)
        scan_part(&s, (struct slice){reply + i, 1});
    scan_reply(&s, (struct slice){reply + sizeof reply - 2, 1}, true);
    assert_true(s.cursor == UINT64_MAX);
}

static void other_replies_leave_it(void **state)
{
    (void)state;
    struct scan s = {.cursor = 17};
    scan_reply(&s, slice_of("+OK\r\n"), false);
    assert_true(s.cursor == 17 && s.n == 0);
    scan_reply(&s, slice_of("-ERR no\r\n"), true); // begins again
    assert_true(s.cursor == 0);
    scan_reply(&s, slice_of("*2\r\n$1\r\n0\r\n*0\r\n"), true);
    assert_true(s.cursor == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cursor_however_it_is_cut),
        cmocka_unit_test(byte_by_byte),
        cmocka_unit_test(other_replies_leave_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
