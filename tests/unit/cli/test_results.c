// SPDX-License-Identifier: MIT
#include "cli/results.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static int write_code(FILE *out, const void *what, struct err *err)
{
    const struct session *s = what;
    (void)err;
    return fprintf(out, "{\"exit_code\": %d}", s->facts.exit_code) > 0 ? 0 : -1;
}

static int refuse(FILE *out, const void *what, struct err *err)
{
    (void)out;
    (void)what;
    return err_set(err, ERR_RUN, "there is no such document");
}

static void what_never_began_closes_no_descriptor_of_others(void **state)
{
    (void)state;
    struct session s = {0};
    struct results r = {0};
    results_begin(&r, &s, NULL);
    assert_int_equal(results_close(&r), 0);
    assert_true(fcntl(STDIN_FILENO, F_GETFD) >= 0);
}

static void the_document_tells_the_code_with_which_it_ends(void **state)
{
    (void)state;
    struct session s = {0};
    struct results r = {0};
    char *text = NULL;
    size_t len = 0;
    results_begin(&r, &s, NULL);
    r.json = open_memstream(&text, &len);
    outcome_raise(&s.outcome, OUTCOME_DOUBT, "a doubt");
    results_settle(&r, true);
    results_keep(&r, &(struct document){.record.n = 1, .write = write_code, .what = &s});
    assert_null(r.json);
    assert_int_equal(results_close(&r), OUTCOME_DOUBT);
    char expected[32];
    snprintf(expected, sizeof expected, "{\"exit_code\": %d}", OUTCOME_DOUBT);
    assert_string_equal(text, expected);
    free(text);
}

static void a_document_that_cannot_be_written_makes_the_run_fail(void **state)
{
    (void)state;
    struct session s = {0};
    struct results r = {0};
    results_begin(&r, &s, NULL);
    r.json = fopen("/dev/null", "w");
    results_keep(&r, &(struct document){.record.n = 1, .write = refuse});
    assert_int_equal(results_close(&r), OUTCOME_RUN);
}

static void a_file_that_is_full_makes_the_run_fail(void **state)
{
    (void)state;
    struct session s = {0};
    struct results r = {0};
    results_begin(&r, &s, NULL);
    r.json = fopen("/dev/full", "w");
    results_keep(&r, &(struct document){.record.n = 1, .write = write_code, .what = &s});
    assert_int_equal(results_close(&r), OUTCOME_RUN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_never_began_closes_no_descriptor_of_others),
        cmocka_unit_test(the_document_tells_the_code_with_which_it_ends),
        cmocka_unit_test(a_document_that_cannot_be_written_makes_the_run_fail),
        cmocka_unit_test(a_file_that_is_full_makes_the_run_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
