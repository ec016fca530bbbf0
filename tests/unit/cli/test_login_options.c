// SPDX-License-Identifier: MIT
#include "cli/login_options.h"

#include "cli/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LEN(a) (sizeof(a) / sizeof *(a))

static struct options o;
static char *argv_of[48];
static char argv_text[512];
static struct err err;

// The whole line, argv[0] included; it stays readable in argv_of.
static int parse(const char *line)
{
    int argc = 0;
    options_free(&o);
    err = (struct err){0};
    snprintf(argv_text, sizeof argv_text, "%s", line);
    for (char *save, *w = strtok_r(argv_text, " ", &save); w; w = strtok_r(NULL, " ", &save))
        argv_of[argc++] = strcmp(w, "\"\"") == 0 ? w + 2 : w;
    argv_of[argc] = NULL;
    return options_parse(&o, argc, argv_of, &err);
}

static void ok(const char *line)
{
    if (parse(line) < 0)
        fail_msg("%s: %s", line, err.text);
}

static void refused(const char *line, const char *sentence)
{
    if (parse(line) == 0)
        fail_msg("%s was taken", line);
    assert_int_equal(err.code, ERR_USAGE);
    assert_string_equal(err.text, sentence);
    for (size_t i = 0; i < LEN(o.owned); i++)
        assert_null(o.owned[i]);
}

static int clean(void **state)
{
    (void)state;
    unsetenv("REDISCLI_AUTH");
    unsetenv("HKV_BENCH_AUTH");
    return 0;
}

static int release(void **state)
{
    (void)state;
    options_free(&o);
    return 0;
}

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
