// SPDX-License-Identifier: MIT
#include "load/versions.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { A = 1, B = 2 };

static uint64_t least(struct version_key *k, uint32_t owner)
{
    return versions_least(k, versions_read(k, owner));
}

static void what_was_answered_replaces_what_was_before(void **state)
{
    (void)state;
    struct version_key k = {0};
    assert_int_equal(least(&k, B), 0);
    for (uint64_t n = 1; n <= 3; n++) {
        struct version_write w = versions_write(&k, A);
        assert_int_equal(w.version, n);
        assert_int_equal(least(&k, B), n - 1); // not yet
        versions_wrote(&k, w.replaces, true);
        assert_int_equal(least(&k, B), n);
    }
}

// Two connections write at once: either may have been the last.
static void nobody_knows_the_order_of_two(void **state)
{
    (void)state;
    struct version_key k = {0};
    struct version_write first = versions_write(&k, A);
    versions_wrote(&k, first.replaces, true);
    struct version_write a = versions_write(&k, A), b = versions_write(&k, B);
    versions_wrote(&k, b.replaces, true);
    assert_int_equal(least(&k, A), 2); // the first is gone, whichever came last
    versions_wrote(&k, a.replaces, true);
    assert_int_equal(least(&k, A), 2);
    struct version_write c = versions_write(&k, B); // after both
    versions_wrote(&k, c.replaces, true);
    assert_int_equal(least(&k, A), 4);
}

// On one connection a read finds what was written before it, though that had no answer when it left.
static void one_connection_has_an_order(void **state)
{
    (void)state;
    struct version_key k = {0};
    struct version_write a = versions_write(&k, A), b = versions_write(&k, A);
    struct version_read own = versions_read(&k, A), other = versions_read(&k, B);
    struct version_write later = versions_write(&k, A);
    versions_wrote(&k, a.replaces, true);
    versions_wrote(&k, b.replaces, true);
    versions_wrote(&k, later.replaces, true);
    assert_int_equal(versions_least(&k, own), 2);
    assert_int_equal(versions_least(&k, other), 0);
    assert_int_equal(least(&k, B), 3);
}

static void what_was_refused_replaces_nothing(void **state)
{
    (void)state;
    struct version_key k = {0};
    struct version_write a = versions_write(&k, A);
    struct version_read r = versions_read(&k, A);
    versions_wrote(&k, a.replaces, false);
    assert_int_equal(versions_least(&k, r), 0);
}

// A write that was lost with its connection may be done at any later time.
static void what_was_lost_leaves_all_open(void **state)
{
    (void)state;
    struct version_key k = {0};
    versions_write(&k, A);
    versions_lost(&k);
    struct version_write b = versions_write(&k, A);
    versions_wrote(&k, b.replaces, true);
    assert_int_equal(least(&k, A), 1); // nothing is below that
}

// Sent once more, it may be done a second time at any later time; it itself is no longer before anything.
static void what_leaves_again_may_come_back(void **state)
{
    (void)state;
    struct version_key k = {0};
    struct version_write old = versions_write(&k, A);
    versions_wrote(&k, old.replaces, true);
    struct version_write twice = versions_write(&k, A);
    versions_again(&k);
    assert_int_equal(least(&k, B), 1);
    versions_wrote(&k, twice.replaces, true);
    assert_int_equal(least(&k, B), 2); // the one before is gone, whichever of the two was done
    for (uint32_t owner = A; owner <= B; owner++) {
        struct version_write later = versions_write(&k, owner);
        versions_wrote(&k, later.replaces, true);
        assert_int_equal(least(&k, owner), 2); // which may be written over them
    }
}

// Whose connection is not known: one by itself replaces all before it, of two at once nothing is said.
static void by_an_unknown_connection_there_is_no_order(void **state)
{
    (void)state;
    struct version_key k = {0};
    struct version_write a = versions_write(&k, VERSIONS_MANY);
    assert_int_equal(versions_read(&k, VERSIONS_MANY).upto, 0);
    versions_wrote(&k, a.replaces, true);
    assert_int_equal(least(&k, VERSIONS_MANY), 1);
    struct version_write b = versions_write(&k, VERSIONS_MANY), c = versions_write(&k, VERSIONS_MANY);
    versions_wrote(&k, c.replaces, true);
    versions_wrote(&k, b.replaces, true);
    assert_int_equal(least(&k, VERSIONS_MANY), 2);
}

static void since_when_a_version_is_replaced(void **state)
{
    (void)state;
    struct version_key k = {0};
    struct moments m = {0};
    for (uint64_t n = 1; n <= 3; n++) {
        struct version_write w = versions_write(&k, VERSIONS_MANY);
        versions_done(&k, &m, w.replaces, 100 * n);
    }
    assert_int_equal(k.open, 0);
    assert_int_equal(least(&k, VERSIONS_MANY), 3);
    assert_int_equal(versions_since(&k, &m, 1).at_ns, 200);
    assert_int_equal(versions_since(&k, &m, 2).at_ns, 300);
    assert_false(versions_since(&k, &m, 1).earlier);
    struct version_write a = versions_write(&k, A), b = versions_write(&k, B);
    versions_done(&k, &m, b.replaces, 500); // 4 or 5 is there: 3 is not
    versions_done(&k, &m, a.replaces, 600);
    assert_int_equal(versions_since(&k, &m, 3).at_ns, 500);
    assert_int_equal(m.n, 4);
    moments_free(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_answered_replaces_what_was_before),
        cmocka_unit_test(nobody_knows_the_order_of_two),
        cmocka_unit_test(one_connection_has_an_order),
        cmocka_unit_test(what_was_refused_replaces_nothing),
        cmocka_unit_test(what_was_lost_leaves_all_open),
        cmocka_unit_test(what_leaves_again_may_come_back),
        cmocka_unit_test(by_an_unknown_connection_there_is_no_order),
        cmocka_unit_test(since_when_a_version_is_replaced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
