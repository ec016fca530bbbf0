// SPDX-License-Identifier: MIT
#include "load/moments.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define MS UINT64_C(1000000)

static void is_since(const struct moments *m, uint64_t version, uint64_t at_ns, bool earlier)
{
    struct moments_since s = moments_since(m, version);
    assert_int_equal(s.at_ns, at_ns);
    assert_int_equal(s.earlier, earlier);
}

static void a_version_is_replaced_by_the_first_newer_one(void **state)
{
    (void)state;
    struct moments m = {0};
    is_since(&m, 0, 0, false); // nothing is known
    moments_add(&m, 1, 10 * MS);
    moments_add(&m, 2, 20 * MS);
    moments_add(&m, 5, 50 * MS); // 3 and 4 were under way at once
    moments_add(&m, 6, 60 * MS);
    is_since(&m, 0, 10 * MS, false);
    is_since(&m, 1, 20 * MS, false);
    is_since(&m, 2, 50 * MS, false);
    is_since(&m, 4, 50 * MS, false);
    is_since(&m, 5, 60 * MS, false);
    is_since(&m, 6, 0, false);
    moments_free(&m);
}

// One that is written seldom has room for two moments, whatever its age; one that is written often for all
// of the last ten seconds.
static void there_is_room_for_what_is_young(void **state)
{
    (void)state;
    struct moments rare = {0}, often = {0};
    for (uint64_t n = 1; n <= 100; n++) {
        moments_add(&rare, n, n * MOMENTS_KEPT_NS);
        moments_add(&often, n, n * MS);
    }
    assert_int_equal(rare.cap, 2);
    is_since(&rare, 98, 99 * MOMENTS_KEPT_NS, false);
    is_since(&rare, 97, 99 * MOMENTS_KEPT_NS, true); // or earlier
    is_since(&rare, 99, 100 * MOMENTS_KEPT_NS, false);
    assert_int_equal(often.cap, 128);
    for (uint64_t n = 0; n < 100; n++)
        is_since(&often, n, (n + 1) * MS, false);
    moments_free(&rare);
    moments_free(&often);
}

static void a_key_has_no_more_than_the_most(void **state)
{
    (void)state;
    struct moments m = {0};
    for (uint64_t n = 1; n <= MOMENTS_MOST + 10; n++)
        moments_add(&m, n, n);
    assert_int_equal(m.cap, MOMENTS_MOST);
    assert_int_equal(m.n, MOMENTS_MOST);
    is_since(&m, 10, 11, false);
    is_since(&m, 9, 11, true);
    is_since(&m, 0, 11, true);
    is_since(&m, MOMENTS_MOST + 9, MOMENTS_MOST + 10, false);
    moments_free(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_version_is_replaced_by_the_first_newer_one),
        cmocka_unit_test(there_is_room_for_what_is_young),
        cmocka_unit_test(a_key_has_no_more_than_the_most),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
