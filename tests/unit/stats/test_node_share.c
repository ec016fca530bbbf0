// SPDX-License-Identifier: MIT
#include "stats/node_share.h"

#include "stats/hist.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct node_shares s;

static void found(const char *addr, uint64_t ok, uint64_t errors, uint64_t moved)
{
    struct node_share n = {.counts = {.ok = ok, .errors = errors, .moved = moved}, .latency = hist_new(2)};
    snprintf(n.addr, sizeof n.addr, "%s", addr);
    hist_record(n.latency, 1000, ok);
    assert_int_equal(node_shares_add(&s, &n), 0);
    hist_free(n.latency);
}

static void what_workers_found_adds_up(void **state)
{
    (void)state;
    found("a:1", 10, 0, 1);
    assert_null(node_shares_hottest(&s)); // it is alone
    found("b:1", 50, 10, 0);
    found("a:1", 30, 0, 2);
    assert_int_equal(s.n, 2);
    assert_int_equal(s.at[0].counts.ok, 40);
    assert_int_equal(s.at[0].counts.moved, 3);
    assert_int_equal(hist_count(s.at[0].latency), 40);
    assert_ptr_equal(node_shares_hottest(&s), &s.at[1]);
    assert_int_equal((int)(1000 * node_shares_part(&s, &s.at[1])), 600);
    node_shares_free(&s);
    assert_int_equal(s.n, 0);
}

static void of_no_answers_none_is_hottest(void **state)
{
    (void)state;
    found("a:1", 0, 0, 1);
    found("b:1", 0, 0, 0);
    assert_null(node_shares_hottest(&s));
    assert_true(node_shares_part(&s, &s.at[0]) == 0);
    node_shares_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_workers_found_adds_up),
        cmocka_unit_test(of_no_answers_none_is_hottest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
