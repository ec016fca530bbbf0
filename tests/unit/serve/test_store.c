// SPDX-License-Identifier: MIT
#include "serve/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#define KEYS 5000 // more than the first table of slots, so that it grows

static struct slice key_of(unsigned i, char text[16])
{
    return (struct slice){text, (size_t)snprintf(text, 16, "key:%u", i)};
}

static void holds(struct store *s, const char *key, const char *expected)
{
    struct slice value;
    assert_true(store_get(s, slice_of(key), 0, &value));
    assert_true(slice_is(value, expected));
}

static void keeps_what_is_set(void **state)
{
    (void)state;
    struct store s = {0};
    struct slice value;
    assert_false(store_get(&s, slice_of("a"), 0, &value));
    assert_false(store_delete(&s, slice_of("a"), 0));
    assert_int_equal(store_set(&s, slice_of("a"), slice_of("1")), 0);
    assert_int_equal(store_set(&s, slice_of(""), slice_of("")), 0);
    assert_int_equal(store_set(&s, slice_of("a"), slice_of("a longer value")), 0);
    holds(&s, "a", "a longer value");
    holds(&s, "", "");
    assert_int_equal(s.count, 2);
    assert_int_equal(store_set(&s, slice_of("a"), slice_of("b")), 0);
    holds(&s, "a", "b");
    assert_true(store_delete(&s, slice_of("a"), 0));
    assert_false(store_get(&s, slice_of("a"), 0, &value));
    assert_int_equal(s.count, 1);
    store_clear(&s);
    assert_int_equal(s.count, 0);
}

static void keys_may_hold_any_bytes(void **state)
{
    (void)state;
    struct store s = {0};
    struct slice value;
    assert_int_equal(store_set(&s, (struct slice){"k\0a", 3}, slice_of("1")), 0);
    assert_int_equal(store_set(&s, (struct slice){"k\0b", 3}, slice_of("2")), 0);
    assert_true(store_get(&s, (struct slice){"k\0a", 3}, 0, &value));
    assert_true(slice_is(value, "1"));
    assert_false(store_get(&s, slice_of("k"), 0, &value));
    store_clear(&s);
}

static void grows(void **state)
{
    (void)state;
    struct store s = {0};
    char text[16];
    for (unsigned i = 0; i < KEYS; i++) {
        struct slice key = key_of(i, text);
        assert_int_equal(store_set(&s, key, key), 0);
    }
    assert_int_equal(s.count, KEYS);
    for (unsigned i = 0; i < KEYS; i += 2)
        assert_true(store_delete(&s, key_of(i, text), 0));
    for (unsigned i = 0; i < KEYS; i++) {
        struct slice value, key = key_of(i, text);
        assert_int_equal(store_get(&s, key, 0, &value), i % 2);
        if (i % 2)
            assert_true(value.len == key.len && memcmp(value.at, key.at, key.len) == 0);
    }
    store_clear(&s);
}

static void expires(void **state)
{
    (void)state;
    struct store s = {0};
    struct slice value, key = slice_of("k");
    uint64_t at_ms = 1;
    assert_false(store_expire(&s, key, 0, 100));
    store_set(&s, key, slice_of("v"));
    assert_true(store_expiry(&s, key, 0, &at_ms));
    assert_int_equal(at_ms, 0);
    assert_true(store_expire(&s, key, 0, 100));
    assert_true(store_expiry(&s, key, 99, &at_ms));
    assert_int_equal(at_ms, 100);
    assert_true(store_get(&s, key, 99, &value));
    assert_false(store_get(&s, key, 100, &value));
    assert_int_equal(s.count, 0);
    store_set(&s, key, slice_of("v"));
    store_expire(&s, key, 0, 100);
    store_set(&s, key, slice_of("w")); // a new value has no end
    assert_true(store_get(&s, key, 100, &value));
    store_expire(&s, key, 0, 50);
    assert_false(store_delete(&s, key, 50));
    store_clear(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_what_is_set),
        cmocka_unit_test(keys_may_hold_any_bytes),
        cmocka_unit_test(grows),
        cmocka_unit_test(expires),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
