// SPDX-License-Identifier: MIT
#include "stats/tally.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static void add(struct tally *t, const char *text)
{
    tally_add(t, slice_of(text));
}

static void assert_kind(const struct tally_kind *kind, const char *prefix, uint64_t count, const char *first)
{
    assert_string_equal(kind->prefix, prefix);
    assert_int_equal(kind->count, count);
    assert_string_equal(kind->first, first);
}

// a, b, c ... as one-letter prefixes
static void add_letters(struct tally *t, char from, int n)
{
    for (int i = 0; i < n; i++) {
        char text[16];
        snprintf(text, sizeof text, "%c error", from + i);
        add(t, text);
    }
}

static void errors_are_counted_by_their_first_word(void **state)
{
    (void)state;
    struct tally t = {0};
    add(&t, "OOM command not allowed when used memory > 'maxmemory'.");
    add(&t, "ERR unknown command 'X'");
    add(&t, "OOM another text");
    add(&t, "LOADING");
    assert_kind(&t.kinds[0], "OOM", 2, "OOM command not allowed when used memory > 'maxmemory'.");
    assert_kind(&t.kinds[1], "ERR", 1, "ERR unknown command 'X'");
    assert_kind(&t.kinds[2], "LOADING", 1, "LOADING");
    assert_kind(&t.kinds[3], "", 0, "");
}

static void a_prefix_of_a_prefix_is_another(void **state)
{
    (void)state;
    struct tally t = {0};
    add(&t, "ERR x");
    add(&t, "ERRX y");
    assert_kind(&t.kinds[0], "ERR", 1, "ERR x");
    assert_kind(&t.kinds[1], "ERRX", 1, "ERRX y");
}

static void any_bytes_become_printable(void **state)
{
    (void)state;
    struct tally t = {0};
    tally_add(&t, (struct slice){"E\xff\x01 a\0b\r\n", 9});
    tally_add(&t, (struct slice){"", 0});
    add(&t, " leading space");
    assert_kind(&t.kinds[0], "E\\xff\\x01", 1, "E\\xff\\x01 a\\x00b\\r\\n");
    assert_kind(&t.kinds[1], "(none)", 2, "");
    assert_kind(&t.kinds[2], "", 0, "");
}

static void long_texts_are_cut(void **state)
{
    (void)state;
    struct tally t = {0};
    char text[1000];
    memset(text, 'x', sizeof text);
    tally_add(&t, (struct slice){text, sizeof text});
    assert_int_equal(t.kinds[0].count, 1);
    assert_string_equal(t.kinds[0].prefix, "xxxxxxxxxxxxxxxxxxxxxxxxxxxx...");
    assert_int_equal(strlen(t.kinds[0].first), sizeof t.kinds[0].first - 1);
}

static void what_finds_no_room_is_other(void **state)
{
    (void)state;
    struct tally t = {0};
    add_letters(&t, 'a', TALLY_KINDS + 4);
    add(&t, "a again");
    assert_kind(&t.kinds[0], "a", 2, "a error");
    assert_kind(&t.kinds[TALLY_KINDS - 2], "o", 1, "o error");
    assert_kind(&t.kinds[TALLY_KINDS - 1], "(other)", 5, "p error");
}

static void merging_adds_up(void **state)
{
    (void)state;
    struct tally a = {0}, b = {0};
    add(&a, "OOM first");
    add(&b, "ERR mine");
    add(&b, "OOM second");
    add(&b, "OOM third");
    tally_merge(&a, &b);
    assert_kind(&a.kinds[0], "OOM", 3, "OOM first");
    assert_kind(&a.kinds[1], "ERR", 1, "ERR mine");
    assert_kind(&a.kinds[2], "", 0, "");
}

static void merging_full_lists_loses_no_error(void **state)
{
    (void)state;
    struct tally a = {0}, b = {0};
    add_letters(&a, 'a', 10);
    add_letters(&b, 'f', 20); // f to t, the rest in (other)
    tally_merge(&a, &b);
    uint64_t sum = 0;
    for (int i = 0; i < TALLY_KINDS; i++)
        sum += a.kinds[i].count;
    assert_int_equal(sum, 30);
    assert_kind(&a.kinds[5], "f", 2, "f error");
    assert_kind(&a.kinds[14], "o", 1, "o error");
    assert_kind(&a.kinds[15], "(other)", 10, "p error");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_are_counted_by_their_first_word),
        cmocka_unit_test(a_prefix_of_a_prefix_is_another),
        cmocka_unit_test(any_bytes_become_printable),
        cmocka_unit_test(long_texts_are_cut),
        cmocka_unit_test(what_finds_no_room_is_other),
        cmocka_unit_test(merging_adds_up),
        cmocka_unit_test(merging_full_lists_loses_no_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
