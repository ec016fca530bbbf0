// SPDX-License-Identifier: MIT
#include "report/run/warnings.h"

#include "../fixture.h"

#define TESTS 8

// Tests A, B, ... that have nothing to warn of yet.
struct suite {
    struct summary tests[TESTS];
    struct doubt doubts[TESTS][2];
};

static void begin(struct suite *s)
{
    static const char *const titles[TESTS] = {"A", "B", "C", "D", "E", "F", "G", "H"};
    *s = (struct suite){0};
    for (unsigned i = 0; i < TESTS; i++) {
        s->tests[i].title = titles[i];
        s->tests[i].doubts = s->doubts[i];
    }
}

static struct doubt *warn(struct suite *s, unsigned test, unsigned rule, const char *text)
{
    struct summary *of = &s->tests[test];
    struct doubt *d = &of->doubts[of->ndoubts++];
    d->rule = rule;
    snprintf(d->text, sizeof d->text, "%s", text);
    return d;
}

static void says(const struct suite *s, size_t n, const char *expected, int warnings)
{
    struct output o;
    output_open(&o);
    assert_int_equal(warnings_text(o.file, s->tests, n), warnings);
    char *text = output_take(&o);
    assert_string_equal(text, expected);
    free(text);
}

static void of_nothing_there_is_no_line(void **state)
{
    (void)state;
    struct suite s;
    begin(&s);
    says(&s, 3, "", 0);
    says(&s, 0, "", 0);
}

static void one_test_needs_no_name(void **state)
{
    (void)state;
    struct suite s;
    begin(&s);
    warn(&s, 0, 7, "it was short");
    warn(&s, 0, 2, "it was not steady");
    says(&s, 1, "! it was not steady\n! it was short\n\n", 2); // worst first, whatever their order
    s.tests[1].ending = ENDING_SKIPPED;
    says(&s, 2, "! it was not steady\n! it was short\n\n", 2); // what was skipped is no test beside it
}

static void each_is_told_once_with_those_that_have_it_too(void **state)
{
    (void)state;
    static const char *const also[] = {"",
                                       "",
                                       " (also B)",
                                       " (also B, C)",
                                       " (also B, C, D)",
                                       " (also B, C, D and 1 more)",
                                       " (also B, C, D and 2 more)"};
    for (unsigned n = 1; n <= 6; n++) {
        struct suite s;
        char expected[128];
        begin(&s);
        for (unsigned i = 0; i < n; i++)
            warn(&s, i, 3, i ? "as another has it" : "as the first has it");
        snprintf(expected, sizeof expected, "! A: as the first has it%s\n\n", also[n]);
        says(&s, TESTS, expected, 1);
    }
}

static void two_warnings_name_their_own_tests(void **state)
{
    (void)state;
    struct suite s;
    begin(&s);
    warn(&s, 2, 9, "mild");
    warn(&s, 1, 9, "mild in B");
    warn(&s, 2, 4, "bad");
    says(&s, TESTS, "! C: bad\n! B: mild in B (also C)\n\n", 2);
}

// A failure is red, and a doubt is not; words of servers and users paint nothing.
static void paint_and_words(void **state)
{
    (void)state;
    struct suite s;
    struct output o;
    begin(&s);
    s.tests[0].title = "GET \x1b[2J";
    warn(&s, 0, 1, "the server said \x1b[31mno\n")->failure = true;
    warn(&s, 1, 5, "short");
    output_open(&o);
    assert_int_equal(warnings_text(o.file, s.tests, 2), 2);
    assert_int_equal(fclose(o.file), 0);
    assert_string_equal(o.text, PAINT_BAD "!" PAINT_OFF " GET \\x1b[2J: the server said \\x1b[31mno\\n\n" //
                        PAINT_WARN "!" PAINT_OFF " B: short\n\n");
    free(o.text);
}

static void every_rule_has_its_place(void **state)
{
    (void)state;
    struct suite s;
    begin(&s);
    warn(&s, 0, DOUBTS_MAX - 1, "the last");
    warn(&s, 0, 0, "the first");
    says(&s, 1, "! the first\n! the last\n\n", 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_nothing_there_is_no_line),
        cmocka_unit_test(one_test_needs_no_name),
        cmocka_unit_test(each_is_told_once_with_those_that_have_it_too),
        cmocka_unit_test(two_warnings_name_their_own_tests),
        cmocka_unit_test(paint_and_words),
        cmocka_unit_test(every_rule_has_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
