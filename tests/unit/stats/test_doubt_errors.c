// SPDX-License-Identifier: MIT
#include "stats/doubt_errors.h"

#include "stats/recorder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static char text[512];

static void nothing_wrong_is_no_doubt(void **state)
{
    (void)state;
    struct summary s = {.counts = {.ok = 5, .checked = 5}};
    assert_false(doubt_errors_values(&s, text, sizeof text));
    assert_false(doubt_errors_replies(&s, text, sizeof text));
    assert_false(doubt_errors_unexpected(&s, text, sizeof text));
}

static void a_check_of_nothing(void **state)
{
    (void)state;
    struct summary s = {.verified = true, .reads = true, .counts = {.ok = 5000, .unchecked = 4000}};
    assert_true(doubt_errors_unchecked(&s, text, sizeof text));
    assert_string_equal(text,
                        "--verify checked nothing: none of the 4,000 values that were read was written by "
                        "a run with --verify: add --prefill");
    s.counts.unchecked = 0;
    assert_true(doubt_errors_unchecked(&s, text, sizeof text));
    assert_string_equal(text,
                        "--verify checked nothing: it checks the values that GET, GETEX, GETDEL and MGET "
                        "read of keys that SET alone writes, and none of these came: add --prefill, or "
                        "leave out --verify");
    s.counts.checked = 1;
    assert_false(doubt_errors_unchecked(&s, text, sizeof text));
    struct summary writes = {.verified = true, .counts = {.ok = 5}},
                   plain = {.reads = true, .counts = {.ok = 5}};
    assert_false(doubt_errors_unchecked(&writes, text, sizeof text));
    assert_false(doubt_errors_unchecked(&plain, text, sizeof text));
}

static void errors_of_the_server_by_their_first(void **state)
{
    (void)state;
    struct summary s = {.counts = {.ok = 8000, .errors = 2000}};
    tally_add(&s.tally, slice_of("OOM command not allowed"));
    tally_add(&s.tally, slice_of("ERR other"));
    assert_true(doubt_errors_replies(&s, text, sizeof text));
    assert_string_equal(text, "2,000 of 10,000 replies were errors, which cost less than the work they "
                              "refused: fix the cause (\"OOM command not allowed\")");
    assert_false(doubt_errors_unexpected(&s, text, sizeof text));
    assert_false(doubt_errors_values(&s, text, sizeof text));
}

static void a_password_that_is_missing_has_its_cure(void **state)
{
    (void)state;
    struct summary s = {.counts = {.errors = 3}};
    tally_add(&s.tally, slice_of("NOAUTH Authentication required."));
    assert_true(doubt_errors_replies(&s, text, sizeof text));
    assert_string_equal(
        text, "3 of 3 replies were errors, which cost less than the work they refused: give the "
              "server's password with -a, or in REDISCLI_AUTH (\"NOAUTH Authentication required.\")");
}

// Each kind is told once, and none as another.
static void errors_of_three_kinds_are_told_apart(void **state)
{
    (void)state;
    struct summary s = {.counts = {.ok = 93,
                                   .errors = 7,
                                   .unexpected = 2,
                                   .checked = 90,
                                   .corrupted = 1,
                                   .truncated = 1,
                                   .stale = 1,
                                   .wrong_key = 0,
                                   .crossed = 1}};
    tally_add(&s.tally, slice_of(RECORDER_STALE " k is as it was"));
    tally_add(&s.tally, slice_of(RECORDER_UNEXPECTED " :1"));
    tally_add(&s.tally, slice_of("ERR no"));
    assert_true(doubt_errors_values(&s, text, sizeof text));
    assert_string_equal(text,
                        "4 of 90 values that were read are wrong (corrupted 1, truncated 1, stale 1, of "
                        "another key 0, crossed 1): \"" RECORDER_STALE " k is as it was\"");
    assert_true(doubt_errors_unexpected(&s, text, sizeof text));
    assert_non_null(
        strstr(text, "2 of 100 replies were not of the type that this command returns (\"" RECORDER_UNEXPECTED
                     " :1\")"));
    assert_true(doubt_errors_replies(&s, text, sizeof text));
    assert_non_null(strstr(text, "1 of 100 replies were errors"));
    assert_non_null(strstr(text, "(\"ERR no\")"));
}

// A server may say STALE itself, where nothing was checked.
static void a_word_of_the_servers_is_its_own(void **state)
{
    (void)state;
    struct summary s = {.counts = {.ok = 1, .errors = 1}};
    tally_add(&s.tally, slice_of(RECORDER_STALE " of the server's"));
    assert_false(doubt_errors_values(&s, text, sizeof text));
    assert_true(doubt_errors_replies(&s, text, sizeof text));
    assert_non_null(strstr(text, "(\"" RECORDER_STALE " of the server's\")"));
}

static void a_sentence_fits_where_it_goes(void **state)
{
    (void)state;
    struct summary s = {.counts = {.errors = 1}};
    char small[16];
    memset(small, 'x', sizeof small);
    tally_add(&s.tally, slice_of("ERR long"));
    assert_true(doubt_errors_replies(&s, small, sizeof small));
    assert_int_equal(strlen(small), sizeof small - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_wrong_is_no_doubt),
        cmocka_unit_test(a_check_of_nothing),
        cmocka_unit_test(errors_of_the_server_by_their_first),
        cmocka_unit_test(a_password_that_is_missing_has_its_cure),
        cmocka_unit_test(errors_of_three_kinds_are_told_apart),
        cmocka_unit_test(a_word_of_the_servers_is_its_own),
        cmocka_unit_test(a_sentence_fits_where_it_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
