// SPDX-License-Identifier: MIT
#include "load/envelope.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static const struct envelope one = {0xdeadbeef, 7, true, 0x123456789abc, 0x1122334455667788};
static const char text[] = "hkvmsg:deadbeefm0007123456789abc1122334455667788";

static void a_message_has_its_bytes(void **state)
{
    (void)state;
    char bytes[ENVELOPE_BYTES];
    assert_int_equal(sizeof text - 1, ENVELOPE_BYTES);
    assert_ptr_equal(envelope_write(&one, bytes), bytes + ENVELOPE_BYTES);
    assert_memory_equal(bytes, text, ENVELOPE_BYTES);
}

static void it_is_found_wherever_it_stands(void **state)
{
    (void)state;
    struct envelope found;
    char reply[256];
    int n = snprintf(reply, sizeof reply, "*2\r\n$3\r\nkey\r\n$50\r\n%sxx\r\n", text);
    size_t end = envelope_find((struct slice){reply, (size_t)n}, one.run, &found);
    assert_int_equal(end, n - 4);
    assert_int_equal(found.run, one.run);
    assert_int_equal(found.worker, 7);
    assert_true(found.measured);
    assert_int_equal(found.seq, one.seq);
    assert_int_equal(found.due_ns, one.due_ns);
    assert_int_equal(envelope_find((struct slice){reply + end, (size_t)n - end}, one.run, &found), 0);
}

static void what_is_none_is_not_found(void **state)
{
    (void)state;
    struct envelope found;
    char bytes[ENVELOPE_BYTES + 1];
    assert_int_equal(envelope_find(slice_of(text), one.run + 1, &found), 0);
    assert_int_equal(envelope_find((struct slice){text, ENVELOPE_BYTES - 1}, one.run, &found), 0);
    assert_int_equal(envelope_find(slice_of(""), one.run, &found), 0);
    for (size_t i = 0; i < ENVELOPE_BYTES; i++) {
        memcpy(bytes, text, sizeof bytes);
        bytes[i] = 'X';
        assert_int_equal(envelope_find((struct slice){bytes, ENVELOPE_BYTES}, one.run, &found), 0);
    }
    char twice[2 * ENVELOPE_BYTES + 8]; // a beginning of one before one
    int n = snprintf(twice, sizeof twice, "hkvmsg:%s", text);
    assert_int_equal(envelope_find((struct slice){twice, (size_t)n}, one.run, &found), n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_has_its_bytes),
        cmocka_unit_test(it_is_found_wherever_it_stands),
        cmocka_unit_test(what_is_none_is_not_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
