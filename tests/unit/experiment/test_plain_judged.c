// SPDX-License-Identifier: MIT
// What a plain run says of its results: each sentence, and the code that comes with it. The results are made
// up, as of a load that was measured elsewhere.
#include "experiment/plain.h"

#include "null.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct plain p;
static char said[512];
static unsigned sentences, tests;

static void tell(void *ctx, const char *sentence)
{
    (void)ctx;
    sentences++;
    snprintf(said, sizeof said, "%s", sentence);
}

static bool tested(void *ctx, const struct summary *s)
{
    (void)ctx;
    (void)s;
    tests++;
    return true;
}

static int begin(void **state)
{
    (void)state;
    p = (struct plain){.on.tested = tested, .conf.workload.tests = "get"};
    said[0] = 0;
    sentences = tests = 0;
    session_begin(&p.session, tell, NULL);
    return 0;
}

static int end(void **state)
{
    (void)state;
    plain_close(&p);
    session_close(&p.session);
    return 0;
}

static struct summary result(void)
{
    return (struct summary){.test = "get", .title = "GET", .counts = {.sent = 10, .ok = 10}};
}

// Hands it over, and answers the code that it makes; what was said before is forgotten.
static int code_of(struct summary s)
{
    struct err err;
    said[0] = 0;
    sentences = 0;
    p.session.outcome.code = 0;
    assert_int_equal(plain_take(&p, &s, &err), 0);
    assert_string_equal(s.test, ""); // it has changed hands
    return p.session.outcome.code;
}

static void silent(struct summary s)
{
    assert_int_equal(code_of(s), OUTCOME_GOOD);
    assert_int_equal(sentences, 0);
}

static void says(struct summary s, int code, const char *sentence)
{
    assert_int_equal(code_of(s), code);
    assert_string_equal(said, sentence);
    assert_int_equal(sentences, 1);
}

// --- how it ended ---

static void a_good_result_needs_no_sentence(void **state)
{
    (void)state;
    silent(result());
    silent(result());
    assert_int_equal(tests, 2);
    assert_int_equal(p.ntests, 2);
}

static void a_test_that_was_skipped_is_told_where_it_was_asked_for(void **state)
{
    (void)state;
    struct summary s = {
        .test = "get", .title = "GET", .ending = ENDING_SKIPPED, .note = "ERR unknown command"};
    says(s, OUTCOME_RUN, "GET skipped: ERR unknown command");
    p.conf.workload.tests = NULL; // of the default list there is one line for all of them
    silent(s);
    p.conf.workload.command.n = 1;
    says(s, OUTCOME_RUN, "GET skipped: ERR unknown command");
}

static void an_end_before_its_time_is_told_with_its_note(void **state)
{
    (void)state;
    struct summary s = result();
    s.ending = ENDING_LOST;
    s.counts.abandoned = s.counts.lost = 3;
    s.counts.unsent = 4;
    says(s, OUTCOME_RUN, "GET: 7 requests were not answered");
    s.ending = ENDING_STALLED;
    says(s, OUTCOME_RUN, "GET: 7 requests were not answered");
    snprintf(s.note, sizeof s.note, "no answer for 5 s");
    says(s, OUTCOME_RUN, "GET: no answer for 5 s");
    s.ending = ENDING_DONE;
    says(s, OUTCOME_RUN, "GET: no answer for 5 s");
    s.ending = ENDING_INTERRUPTED; // for which there is a sentence of the whole
    p.session.stop.signal = SIGINT;
    silent(s);
}

// Those that were given up in good time are counted, and are no failure of the end.
static void what_is_still_waited_for_is_a_failure(void **state)
{
    (void)state;
    struct summary s = result();
    s.counts.abandoned = 5;
    says(s, OUTCOME_RUN, "GET: 5 requests were not answered");
    s.counts.timeouts = 3;
    s.counts.lost = 2;
    silent(s);
    s.counts.abandoned = 6;
    says(s, OUTCOME_RUN, "GET: 6 requests were not answered");
    p.session.stop.signal = SIGTERM; // whoever ends it knows that some are left
    silent(s);
}

static void a_whole_without_one_of_its_generators_is_a_failure(void **state)
{
    (void)state;
    struct generator one = {.host = "n1"};
    struct summary s = result();
    s.generators.asked = 3;
    assert_int_equal(generators_add(&s.generators, &one), 0);
    says(s, OUTCOME_RUN, "GET: 2 of 3 generators missing: the load was less than asked for");
}

// --- what speaks against it ---

static struct summary doubted(struct doubt a, struct doubt b, unsigned n)
{
    struct summary s = result();
    s.doubts = calloc(2, sizeof *s.doubts);
    assert_non_null(s.doubts);
    snprintf(a.text, sizeof a.text, "first");
    snprintf(b.text, sizeof b.text, "second");
    s.doubts[0] = a;
    s.doubts[1] = b;
    s.ndoubts = n;
    return s;
}

static const struct doubt doubt, mild = {.mild = true}, failure = {.failure = true},
                                 wrong = {.failure = true, .wrong = true};

static void a_doubt_is_said_where_no_report_has_it(void **state)
{
    (void)state;
    says(doubted(doubt, doubt, 1), OUTCOME_GOOD, "GET: first");
    silent(doubted(mild, doubt, 1)); // not worth a word
    p.conf.doubts_shown = true;
    silent(doubted(doubt, doubt, 2));
    p.conf.doubts_shown = false;
    p.conf.compat = true; // who stands in for another tool is quiet as long as all is well
    silent(doubted(doubt, doubt, 2));
}

