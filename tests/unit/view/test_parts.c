// SPDX-License-Identifier: MIT
// The lines of a panel: labels of scales, what is left, and what the keys do.
#include "view/parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#define ROWS 4
#define COLUMNS 100

static int open_canvas(void **state)
{
    static struct canvas c;
    *state = &c;
    return canvas_init(&c, ROWS, COLUMNS, true);
}

static int close_canvas(void **state)
{
    canvas_free(*state);
    return 0;
}

static void row_is(const struct canvas *c, unsigned row, const char *expected)
{
    char text[4 * COLUMNS + 1];
    size_t len = 0;
    for (unsigned i = 0; i < COLUMNS; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "%s", canvas_at(c, row, i)->text);
    while (len && text[len - 1] == ' ')
        len--;
    text[len] = 0;
    assert_string_equal(text, expected);
}

// Each has room in the gutter of a chart, and none an exponent.
static void rates_are_short(void **state)
{
    static const struct {
        double rate;
        const char *text;
    } cases[] = {{0, "0/s"},        {0.5, "0.5/s"},   {1234, "1234/s"},     {9999.4, "9999/s"},
                 {9999.6, "10k/s"}, {10000, "10k/s"}, {12345, "12.3k/s"},   {999400, "999k/s"},
                 {999999, "1M/s"},  {1e6, "1M/s"},    {2345678, "2.35M/s"}, {999.4e6, "999M/s"},
                 {999.9e6, "1G/s"}, {1.5e9, "1.5G/s"}};
    char text[32];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(parts_rate(cases[i].rate, text), cases[i].text);
}

static void latencies_are_durations(void **state)
{
    char text[32];
    (void)state;
    assert_string_equal(parts_latency(0, text), "0");
    assert_string_equal(parts_latency(-1, text), "0");
    assert_string_equal(parts_latency(80100, text), "80.1µs");
}

// By what is done, unless somebody knows better.
static void the_first_line_says_what_is_left(void **state)
{
    static const struct {
        double done, left_s;
        const char *line;
    } cases[] = {
        {0.25, -1, "GET  measuring 20s, 1m00s left"},
        {1, -1, "GET  measuring 20s, 0s left"},
        {0.25, 5, "GET  measuring 20s, 5s left"},
        {0, -1, "GET  measuring 20s"},
        {-1, -1, "GET  measuring 20s"},
        {-1, 0, "GET  measuring 20s, 0s left"},
        {1.5, -1, "GET  measuring 20s"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct canvas c;
        struct glance g = {
            .title = "GET", .phase = "measuring", .elapsed_ns = UINT64_C(20000000000), .done = cases[i].done};
        assert_int_equal(canvas_init(&c, ROWS, COLUMNS, true), 0);
        parts_title(&(struct panel){.canvas = &c, .left_s = cases[i].left_s}, &g);
        row_is(&c, 0, cases[i].line);
        canvas_free(&c);
    }
}

static void a_long_title_leaves_room(void **state)
{
    struct canvas *c = *state;
    struct glance g = {.title = "GET 0123456789012345678901234567890123456789", .phase = "measuring"};
    parts_title(&(struct panel){.canvas = c, .left_s = -1, .what = "block 7", .frozen = true}, &g);
    row_is(c, 0, "GET 012345678901234567890123456789012345  block 7  measuring 0s  frozen");
}

static void the_last_line_says_what_keys_would_do(void **state)
{
    struct canvas *c = *state;
    parts_keys(&(struct panel){.canvas = c, .log = true, .frozen = true});
    row_is(c, ROWS - 1, "q end with a report   space resume   l linear latency scale");
    parts_keys(&(struct panel){.canvas = c});
    row_is(c, ROWS - 1, "q end with a report   space freeze   l logarithmic latency scale");
}

static void figures_of_the_moment(void **state)
{
    struct canvas *c = *state;
    struct glance g = {
        .rps = 12345.6, .mean_rps = 12001, .errors = 1, .client_busy = 0.5, .server_busy = 0.95};
    parts_figures(&(struct panel){.canvas = c}, 0, &g);
    row_is(c, 0, "12,345 req/s (mean 12,001), 1 error"); // no quantiles yet
    row_is(c, 1, "");                                    // nor a bottleneck before anything counts
    g.counts = true;
    g.p50_ns = 80100;
    g.p99_ns = 211000;
    g.errors = 0;
    parts_figures(&(struct panel){.canvas = c}, 2, &g);
    row_is(c, 2, "12,345 req/s (mean 12,001), p50 80.1µs, p99 211µs, 0 errors");
    row_is(c, 3, "bottleneck now: server (busiest server thread 95% busy, client 50%)");
}

#define with_canvas(test) cmocka_unit_test_setup_teardown(test, open_canvas, close_canvas)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rates_are_short),
        cmocka_unit_test(latencies_are_durations),
        cmocka_unit_test(the_first_line_says_what_is_left),
        with_canvas(a_long_title_leaves_room),
        with_canvas(the_last_line_says_what_keys_would_do),
        with_canvas(figures_of_the_moment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
