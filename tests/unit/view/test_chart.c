// SPDX-License-Identifier: MIT
// The charts by their cells: scales, single bars and marks, and boxes that are too small.
#include "view/chart.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#define ROWS 9
#define COLUMNS 40

static const struct box whole = {0, 0, ROWS, COLUMNS};

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

static char *say(double value, char dst[32])
{
    snprintf(dst, 32, "%g", value);
    return dst;
}

static const char *cell(const struct canvas *c, unsigned row, unsigned column)
{
    return canvas_at(c, row, CHART_GUTTER + column)->text;
}

// What the scale says in a row, without its blanks.
static const char *label(const struct canvas *c, unsigned row)
{
    static char text[CHART_GUTTER * 4 + 1];
    size_t len = 0;
    text[0] = 0;
    for (unsigned i = 0; i < CHART_GUTTER; i++)
        if (strcmp(canvas_at(c, row, i)->text, " ") != 0)
            len += (size_t)snprintf(text + len, sizeof text - len, "%s", canvas_at(c, row, i)->text);
    return text;
}

// --- boxes ---

static void columns_leave_room_for_the_scale(void **state)
{
    static const unsigned cases[][2] = {{0, 1}, {9, 1}, {10, 1}, {11, 2}, {80, 71}, {2000, CHART_POINTS}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(chart_columns((struct box){0, 0, 5, cases[i][0]}), cases[i][1]);
}

// The last bin is open, and does not count.
static void bins_share_columns_when_there_are_too_many(void **state)
{
    static const unsigned cases[][2] = {{0, 1}, {1, 1}, {2, 1}, {32, 1}, {33, 2}, {63, 2}, {64, 3}};
    struct timeline t = {0};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        t.n = cases[i][0];
        assert_int_equal(chart_bins((struct box){0, 0, 5, 40}, &t), cases[i][1]);
    }
}

// --- bars ---

static void bars_end_in_eighths(void **state)
{
    struct canvas *c = *state;
    static const double of[] = {64, 32, 1, 0, 0.001, -1, 12};
    chart_bars(c, whole, &(struct chart){"rates", false, 7, of, NULL, say});
    for (unsigned r = 1; r < ROWS; r++)
        assert_string_equal(cell(c, r, 0), "█");
    assert_string_equal(cell(c, 4, 1), " "); // half of eight rows
    assert_string_equal(cell(c, 5, 1), "█");
    assert_string_equal(cell(c, 8, 2), "▁"); // an eighth
    assert_string_equal(cell(c, 8, 3), " "); // nothing is no bar,
    assert_string_equal(cell(c, 8, 4), "▁"); // and the least shows
    assert_string_equal(cell(c, 8, 5), " ");
    assert_string_equal(cell(c, 7, 6), "▄"); // twelve eighths
    assert_string_equal(cell(c, 8, 6), "█");
    assert_string_equal(label(c, 1), "64");
    assert_string_equal(label(c, 8), "0");
}

static void a_chart_of_nothing_has_no_scale(void **state)
{
    struct canvas *c = *state;
    static const double of[] = {0, -1, 0};
    chart_bars(c, whole, &(struct chart){"rates", false, 3, of, NULL, say});
    chart_points(c, whole, &(struct chart){"rates", true, 3, of, of, say});
    assert_string_equal(label(c, 0), "rates");
    for (unsigned r = 1; r < ROWS; r++) {
        assert_string_equal(label(c, r), "");
        for (unsigned i = 0; i < 3; i++)
            assert_string_equal(cell(c, r, i), " ");
    }
}

static void more_values_than_columns_are_cut_off(void **state)
{
    struct canvas *c = *state;
    double of[64];
    for (unsigned i = 0; i < 64; i++)
        of[i] = 1;
    chart_bars(c, (struct box){0, 0, 3, 20}, &(struct chart){"x", false, 64, of, NULL, say});
    assert_string_equal(cell(c, 2, 10), "█"); // 20 columns, 9 of them for the scale
    assert_string_equal(cell(c, 2, 11), " ");
    assert_string_equal(cell(c, 3, 0), " ");
}

// --- points ---

// Whole powers of ten: 1 to 10,000, in eight rows from the bottom.
static void a_logarithmic_scale_has_whole_powers_of_ten(void **state)
{
    struct canvas *c = *state;
    static const double of[] = {1, 10000, 100, 2500}, second[] = {0, 0, 9000, 0};
    chart_points(c, whole, &(struct chart){"latency", true, 4, of, second, say});
    assert_string_equal(label(c, 1), "10000");
    assert_string_equal(label(c, 8), "1");
    assert_string_equal(cell(c, 8, 0), "•");
    assert_string_equal(cell(c, 1, 1), "•");
    assert_string_equal(cell(c, 4, 2), "•"); // 7 x 2/4 rows up, rounded
    assert_string_equal(cell(c, 1, 2), "○");
    assert_int_equal(canvas_at(c, 1, CHART_GUTTER + 2)->ink, INK_SECOND);
    assert_string_equal(cell(c, 2, 3), "•"); // 7 x 3.4/4
}

static void one_power_of_ten_alone_still_has_a_scale(void **state)
{
    struct canvas *c = *state;
    static const double of[] = {100};
    chart_points(c, whole, &(struct chart){"latency", true, 1, of, NULL, say});
    assert_string_equal(label(c, 8), "100");
    assert_string_equal(label(c, 1), "1000");
    assert_string_equal(cell(c, 8, 0), "•");
}

