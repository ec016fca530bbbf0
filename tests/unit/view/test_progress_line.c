// SPDX-License-Identifier: MIT
#include "view/progress_line.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct progress going = {.title = "GET",
                                      .phase = PHASE_MEASURE,
                                      .answered = 5000,
                                      .requests = 20000,
                                      .rps = 12345,
                                      .mean_rps = 12000,
                                      .live.p50_ns = 812000,
                                      .live.p99_ns = 3100000,
                                      .live.errors = 7,
                                      .elapsed_ns = 206 * NS_PER_S};

static void a_wide_terminal_has_all(void **state)
{
    (void)state;
    char line[PROGRESS_LINE];
    assert_string_equal(
        progress_line(&going, 200, line),
        "GET: measuring, 12,345 req/s (mean 12,000), p50 812µs, p99 3.10ms, 7 errors, 25%, 10m18s left");
    struct progress idle = {.phase = PHASE_DIAL};
    assert_string_equal(progress_line(&idle, 80, line), "idle: connecting");
}

static void the_important_stays_where_there_is_no_room(void **state)
{
    (void)state;
    char line[PROGRESS_LINE];
    assert_string_equal(progress_line(&going, 79, line),
                        "GET: 12,345 req/s (mean 12,000), p50 812µs, p99 3.10ms, 7 errors, 10m18s left");
    assert_string_equal(progress_line(&going, 39, line), "GET: 12,345 req/s, 10m18s left");
    for (unsigned columns = 1; columns < 120; columns++)
        assert_true(progress_line_width(progress_line(&going, columns, line)) <= columns);
}

static void a_title_is_no_escape_and_not_endless(void **state)
{
    (void)state;
    char line[PROGRESS_LINE], title[300];
    memset(title, 'x', sizeof title);
    memcpy(title, "\x1b[31m", 5);
    title[sizeof title - 1] = 0;
    struct progress p = going;
    p.title = title;
    assert_true(progress_line_width(progress_line(&p, 79, line)) <= 79);
    assert_null(strchr(line, '\x1b'));
    assert_non_null(strstr(line, "12,345 req/s"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wide_terminal_has_all),
        cmocka_unit_test(the_important_stays_where_there_is_no_room),
        cmocka_unit_test(a_title_is_no_escape_and_not_endless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
