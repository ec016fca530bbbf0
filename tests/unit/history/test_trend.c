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
        snprintf(tag, sizeof tag, "commit=c%d", i);
        rig_save(h, rig_run(i, rps_of(i), tag));
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
    assert_int_equal(trend_direction(s, &s->changes[0]), 1); // more requests a second
    assert_false(trend_unlike(s, &s->changes[0]) || trend_regressed(s));
    for (int i = 0; i < TREND_DIFFERENCES; i++)
        assert_false(s->differs[i]);
    trend_free(&t);
    history_close(h);
}

static void save_steps(struct history *h, bool elsewhere)
{
    for (int i = 1; i <= 24; i++) {
        struct rig_run *r = rig_run(i, 2000 - rps_of(i), "");
        if (elsewhere && i >= 12)
            r->host.name[0] = 'x';
        rig_save(h, r);
    }
}

// Fewer requests a second: worse, unless it is measured from another machine from about there on.
static void a_regression_is_one_on_the_same_machine(void **state)
{
    (void)state;
    for (int elsewhere = 0; elsewhere < 2; elsewhere++) {
        struct trend t;
        rig_path[strlen(rig_path) - 1] = (char)('b' + elsewhere);
        struct history *h = rig_open(HISTORY_SAVE);
        save_steps(h, elsewhere);
        read_trend(&t, h, "set.rps", NULL);
        const struct trend_series *s = &t.series[0];
        assert_int_equal(s->nchanges, 1);
        assert_int_equal(trend_direction(s, &s->changes[0]), -1);
        assert_int_equal(trend_unlike(s, &s->changes[0]), elsewhere);
        assert_int_equal(trend_regressed(s), !elsewhere);
        trend_free(&t);
        history_close(h);
        if (!elsewhere)
            unlink(rig_path);
    }
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
    assert_int_equal(t.series[0].bounds, 3); // rig_run's p99 is one
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
    rig_save(h, rig_run(30, 3, ""));
    rig_save(h, rig_run(10, 1, ""));
    rig_save(h, rig_run(20, 2, ""));
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
    rig_save(h, rig_run(1, 1, ""));
    struct rig_run *r = rig_run(2, 1, "");
    strcpy(r->host.name, "h2");
    r->tests[0].load.clients = 60;
    rig_save(h, r);
    read_trend(&t, h, "set.rps", NULL);
    const bool *differs = t.series[0].differs;
    assert_true(differs[TREND_HOST] && differs[TREND_CONFIG]);
    assert_false(differs[TREND_SERVER] || differs[TREND_ENGINE]);
    trend_free(&t);
    history_close(h);
}

// What was asked for beside the load bears on the figures too.
static void another_length_is_another_configuration(void **state)
{
    (void)state;
    struct trend t;
    struct history *h = rig_open(HISTORY_SAVE);
    rig_save(h, rig_run(1, 1, ""));
    struct rig_run *r = rig_run(2, 1, "");
    r->tests[0].warmup_ns = 1;
    rig_save(h, r);
    read_trend(&t, h, "set.rps", NULL);
    assert_true(t.series[0].differs[TREND_CONFIG]);
    trend_free(&t);
    read_trend(&t, h, "get.rps", NULL);
    assert_false(t.series[0].differs[TREND_CONFIG]);
    trend_free(&t);
    history_close(h);
}

// --- capacities ---

// A search that was interrupted after this rate had passed.
static void plant(struct capacity *c, double rps)
{
    struct saturation_limit limit[SLO_MAX];
    unsigned n = capacity_limits(c, limit);
    double first, rate;
    saturation_init(&c->search, rps, 0, limit, n);
    assert_true(saturation_next(&c->search, &first));
    saturation_init(&c->search, rps * rps / first, 0, limit, n);
    assert_true(saturation_next(&c->search, &rate));
    saturation_answer(&c->search, &(struct saturation_reply){.outcome = SATURATION_PASS, .requests = 1e4});
}

static void save_capacity(struct history *h, int second, const char *slo, double rps, unsigned clients)
{
    int64_t run;
    struct rig_run *r = rig_run(second, 1, "");
    static struct capacity c; // too large for a stack
    c = (struct capacity){.test = "set", .title = "SET", .load = r->tests[0].load};
    assert_int_equal(slo_parse(&c.slo, slo, &rig_err), 0);
    c.load.clients = clients;
    plant(&c, rps);
    struct record record = {.kind = "saturate", .facts = &r->facts, .n = 1, .capacities = &c};
    assert_int_equal(save_record(h, &record, "{}", &run, &rig_err), 0);
}

// What a server bears within 10 ms says nothing of what it bears within 1 ms. The order of the limits does
// not matter.
static void capacities_of_another_promise_are_another_series(void **state)
{
    (void)state;
    struct trend t;
    struct history *h = rig_open(HISTORY_SAVE);
    for (int i = 0; i < 24; i++) {
        const char *slo = i < 12 ? "p99=10ms" : i % 2 ? "p99.9=5ms,p99=1ms" : "p99=1ms,p99.9=5ms";
        save_capacity(h, i, slo, (i < 12 ? 4 : 1) * rps_of(1 + i % 7), 50);
    }
    read_trend(&t, h, "capacity", NULL);
    assert_int_equal(t.n, 2);
    assert_string_equal(t.series[0].promise, "p99=10000000ns");
    assert_string_equal(t.series[1].promise, "p99=1000000ns,p99.9=5000000ns");
    for (int i = 0; i < 2; i++) {
        assert_true(t.series[i].n == 12 && t.series[i].nchanges == 0);
        assert_false(t.series[i].differs[TREND_CONFIG]);
    }
    trend_free(&t);
    history_close(h);
}

static void a_capacity_with_other_clients_is_another_configuration(void **state)
{
    (void)state;
    struct trend t;
    struct history *h = rig_open(HISTORY_SAVE);
    save_capacity(h, 1, "p99=1ms", 1000, 50);
    save_capacity(h, 2, "p99=1ms", 1000, 60);
    read_trend(&t, h, "capacity", NULL);
    assert_int_equal(t.series[0].n, 2);
    assert_true(t.series[0].differs[TREND_CONFIG]);
    trend_free(&t);
    history_close(h);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, rig_setup, rig_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_planted_step_is_found),
        TEST(a_regression_is_one_on_the_same_machine),
        TEST(noise_is_no_change),
        TEST(without_a_test_all_are_followed),
        TEST(time_is_the_order),
        TEST(what_differs_is_told),
        TEST(another_length_is_another_configuration),
        TEST(capacities_of_another_promise_are_another_series),
        TEST(a_capacity_with_other_clients_is_another_configuration),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
