// SPDX-License-Identifier: MIT
// How far replicas were behind, in documents; the text is in test_text_lines.c.
#include "report/run/staleness.h"

#include "../fixture.h"
#include "../json_path.h"

static void where_no_replica_was_checked_it_is_null(void **state)
{
    struct summary s = fixture_set();
    (void)state;
    json_t *j = staleness_json(&s);
    assert_true(json_is_null(j));
    json_decref(j);
    summary_free(&s);
}

static void shares_and_ages(void **state)
{
    struct summary s = fixture_set();
    (void)state;
    assert_int_equal(staleness_init(&s.staleness, 3), 0);
    json_t *j = staleness_json(&s);
    assert_count(j, "values", 0);
    assert_null_at(j, "stale_share");
    assert_null_at(j, "age_ns");
    json_decref(j);
    s.counts.replica_values = 200;
    s.counts.replica_stale = 50;
    for (uint64_t n = 1; n <= 50; n++)
        staleness_add(&s.staleness, 1000 * n, n, n > 47);
    j = staleness_json(&s);
    assert_count(j, "values", 200);
    assert_count(j, "stale", 50);
    assert_real(j, "stale_share", 0.25);
    assert_count(j, "at_least", 3);
    assert_count(j, "versions_behind_max", 50);
    assert_in_range(json_integer_value(at(j, "age_ns.p50")), 25000, 25015);
    assert_count(j, "age_ns.max", 50000);
    json_decref(j);
    summary_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(where_no_replica_was_checked_it_is_null),
        cmocka_unit_test(shares_and_ages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
