// SPDX-License-Identifier: MIT
#include "cli/login_options.h"

#include "line.h"

static void password_from_the_environment(void **state)
{
    (void)state;
    setenv("REDISCLI_AUTH", "envpw", 1);
    ok("hkv-bench --user joe");
    assert_string_equal(o.run.password, "envpw");
    assert_string_equal(o.run.user, "joe");
    ok("redis-benchmark");
    assert_string_equal(o.run.password, "envpw");
    ok("hkv-bench -a mine");
    assert_string_equal(o.run.password, "mine");
    ok("hkv-bench -u redis://:uripw@h");
    assert_string_equal(o.run.password, "uripw");
    ok("hkv-bench --embedded"); // which has no AUTH
    assert_null(o.run.password);
    setenv("HKV_BENCH_AUTH", "ours", 1);
    ok("hkv-bench");
    assert_string_equal(o.run.password, "ours");
    ok("hkv-bench -a mine");
    assert_string_equal(o.run.password, "mine");
    setenv("HKV_BENCH_AUTH", "", 1);
    ok("hkv-bench");
    assert_string_equal(o.run.password, "envpw");
    setenv("REDISCLI_AUTH", "", 1);
    ok("hkv-bench");
    assert_null(o.run.password);
}

static void tracking_by_two_names(void **state)
{
    (void)state;
    ok("hkv-bench -3 --enable-tracking");
    assert_int_equal(o.run.tracking, TRACKING_ON);
    assert_true(o.run.resp3);
    ok("hkv-bench --resp3 --tracking bcast");
    assert_int_equal(o.run.tracking, TRACKING_BCAST);
    ok("redis-benchmark --enable-tracking"); // which tracks on RESP2 connections too
    assert_int_equal(o.run.tracking, TRACKING_ON);
    assert_false(o.run.resp3);
    ok("hkv-bench");
    assert_int_equal(o.run.tracking, TRACKING_OFF);
    assert_null(o.run.client_name);
    assert_false(o.run.client_info);
}

static void refusals(void **state)
{
    (void)state;
    static const struct {
        const char *line, *sentence;
    } known[] = {
        {"hkv-bench -a pw --askpass", "--askpass and -a both give a password: give one of them"},
        {"hkv-bench -u redis://:pw@h --askpass",
         "--askpass and the URI both give a password: give one of them"},
        {"hkv-bench --tracking bcast",
         "--tracking needs RESP3, without which no invalidation arrives: give -3 too"},
        {"hkv-bench --enable-tracking",
         "--enable-tracking needs RESP3, without which no invalidation arrives: give -3 too"},
        {"hkv-bench -3 --enable-tracking --tracking optin",
         "--enable-tracking is --tracking on: leave it out beside another --tracking"},
    };
    for (size_t i = 0; i < LEN(known); i++)
        refused(known[i].line, known[i].sentence);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, clean, release)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(password_from_the_environment),
        TEST(tracking_by_two_names),
        TEST(refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
