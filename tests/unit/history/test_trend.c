// SPDX-License-Identifier: MIT
#include "history/trend.h"

#include "rig.h"

// Runs of noise of +-1 %, that go up by 20 % at run 13.
static double rps_of(int run)
{
    static const double noise[] = {0.3, -0.8, 0.9, -0.2, -0.5, 0.7, 0.1};
    return (run < 13 ? 1000 : 1200) * (1 + noise[run % 7] / 100);
}

static void save_runs(struct history *h, int n)
{
    for (int i = 1; i <= n; i++) {
        char tag[48];
        snprintf(tag, sizeof tag, "\"commit\": \"c%d\"", i);
        rig_save(h, rig_document(i, rps_of(i), tag));
    }
}

static void read_trend(struct trend *t, struct history *h, const char *what, const struct history_tag *tag)
{
    struct metric_path path;
    assert_true(metric_parse(slice_of(what), &path));
    if (trend_read(t, h, &path, tag, &rig_err) < 0)
        fail_msg("%s", rig_err.text);
}

static void a_planted_step_is_found(void **state)
{
    (void)state;
    struct trend t;
    struct history *h = rig_open(HISTORY_SAVE);
    save_runs(h, 24);
    read_trend(&t, h, "set.rps", &(struct history_tag){"commit", NULL});
    assert_int_equal(t.n, 1);
    const struct trend_series *s = &t.series[0];
    assert_string_equal(s->test, "set");
    assert_int_equal(s->n, 24);
    assert_int_equal(s->nchanges, 1);
    assert_int_equal(s->points[s->changes[0].at].run, 13);
    assert_string_equal(s->points[s->changes[0].at].label, "c13");
    assert_true(s->changes[0].before > 990 && s->changes[0].before < 1010);
    assert_true(s->changes[0].after > 1190 && s->changes[0].after < 1210);
    assert_true(s->changes[0].p < 1e-6);
    for (int i = 0; i < TREND_DIFFERENCES; i++)
        assert_false(s->differs[i]);
    trend_free(&t);
    history_close(h);
}

static void noise_is_no_change(void **state)
{
    (void)state;
    struct trend t;
    struct history *h = rig_open(HISTORY_SAVE);
    save_runs(h, 12);
    read_trend(&t, h, "set.rps", NULL);
    assert_int_equal(t.series[0].nchanges, 0);
    trend_free(&t);
    history_close(h);
}

static void without_a_test_all_are_followed(void **state)
{
    (void)state;
    struct trend t;
    struct history *h = rig_open(HISTORY_SAVE);
    save_runs(h, 3);
    read_trend(&t, h, "rps", NULL);
    assert_int_equal(t.n, 2);
    assert_string_equal(t.series[0].test, "get");
    assert_string_equal(t.series[1].test, "set");
    trend_free(&t);
    read_trend(&t, h, "SET.p99", NULL);
    assert_int_equal(t.n, 1);
    assert_int_equal(t.series[0].bounds, 3); // rig_document's p99 is one
    trend_free(&t);
    read_trend(&t, h, "lpush.rps", NULL);
    assert_int_equal(t.n, 0);
    trend_free(&t);
    history_close(h);
}

// Runs that were saved late stand where they happened.
static void time_is_the_order(void **state)
{
    (void)state;
    struct trend t;
    struct history *h = rig_open(HISTORY_SAVE);
    rig_save(h, rig_document(30, 3, ""));
    rig_save(h, rig_document(10, 1, ""));
    rig_save(h, rig_document(20, 2, ""));
    read_trend(&t, h, "set.rps", NULL);
    for (unsigned i = 0; i < 3; i++)
        assert_true(t.series[0].points[i].value == i + 1);
    trend_free(&t);
    history_close(h);
}

static void what_differs_is_told(void **state)
{
    (void)state;
    struct trend t;
    struct history *h = rig_open(HISTORY_SAVE);
    char other[4096];
    rig_save(h, rig_document(1, 1, ""));
    snprintf(other, sizeof other, "%s", rig_document(2, 1, ""));
    memcpy(strstr(other, "\"h1\""), "\"h2\"", 4);
    memcpy(strstr(other, "\"clients\": 50"), "\"clients\": 60", 13);
    rig_save(h, other);
    read_trend(&t, h, "set.rps", NULL);
    const bool *differs = t.series[0].differs;
    assert_true(differs[TREND_HOST] && differs[TREND_CONFIG]);
    assert_false(differs[TREND_SERVER] || differs[TREND_ENGINE]);
    trend_free(&t);
    history_close(h);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, rig_setup, rig_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_planted_step_is_found), TEST(noise_is_no_change),   TEST(without_a_test_all_are_followed),
        TEST(time_is_the_order),       TEST(what_differs_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
