// SPDX-License-Identifier: MIT
#include "history/figures.h"

#include "rig.h"

static struct run_figures read_all(struct history *h, const struct metric_path *what)
{
    struct run_figures f;
    if (figures_read(&f, h, what, &rig_err) < 0)
        fail_msg("%s", rig_err.text);
    return f;
}

static struct history *three_runs(void)
{
    struct history *h = rig_open(HISTORY_SAVE);
    for (int i = 0; i < 3; i++)
        rig_save(h, rig_run(60 * i, 1000 * (i + 1), ""));
    return h;
}

static void those_of_a_run_by_their_tests(void **state)
{
    (void)state;
    struct history *h = three_runs();
    struct run_figures f = read_all(h, &(struct metric_path){.metric = METRIC_RPS});
    const struct run_figure *first;
    for (int64_t run = 1; run <= 3; run++) {
        assert_int_equal(figures_of(&f, run, &first), 2); // MSET was skipped
        assert_string_equal(first[0].test, "get");
        assert_string_equal(first[1].test, "set");
        assert_true(first[1].value > 999.9 * (double)run && first[1].value < 1000.1 * (double)run);
        assert_int_equal(first[0].run, run);
    }
    figures_free(&f);
    history_close(h);
}

static void a_run_that_is_not_there_has_none(void **state)
{
    (void)state;
    struct history *h = three_runs();
    struct run_figures f = read_all(h, &(struct metric_path){.metric = METRIC_RPS});
    const struct run_figure *first;
    assert_int_equal(figures_of(&f, 0, &first), 0);
    assert_int_equal(figures_of(&f, 4, &first), 0);
    assert_int_equal(figures_of(&f, -1, &first), 0);
    figures_free(&f);
    assert_int_equal(f.n, 0);
    history_close(h);
}

static void of_one_test_alone(void **state)
{
    (void)state;
    struct history *h = three_runs();
    struct run_figures f =
        read_all(h, &(struct metric_path){.test = slice_of("set"), .metric = METRIC_P50 + QUANTILE_P99});
    const struct run_figure *first;
    assert_int_equal(f.n, 3);
    assert_int_equal(figures_of(&f, 2, &first), 1);
    assert_true(first->value == 50 && first->at_least);
    figures_free(&f);
    history_close(h);
}

static void a_figure_that_nobody_has(void **state)
{
    (void)state;
    struct history *h = three_runs();
    struct run_figures f = read_all(h, &(struct metric_path){.metric = METRIC_CAPACITY});
    assert_int_equal(f.n, 0);
    figures_free(&f);
    f = read_all(h, NULL); // and where nobody asks for one
    assert_int_equal(f.n, 0);
    figures_free(&f);
    history_close(h);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, rig_setup, rig_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(those_of_a_run_by_their_tests),
        TEST(a_run_that_is_not_there_has_none),
        TEST(of_one_test_alone),
        TEST(a_figure_that_nobody_has),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
