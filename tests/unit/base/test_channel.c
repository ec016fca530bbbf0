// SPDX-License-Identifier: MIT
#include "base/channel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static void messages_come_whole_and_in_order(void **state)
{
    (void)state;
    int pair[2];
    struct message m;
    static char large[100000];
    memset(large, 'x', sizeof large);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    struct channel a = {.fd = pair[0]}, b = {.fd = pair[1]};
    assert_int_equal(channel_receive(&b, &m, -1, 0), 0);
    assert_int_equal(channel_send(&a, 'R', 7, slice_of("")), 0);
    assert_int_equal(channel_send(&a, 'S', UINT64_MAX, (struct slice){large, sizeof large}), 0);
    assert_int_equal(channel_receive(&b, &m, -1, -1), 1);
    assert_true(m.type == 'R' && m.number == 7 && m.bytes.len == 0);
    assert_int_equal(channel_receive(&b, &m, -1, -1), 1);
    assert_true(m.type == 'S' && m.number == UINT64_MAX && m.bytes.len == sizeof large);
    assert_memory_equal(m.bytes.at, large, sizeof large);
    channel_close(&a);
    assert_int_equal(channel_receive(&b, &m, -1, -1), -1);
    assert_true(channel_send(&b, 'X', 0, slice_of("why")) < 0);
    channel_close(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(messages_come_whole_and_in_order)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
