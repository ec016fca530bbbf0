// SPDX-License-Identifier: MIT
#include "export/metrics.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct prometheus_test now;
static uint64_t now_count;

static void keep(void *ctx, const struct prometheus_test *tests, size_t n)
{
    assert_int_equal(n, *(size_t *)ctx);
    now = n ? tests[0] : (struct prometheus_test){0};
    now_count = n ? hist_count(tests[0].latency) : 0;
}

static void see(struct metrics *m, size_t n)
{
    metrics_see(m, keep, &n);
}

static struct glance glance_of(uint64_t ok)
{
    struct glance g = {
        .test = "get", .target = "a:1", .measuring = true, .ok = ok, .errors = 1, .elapsed_ns = 1000000000};
    struct buf cells = {0};
    struct hist *h = hist_new(3);
    hist_record(h, 80000, ok);
    assert_int_equal(hist_cells(h, &cells), 0);
    assert_int_equal(timeline_init(&g.line, 3), 0);
    timeline_add(&g.line, 0, ok, 1, (struct slice){cells.at, cells.len});
    hist_free(h);
    buf_free(&cells);
    return g;
}

// 100 ok answers, 2 errors and 3 without an answer, in 2 s.
static struct summary summary_of(void)
{
    struct summary s = {.test = "get", .wall_ns = 2000000000};
    s.counts = (struct counts){.sent = 105, .ok = 100, .errors = 2, .abandoned = 3};
    s.latency = hist_new(3);
    hist_record(s.latency, 80000, 100);
    return s;
}

static void what_goes_on_gives_way_to_the_result(void **state)
{
    struct metrics m;
    struct glance g = glance_of(60);
    struct summary s = summary_of();
    (void)state;
    assert_int_equal(metrics_init(&m), 0);
    metrics_tick(&m, &g);
    see(&m, 1);
    assert_int_equal(now.ok, 60);
    assert_int_equal(now_count, 60);
    metrics_ended(&m, "a:1", &s);
    see(&m, 1);
    assert_int_equal(now.ok, 100);
    assert_int_equal(now.errors, 2);
    assert_int_equal(now.unanswered, 3);
    assert_int_equal(now_count, 100);
    assert_true(now.wall_s > 1.99 && now.wall_s < 2.01);
    metrics_tick(&m, &g); // the next trial of the same
    see(&m, 1);
    assert_int_equal(now.ok, 160);
    assert_int_equal(now_count, 160);
    metrics_ended(&m, "b:2", &s); // another server
    see(&m, 2);
    timeline_free(&g.line);
    hist_free(s.latency);
    metrics_free(&m);
}

static void a_warm_up_counts_for_nothing(void **state)
{
    struct metrics m;
    struct glance g = glance_of(60);
    (void)state;
    assert_int_equal(metrics_init(&m), 0);
    g.measuring = false;
    metrics_tick(&m, &g);
    see(&m, 0);
    timeline_free(&g.line);
    metrics_free(&m);
}

static void the_end_is_told(void **state)
{
    struct metrics m;
    char *text = NULL;
    size_t len = 0;
    (void)state;
    assert_int_equal(metrics_init(&m), 0);
    metrics_settle(&m, &(struct run_facts){.exit_code = 4});
    FILE *out = open_memstream(&text, &len);
    metrics_text(&m, out);
    assert_int_equal(fclose(out), 0);
    assert_non_null(strstr(text, "hkv_bench_exit_code 4\n"));
    free(text);
    metrics_free(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_goes_on_gives_way_to_the_result),
        cmocka_unit_test(a_warm_up_counts_for_nothing),
        cmocka_unit_test(the_end_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
