// SPDX-License-Identifier: MIT
#include "stats/freeze.h"

#include "stats/doubt.h"
#include "stats/verdict.h"

#include "parts.h"

static void what_is_found_stays_in_the_result(void **state)
{
    (void)state;
    struct summary s = parts_summary(0, 4);
    struct verdict now;
    struct doubt list[DOUBTS_MAX];
    s.counts.errors = 3;
    assert_null(s.doubts);
    assert_int_equal(freeze_summary(&s), 0);
    verdict_of(&s, &now);
    assert_int_equal(s.verdict.limit, now.limit);
    assert_string_equal(s.verdict.why, now.why);
    assert_int_equal(s.ndoubts, doubts_of(&s, list));
    for (unsigned i = 0; i < s.ndoubts; i++) {
        assert_string_equal(s.doubts[i].name, list[i].name);
        assert_string_equal(s.doubts[i].text, list[i].text);
        assert_true(i == 0 || s.doubts[i].rule > s.doubts[i - 1].rule); // worst first
    }
    summary_free(&s);
    assert_null(s.doubts);
    assert_int_equal(s.ndoubts, 0);
}

// A doubt that follows from the verdict goes by the one that was frozen with it.
static void doubts_go_by_the_verdict(void **state)
{
    (void)state;
    static struct thread_share share = {.user_s = 9.5};
    struct summary s = {.title = "GET", .wall_ns = 10000000000, .workers = 1, .shares = &share};
    s.load.threads = 1;
    s.load.keyspace = -1;
    s.counts = (struct counts){.sent = 5000, .ok = 5000};
    assert_int_equal(freeze_summary(&s), 0);
    assert_int_equal(s.verdict.limit, LIMIT_CLIENT);
    assert_int_equal(s.ndoubts, 1);
    assert_string_equal(s.doubts[0].name, "client-limited");
    share.user_s = 1;
    assert_int_equal(freeze_summary(&s), 0); // again: what was known before is gone
    assert_int_equal(s.verdict.limit, LIMIT_UNKNOWN);
    assert_int_equal(s.ndoubts, 0);
    s.shares = NULL;
    summary_free(&s);
}

static void of_a_test_that_was_skipped_nothing_is_doubted(void **state)
{
    (void)state;
    struct summary s = {.title = "MGET", .ending = ENDING_SKIPPED, .counts.errors = 1};
    assert_int_equal(freeze_summary(&s), 0);
    assert_int_equal(s.ndoubts, 0);
    assert_int_equal(s.verdict.limit, LIMIT_UNKNOWN);
    summary_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_found_stays_in_the_result),
        cmocka_unit_test(doubts_go_by_the_verdict),
        cmocka_unit_test(of_a_test_that_was_skipped_nothing_is_doubted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
