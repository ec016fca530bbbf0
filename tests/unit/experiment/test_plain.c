// SPDX-License-Identifier: MIT
// A plain run without a terminal: the null engine answers in memory.
#include "experiment/plain.h"

#include "null.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

// What came back of it.
struct heard {
    unsigned tests, passes, asserted, failed, sentences;
    unsigned enough; // of tests; 0: never
    char last[64];   // test
    uint64_t ok;
};

static void tell(void *ctx, const char *sentence)
{
    struct heard *h = ctx;
    (void)sentence;
    h->sentences++;
}

static bool tested(void *ctx, const struct summary *s)
{
    struct heard *h = ctx;
    h->ok += s->counts.ok;
    snprintf(h->last, sizeof h->last, "%s", s->test);
    return ++h->tests != h->enough;
}

static void passed(void *ctx, bool suite)
{
    struct heard *h = ctx;
    (void)suite;
    h->passes++;
}

static void asserted(void *ctx, const struct assertion_result *list, size_t n)
{
    struct heard *h = ctx;
    h->asserted += (unsigned)n;
    for (size_t i = 0; i < n; i++)
        h->failed += !list[i].held;
}

static struct plain plain_of(const char *tests, struct heard *h)
{
    struct plain p = {.on = {tested, passed, asserted, h}};
    p.conf.workload = null_workload(tests);
    p.conf.doubts_shown = true;
    return p;
}

// Runs it to its end and answers the exit code.
static int run(struct plain *p, struct heard *h)
{
    struct err err = {0};
    session_begin(&p->session, tell, h);
    assert_int_equal(plain_open(p, &err), 0);
    plain_run(p);
    plain_assert(p);
    session_settle(&p->session, p->ntests > 0);
    session_close(&p->session);
    int code = p->session.outcome.code;
    plain_close(p);
    return code;
}

static void each_test_is_handed_over_once_and_then_the_pass(void **state)
{
    (void)state;
    struct heard h = {0};
    struct plain p = plain_of("get,set", &h);
    assert_int_equal(run(&p, &h), 0);
    assert_int_equal(h.tests, 2);
    assert_string_equal(h.last, "get");
    assert_int_equal(h.ok, 200);
    assert_int_equal(h.passes, 1);
    assert_int_equal(h.sentences, 0);
}

static void it_ends_when_nobody_wants_another(void **state)
{
    (void)state;
    struct heard h = {.enough = 1};
    struct plain p = plain_of("get,set", &h);
    p.conf.loop = true;
    assert_int_equal(run(&p, &h), 0);
    assert_int_equal(h.tests, 1);
}

static void a_loop_goes_on_until_nobody_wants_another(void **state)
{
    (void)state;
    struct heard h = {.enough = 5};
    struct plain p = plain_of("get,set", &h);
    p.conf.loop = true;
    assert_int_equal(run(&p, &h), 0);
    assert_int_equal(h.tests, 5);
    assert_string_equal(h.last, "set");
}

static void a_command_of_the_users_stands_in_for_all_tests(void **state)
{
    (void)state;
    struct heard h = {0};
    struct slice words[] = {slice_of("GET"), slice_of("x")};
    struct plain p = plain_of("get,set", &h);
    p.conf.workload.command = (struct words){.at = words, .n = 2};
    assert_int_equal(run(&p, &h), 0);
    assert_int_equal(h.tests, 1);
    assert_string_equal(h.last, "command");
}

static void an_assertion_that_fails_makes_the_code_and_a_sentence(void **state)
{
    (void)state;
    struct heard h = {0};
    struct err err;
    struct assertion asserts[2];
    assert_int_equal(assertion_parse("set.rps>0", &asserts[0], &err), 0);
    assert_int_equal(assertion_parse("set.rps<1", &asserts[1], &err), 0);
    struct plain p = plain_of("set", &h);
    p.conf.asserts = asserts;
    p.conf.nasserts = 2;
    assert_int_equal(run(&p, &h), OUTCOME_ASSERT);
    assert_int_equal(h.asserted, 2);
    assert_int_equal(h.failed, 1);
    assert_int_equal(h.sentences, 1);
}

static void an_address_that_cannot_be_is_an_error(void **state)
{
    (void)state;
    struct heard h = {0};
    struct err err = {0};
    struct plain p = plain_of("set", &h);
    char path[256] = "/"; // longer than an address may be
    memset(path + 1, 'x', sizeof path - 2);
    p.conf.workload.run.unix_path = path;
    session_begin(&p.session, tell, &h);
    assert_int_equal(plain_open(&p, &err), -1);
    assert_true(err.text[0] != 0);
    plain_close(&p);
    assert_int_equal(h.tests, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_test_is_handed_over_once_and_then_the_pass),
        cmocka_unit_test(it_ends_when_nobody_wants_another),
        cmocka_unit_test(a_loop_goes_on_until_nobody_wants_another),
        cmocka_unit_test(a_command_of_the_users_stands_in_for_all_tests),
        cmocka_unit_test(an_assertion_that_fails_makes_the_code_and_a_sentence),
        cmocka_unit_test(an_address_that_cannot_be_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
