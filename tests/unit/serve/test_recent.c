// SPDX-License-Identifier: MIT
#include "serve/recent.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct recent r;

// Names key:n, whose value is v:n.
static void names(unsigned n)
{
    char key[32], value[32];
    snprintf(key, sizeof key, "key:%u", n);
    snprintf(value, sizeof value, "v:%u", n);
    recent_add(&r, slice_of(key), slice_of(value));
}

static void finds(const char *value)
{
    struct slice found = {0};
    assert_int_equal(recent_old(&r, &found), value != NULL);
    if (value && !slice_is(found, value))
        fail_msg("%.*s and not %s", (int)found.len, found.at, value);
}

static int forget(void **state)
{
    (void)state;
    recent_free(&r);
    recent_free(&r); // a second time there is nothing
    return 0;
}

static void what_was_named_of_late_is_not_old(void **state)
{
    (void)state;
    finds(NULL);
    for (unsigned i = 0; i < RECENT_APART; i++) {
        names(i);
        finds(NULL);
    }
    names(RECENT_APART);
    finds("v:0");
    names(0); // once more: it is no old one any more
    finds("v:1");
}

// It is late as long as it is among the last RECENT_APART, the first of them too.
static void late_ends_where_it_is_said(void **state)
{
    (void)state;
    names(0);
    names(0);
    for (unsigned i = 1; i < RECENT_APART; i++)
        names(i);
    finds(NULL);
    names(RECENT_APART);
    finds("v:0");
}

static void the_oldest_that_is_kept_comes_first(void **state)
{
    (void)state;
    for (unsigned i = 0; i < RECENT_KEPT; i++)
        names(i);
    finds("v:0");
    names(RECENT_KEPT);
    finds("v:1"); // the first one's place is taken
    for (unsigned i = RECENT_KEPT + 1; i < 2 * RECENT_KEPT + 700; i++)
        names(i);
    char oldest[32];
    snprintf(oldest, sizeof oldest, "v:%u", RECENT_KEPT + 700);
    finds(oldest);
}

static void what_had_no_value_gives_none(void **state)
{
    (void)state;
    recent_add(&r, slice_of("missing"), (struct slice){"", 0});
    for (unsigned i = 0; i < RECENT_APART; i++)
        names(i);
    finds(NULL);
    names(RECENT_APART);
    finds("v:0");
}

// Keys and values are copies, of any bytes.
static void bytes_stay_what_they_were(void **state)
{
    (void)state;
    char key[] = "k\0a", value[] = "v\0b";
    struct slice found;
    recent_add(&r, (struct slice){key, 3}, (struct slice){value, 3});
    memset(key, 'x', 3);
    memset(value, 'x', 3);
    for (unsigned i = 0; i < RECENT_APART - 1; i++)
        names(i);
    recent_add(&r, (struct slice){"k\0b", 3},
               (struct slice){"", 0}); // another, though a string would not say
    assert_true(recent_old(&r, &found));
    assert_int_equal(found.len, 3);
    assert_memory_equal(found.at, "v\0b", 3);
    recent_add(&r, (struct slice){"k\0a", 3}, (struct slice){"", 0});
    finds("v:0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(what_was_named_of_late_is_not_old, forget),
        cmocka_unit_test_teardown(late_ends_where_it_is_said, forget),
        cmocka_unit_test_teardown(the_oldest_that_is_kept_comes_first, forget),
        cmocka_unit_test_teardown(what_had_no_value_gives_none, forget),
        cmocka_unit_test_teardown(bytes_stay_what_they_were, forget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