static void the_first_line_is_above_the_second(void **state)
{
    struct canvas *c = *state;
    static const double same[] = {5};
    chart_points(c, whole, &(struct chart){"latency", false, 1, same, same, say});
    assert_string_equal(cell(c, 1, 0), "•");
    assert_int_equal(canvas_at(c, 1, CHART_GUTTER)->ink, INK_FIRST);
}

// --- the heat map ---

static void add_at(struct timeline *t, unsigned bin, uint64_t ns, uint64_t n)
{
    struct buf cells = {0};
    struct hist *h = hist_new(3);
    assert_non_null(h);
    hist_record(h, ns, n);
    assert_int_equal(hist_cells(h, &cells), 0);
    timeline_add(t, bin * TIMELINE_BIN_NS, n, 0, (struct slice){cells.at, cells.len});
    hist_free(h);
    buf_free(&cells);
}

// 1000 fast answers, 30 slower ones and one slow one: each shows, the colder the fewer it is, by its
// logarithm.
static void one_answer_among_thousands_shows(void **state)
{
    struct canvas *c = *state;
    struct timeline t;
    unsigned shown = 0, half = 0;
    assert_int_equal(timeline_init(&t, 3), 0);
    add_at(&t, 0, 80000, 1000);
    add_at(&t, 0, 2000000, 30);
    add_at(&t, 0, 50000000, 1);
    add_at(&t, 1, 80000, 10); // opens another bin: this one is not drawn
    chart_heat(c, whole, "how many", &t);
    assert_string_equal(cell(c, 8, 0), "█");
    assert_int_equal(canvas_at(c, 8, CHART_GUTTER)->ink, INK_HEAT + INK_HEATS - 1);
    assert_string_equal(cell(c, 1, 0), "·");
    assert_int_equal(canvas_at(c, 1, CHART_GUTTER)->ink, INK_HEAT);
    for (unsigned r = 1; r < ROWS; r++) {
        shown += strcmp(cell(c, r, 0), " ") != 0;
        half += strcmp(cell(c, r, 0), "▒") == 0;
    }
    assert_int_equal(shown, 3);
    assert_int_equal(half, 1);
    assert_string_equal(cell(c, 8, 1), " ");
    timeline_free(&t);
}

static void an_empty_heat_map_has_its_title_alone(void **state)
{
    struct canvas *c = *state;
    struct timeline t;
    assert_int_equal(timeline_init(&t, 3), 0);
    chart_heat(c, whole, "nothing", &t);
    assert_string_equal(label(c, 0), "nothing");
    assert_string_equal(label(c, 8), "");
    chart_heat(c, (struct box){4, 0, 1, 20}, "one", &t);
    assert_string_equal(label(c, 4), "one");
    timeline_free(&t);
}

// --- on a scale ---

static void places_are_held_within_the_scale(void **state)
{
    static const struct {
        double low, high, value;
        unsigned is;
    } cases[] = {{0, 10, 0, 5},   {0, 10, 10, 15}, {0, 10, 5, 10},   {0, 10, -99, 5},
                 {0, 10, 99, 15}, {3, 3, 3, 10},   {-10, 10, 0, 10}, {0, 10, INFINITY, 15},
                 {10, 0, 5, 10},  {0, 1, 0.04, 5}, {0, 1, 0.06, 6}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct chart_scale s = {cases[i].low, cases[i].high, 5, 11};
        assert_int_equal(chart_place(&s, cases[i].value), cases[i].is);
    }
}

static void a_range_has_ends_and_a_middle(void **state)
{
    struct canvas *c = *state;
    struct chart_scale s = {0, 10, 0, 11};
    static const char *const is[] = {" ", "├", "─", "•", "─", "─", "┤", " "};
    chart_range(c, 2, &s, INK_GOOD, (const double[]){1, 3, 6});
    for (unsigned i = 0; i < 8; i++)
        assert_string_equal(canvas_at(c, 2, i)->text, is[i]);
    assert_int_equal(canvas_at(c, 2, 1)->ink, INK_GOOD);
    chart_range(c, 3, &s, INK_GOOD, (const double[]){4, 4, 4}); // of no width
    assert_string_equal(canvas_at(c, 3, 4)->text, "•");
    assert_string_equal(canvas_at(c, 3, 5)->text, " ");
}

#define with_canvas(test) cmocka_unit_test_setup_teardown(test, open_canvas, close_canvas)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_leave_room_for_the_scale),
        cmocka_unit_test(bins_share_columns_when_there_are_too_many),
        with_canvas(bars_end_in_eighths),
        with_canvas(a_chart_of_nothing_has_no_scale),
        with_canvas(more_values_than_columns_are_cut_off),
        with_canvas(a_logarithmic_scale_has_whole_powers_of_ten),
        with_canvas(one_power_of_ten_alone_still_has_a_scale),
        with_canvas(the_first_line_is_above_the_second),
        with_canvas(one_answer_among_thousands_shows),
        with_canvas(an_empty_heat_map_has_its_title_alone),
        cmocka_unit_test(places_are_held_within_the_scale),
        with_canvas(a_range_has_ends_and_a_middle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
