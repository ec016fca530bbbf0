// SPDX-License-Identifier: MIT
#include "resp/slot.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static unsigned slot(const char *key)
{
    return slot_of(slice_of(key));
}

// The check value of CRC-16/XMODEM, and slots as CLUSTER KEYSLOT of a redis-server has them.
static void known_answers(void **state)
{
    (void)state;
    assert_int_equal(slot_crc16(slice_of("123456789")), 0x31c3);
    assert_int_equal(slot(""), 0);
    assert_int_equal(slot("foo"), 12182);
    assert_int_equal(slot("bar"), 5061);
    assert_int_equal(slot("hello"), 866);
    assert_int_equal(slot("key:000000000000"), 13053);
    assert_int_equal(slot("\xff\x80\x01"), 1242);
}

static void only_the_first_tag_counts(void **state)
{
    (void)state;
    assert_int_equal(slot("{foo}.following"), slot("foo"));
    assert_int_equal(slot("key:{foo}:1"), slot("key:{foo}:2"));
    assert_int_equal(slot("foo{bar}{zap}"), slot("bar"));
    assert_int_equal(slot("foo{{bar}}zap"), slot("{bar"));
    assert_int_equal(slot("}foo{bar}"), slot("bar"));
}

static void a_tag_of_nothing_is_none(void **state)
{
    (void)state;
    assert_int_equal(slot("foo{}{bar}"), 8363);
    assert_int_equal(slot("foo{bar"), slot_crc16(slice_of("foo{bar")) % SLOTS);
    assert_int_equal(slot("foo{"), slot_crc16(slice_of("foo{")) % SLOTS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_answers),
        cmocka_unit_test(only_the_first_tag_counts),
        cmocka_unit_test(a_tag_of_nothing_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
