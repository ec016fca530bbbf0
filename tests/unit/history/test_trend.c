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

// What a server bears within 10 ms says nothing of what it bears within 1 ms. The order of the limits does
// not matter.
static void capacities_of_another_promise_are_another_series(void **state)
{
    (void)state;
    static const char wide[] = "{\"quantile\": \"p99\", \"ns\": 10000000}";
    static const char first[] =
        "{\"quantile\": \"p99_9\", \"ns\": 5000000}, {\"quantile\": \"p99\", \"ns\": 1000000}";
    static const char last[] =
        "{\"quantile\": \"p99\", \"ns\": 1000000}, {\"quantile\": \"p99_9\", \"ns\": 5000000}";
    struct trend t;
    struct history *h = rig_open(HISTORY_SAVE);
    for (int i = 0; i < 24; i++) {
        char document[1024];
        int64_t run;
        snprintf(document, sizeof document,
                 "{\"schema_version\": 1, \"started\": \"2026-01-01T00:00:%02d.000Z\", \"tests\": [{\"test\":"
                 " \"set\", \"title\": \"SET\", \"slo\": [%s], \"capacity_rps\": %g, \"at_least\": false}]}",
                 i,
                 i < 12  ? wide
                 : i % 2 ? first
                         : last,
                 (i < 12 ? 4 : 1) * rps_of(1 + i % 7));
        assert_int_equal(history_save(h, "saturate", document, &run, &rig_err), 0);
    }
    read_trend(&t, h, "capacity", NULL);
    assert_int_equal(t.n, 2);
    assert_string_equal(t.series[0].promise, "p99=10000000ns");
    assert_string_equal(t.series[1].promise, "p99=1000000ns,p99.9=5000000ns");
    for (int i = 0; i < 2; i++)
        assert_true(t.series[i].n == 12 && t.series[i].nchanges == 0);
    trend_free(&t);
    history_close(h);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, rig_setup, rig_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_planted_step_is_found),
        TEST(noise_is_no_change),
        TEST(without_a_test_all_are_followed),
        TEST(time_is_the_order),
        TEST(what_differs_is_told),
        TEST(capacities_of_another_promise_are_another_series),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
