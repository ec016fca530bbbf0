// SPDX-License-Identifier: MIT
#include "report/run/distribution.h"

#include "../fixture.h"

static char *lines_of(const struct hist *h)
{
    struct output o;
    output_open(&o);
    distribution_text(o.file, h);
    return output_take(&o);
}

static unsigned count(const char *text)
{
    unsigned n = 0;
    for (; *text; text++)
        n += *text == '\n';
    return n;
}

static void is(const struct hist *h, const char *expected)
{
    char *text = lines_of(h);
    assert_string_equal(text, expected);
    free(text);
}

static void nothing_has_no_lines(void **state)
{
    (void)state;
    struct hist *h = hist_new(3);
    is(h, "");
    hist_free(h);
}

static void steps_suit_the_spread(void **state)
{
    (void)state;
    struct hist *h = hist_new(3);
    hist_record(h, 150000, 50); // 0.15 ms
    hist_record(h, 250000, 49);
    hist_record(h, 350000, 1);
    is(h, "50.00% <= 0.2 milliseconds\n99.00% <= 0.3 milliseconds\n100.00% <= 0.4 milliseconds\n");
    hist_reset(h);
    hist_record(h, 1500000, 3); // whole milliseconds
    hist_record(h, 2500000, 1);
    is(h, "75.00% <= 2 milliseconds\n100.00% <= 3 milliseconds\n");
    hist_free(h);
}

static void no_more_than_twelve_lines(void **state)
{
    (void)state;
    for (unsigned decades = 1; decades <= 9; decades++) {
        struct hist *h = hist_new(3);
        uint64_t ns = 1000;
        for (unsigned d = 0; d < decades; d++, ns *= 10)
            for (unsigned i = 1; i < 10; i++)
                hist_record(h, ns * i + ns / 2, 1);
        char *text = lines_of(h);
        assert_in_range(count(text), 1, DISTRIBUTION_LINES);
        assert_non_null(strstr(text, "100.00% <= ")); // whatever the last edge is
        free(text);
        hist_free(h);
    }
}

static void each_line_is_above_the_one_before(void **state)
{
    (void)state;
    struct hist *h = hist_new(3);
    double last_share = 0, last_ms = 0;
    for (uint64_t i = 1; i <= 1000; i++)
        hist_record(h, i * i * 1000, 1);
    char *text = lines_of(h);
    for (const char *line = text; *line; line = strchr(line, '\n') + 1) {
        double share = atof(line), ms = atof(strstr(line, "<= ") + 3);
        assert_true(share > last_share && ms > last_ms);
        last_share = share;
        last_ms = ms;
    }
    assert_true(last_share == 100);
    free(text);
    hist_free(h);
}

// One that hangs for longer than a histogram has room for ends the list all the same.
static void above_the_top_there_is_one_edge(void **state)
{
    (void)state;
    struct hist *h = hist_new(3);
    hist_record(h, 990000, 99);
    hist_record(h, 2 * HIST_TOP_NS, 1);
    char *text = lines_of(h);
    assert_non_null(strstr(text, "99.00% <= 1 milliseconds\n"));
    assert_non_null(strstr(text, "100.00% <= 7200000 milliseconds\n"));
    free(text);
    hist_free(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_has_no_lines),
        cmocka_unit_test(steps_suit_the_spread),
        cmocka_unit_test(no_more_than_twelve_lines),
        cmocka_unit_test(each_line_is_above_the_one_before),
        cmocka_unit_test(above_the_top_there_is_one_edge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