static void a_failure_is_told_whatever_the_report_has(void **state)
{
    (void)state;
    for (int shown = 0; shown < 2; shown++) {
        p.conf.doubts_shown = shown;
        says(doubted(failure, doubt, 1), OUTCOME_RUN, "GET: first");
        says(doubted(wrong, doubt, 1), OUTCOME_VALUES, "GET: first");
    }
    assert_int_equal(code_of(doubted(failure, wrong, 2)), OUTCOME_VALUES); // the worse of two
    assert_int_equal(sentences, 2);
}

static void strictness_makes_a_failure_of_a_doubt(void **state)
{
    (void)state;
    p.conf.strict = true;
    says(doubted(doubt, doubt, 1), OUTCOME_DOUBT, "GET: --strict: first");
    says(doubted(mild, doubt, 1), OUTCOME_DOUBT, "GET: --strict: first");
    assert_int_equal(code_of(doubted(doubt, mild, 2)), OUTCOME_DOUBT);
    assert_int_equal(sentences, 2);
    silent(result());
    p.conf.doubts_shown = true; // they stand in the report: one sentence does
    says(doubted(doubt, doubt, 1), OUTCOME_DOUBT, "GET: --strict: 1 doubt about the result");
    says(doubted(doubt, mild, 2), OUTCOME_DOUBT, "GET: --strict: 2 doubts about the result");
}

// --- in the place of another tool ---

static void an_error_ends_it_as_it_does_there(void **state)
{
    (void)state;
    struct summary s = result();
    s.counts.errors = 1;
    snprintf(s.tally.kinds[0].first, sizeof s.tally.kinds[0].first, "OOM no room");
    assert_false(plain_refused(&p, &s));
    silent(s); // of which the report tells
    p.conf.compat = true;
    assert_true(plain_refused(&p, &s));
    says(s, OUTCOME_RUN, "Error from server: OOM no room");
    s.ending = ENDING_SKIPPED;
    assert_false(plain_refused(&p, &s));
    s.ending = ENDING_DONE;
    s.counts.errors = 0;
    assert_false(plain_refused(&p, &s));
}

// --- runs ---

static void ignore(void *ctx, bool suite)
{
    (void)ctx;
    (void)suite;
}

static int run(struct workload w)
{
    struct err err = {0};
    p.conf.workload = w;
    p.on.passed = ignore;
    assert_int_equal(plain_open(&p, &err), 0);
    plain_run(&p);
    return p.session.outcome.code;
}

static struct workload served(const char *names)
{
    struct workload w = null_workload(names);
    w.embedded = true;
    w.run.engine = ENGINE_EPOLL;
    return w;
}

// Nobody asked for those that the server lacks: they are one line.
static void tests_that_a_server_lacks_are_one_line(void **state)
{
    (void)state;
    p.conf.doubts_shown = true;
    assert_int_equal(run(served(NULL)), OUTCOME_GOOD);
    assert_int_equal(sentences, 1);
    unsigned n = 0;
    assert_int_equal(sscanf(said, "skipped %u tests that the server does not support: lpush", &n), 1);
    unsigned skipped = 0;
    for (size_t i = 0; i < p.ntests; i++)
        skipped += p.tests[i].ending == ENDING_SKIPPED;
    assert_int_equal(n, skipped);
}

static void keys_alone_are_written_once_each(void **state)
{
    (void)state;
    struct workload w = served("get");
    w.run.prefill = true;
    w.run.upkeep = UPKEEP_FILL;
    p.conf.doubts_shown = true;
    assert_int_equal(run(w), OUTCOME_GOOD);
    assert_int_equal(p.ntests, 1);
    assert_string_equal(p.tests[0].test, "prefill");
    assert_int_equal(p.tests[0].counts.ok, 10);
}

static void where_there_is_nothing_to_write_that_is_a_failure(void **state)
{
    (void)state;
    struct workload w = served("ping_mbulk");
    w.run.prefill = true;
    w.run.upkeep = UPKEEP_FILL;
    assert_int_equal(run(w), OUTCOME_RUN);
    assert_int_equal(p.ntests, 0);
    assert_int_equal(sentences, 2); // which test, and that it was all
    assert_string_equal(said, "--prefill-only: there was nothing to write");
}

static void a_prefill_without_effect_is_told(void **state)
{
    (void)state;
    struct workload w = served("ping_mbulk");
    w.run.prefill = true;
    p.conf.doubts_shown = true;
    assert_int_equal(run(w), OUTCOME_GOOD);
    assert_string_equal(said, "--prefill has no effect on PING_MBULK");
    assert_int_equal(p.ntests, 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
    const struct CMUnitTest all[] = {
        TEST(a_good_result_needs_no_sentence),
        TEST(a_test_that_was_skipped_is_told_where_it_was_asked_for),
        TEST(an_end_before_its_time_is_told_with_its_note),
        TEST(what_is_still_waited_for_is_a_failure),
        TEST(a_whole_without_one_of_its_generators_is_a_failure),
        TEST(a_doubt_is_said_where_no_report_has_it),
        TEST(a_failure_is_told_whatever_the_report_has),
        TEST(strictness_makes_a_failure_of_a_doubt),
        TEST(an_error_ends_it_as_it_does_there),
        TEST(tests_that_a_server_lacks_are_one_line),
        TEST(keys_alone_are_written_once_each),
        TEST(where_there_is_nothing_to_write_that_is_a_failure),
        TEST(a_prefill_without_effect_is_told),
    };
    return cmocka_run_group_tests(all, NULL, NULL);
}
