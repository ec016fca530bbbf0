// SPDX-License-Identifier: MIT
#include "experiment/outcome.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

// What the user was told.
struct ear {
    unsigned n;
    char last[1100];
};

static void listen(void *ctx, const char *sentence)
{
    struct ear *ear = ctx;
    ear->n++;
    snprintf(ear->last, sizeof ear->last, "%s", sentence);
}

static int after(int first, int second)
{
    struct ear ear = {0};
    struct outcome o = {.tell = listen, .ctx = &ear};
    outcome_raise(&o, (enum outcome_code)first, "first");
    outcome_raise(&o, (enum outcome_code)second, "second");
    assert_int_equal(ear.n, 2);
    return o.code;
}

// Whichever comes first.
static void the_worse_of_two_stays(void **state)
{
    static const int rising[] = {OUTCOME_OPEN, OUTCOME_WORSE,  OUTCOME_DOUBT,
                                 OUTCOME_RUN,  OUTCOME_VALUES, OUTCOME_SIGNAL + SIGINT};
    size_t n = sizeof rising / sizeof *rising;
    (void)state;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++)
            assert_int_equal(after(rising[i], rising[k]), rising[i > k ? i : k]);
}

static void of_what_broke_the_run_the_first_counts(void **state)
{
    (void)state;
    assert_int_equal(after(OUTCOME_CONNECT, OUTCOME_RUN), OUTCOME_CONNECT);
    assert_int_equal(after(OUTCOME_RUN, OUTCOME_CONNECT), OUTCOME_RUN);
    assert_int_equal(after(OUTCOME_USAGE, OUTCOME_RUN), OUTCOME_USAGE);
}

static void an_error_has_the_code_of_its_kind(void **state)
{
    static const struct {
        enum err_code kind;
        int code;
    } table[] = {{ERR_NONE, 0}, {ERR_RUN, 1}, {ERR_USAGE, 2}, {ERR_CONNECT, 3}};
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct ear ear = {0};
        struct outcome o = {.tell = listen, .ctx = &ear};
        outcome_fail(&o, &(struct err){table[i].kind, "it broke"});
        assert_int_equal(o.code, table[i].code);
        assert_string_equal(ear.last, "it broke");
    }
}

static void a_signal_is_128_and_its_number(void **state)
{
    (void)state;
    struct ear ear = {0};
    struct outcome o = {.tell = listen, .ctx = &ear};
    outcome_raise(&o, OUTCOME_RUN, "lost");
    outcome_interrupt(&o, SIGTERM, true);
    outcome_interrupt(&o, SIGTERM, false);
    assert_int_equal(o.code, 143);
    assert_int_equal(ear.n, 2);
    assert_string_equal(ear.last, "interrupted by SIGTERM: partial results");
}

// Another signal changes nothing of how it ended, but is told.
static void of_two_signals_the_first_counts(void **state)
{
    (void)state;
    struct ear ear = {0};
    struct outcome o = {.tell = listen, .ctx = &ear};
    outcome_interrupt(&o, SIGINT, false);
    assert_string_equal(ear.last, "interrupted by SIGINT: nothing was measured");
    outcome_interrupt(&o, SIGTERM, true);
    assert_int_equal(o.code, 130);
    assert_int_equal(outcome_of(&(struct err){ERR_CONNECT, "x"}), OUTCOME_CONNECT);
}

// With room for the longest error and whom it is about.
static void a_sentence_ends_where_its_room_does(void **state)
{
    (void)state;
    struct ear ear = {0};
    struct outcome o = {.tell = listen, .ctx = &ear};
    char text[2000];
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = 0;
    outcome_say(&o, "%.511s: %.511s", text, text);
    assert_int_equal(strlen(ear.last), 1023);
    outcome_raise(&o, OUTCOME_RUN, "%s", text);
    assert_int_equal(strlen(ear.last), 1023);
    assert_int_equal(o.code, OUTCOME_RUN);
}

static void what_is_only_said_leaves_the_code(void **state)
{
    (void)state;
    struct ear ear = {0};
    struct outcome o = {.tell = listen, .ctx = &ear};
    outcome_say(&o, "%s reads no strings", "SET");
    assert_int_equal(o.code, OUTCOME_GOOD);
    assert_string_equal(ear.last, "SET reads no strings");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_worse_of_two_stays),
        cmocka_unit_test(of_what_broke_the_run_the_first_counts),
        cmocka_unit_test(an_error_has_the_code_of_its_kind),
        cmocka_unit_test(a_signal_is_128_and_its_number),
        cmocka_unit_test(of_two_signals_the_first_counts),
        cmocka_unit_test(a_sentence_ends_where_its_room_does),
        cmocka_unit_test(what_is_only_said_leaves_the_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
